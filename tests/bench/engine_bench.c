/* The engine's speed, as ratios to a bare fiber switch of the same process.
 *
 * Prints one line for each strategy and set of checks: nanoseconds and switches for a run and for a
 * point. The best of several rounds, since whatever else the machine does only adds; pin to one
 * core for steady figures (taskset -c 0). */
#include "tests/bench/bench.h"

#include "engine/engine.h"
#include "engine/fiber.h"
#include "pthread/front.h"
#include "strategy/registry.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void *counter_run(void *unused);
void *straight_run(void *unused);

enum { ROUNDS = 9, PROCESSES = 20, SWITCHES = 2000000, STACK = 1 << 16 };

static unsigned long run_count = 100000;

static struct sley_fiber here, there;

static double
now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void *
bounce(void *unused)
{
    for (;;) {
        sley_fiber_switch(&there, &here);
    }
    return unused;
}

static void
never(void *unused)
{
    (void)unused;
    abort();
}

static double
switch_round(void)
{
    double start = now_ns();
    for (int i = 0; i < SWITCHES / 2; i++) {
        sley_fiber_switch(&here, &there);
    }
    return (now_ns() - start) / SWITCHES;
}

struct config {
    const char *name;
    const char *strategy;
    void *(*entry)(void *);
    bool races_off, heap_off, hash_off, canonical;
};

static void
run_round(const struct config *config, double *per_run, double *per_point)
{
    const struct sley_strategy_ops *ops;
    struct sley_parameters parameters;
    struct sley_error error;
    static _Alignas(16) unsigned char state[1 << 16];
    static struct sley_run_result result;
    if (sley_strategy_parse(config->strategy, &ops, &parameters, &error) != SLEY_OK) {
        fprintf(stderr, "engine_bench: %s\n", error.text);
        exit(2);
    }
    struct sley_run_options options = {
        .source = {ops, state},
        .entry = config->entry,
        .spurious_max = 1,
        .early_max = 1,
        .races_off = config->races_off,
        .heap_off = config->heap_off,
        .hash_off = config->hash_off,
        .canonical = config->canonical,
        .task_end = sley_pthread_task_end,
    };
    double points = 0;
    double start = now_ns();
    for (uint64_t run = 0; run < run_count; run++) {
        ops->begin(state, &parameters, 1, run);
        sley_engine_run(&options, &result);
        points += result.step_count;
        if (result.verdicts) {
            fprintf(stderr, "engine_bench: unexpected verdict %x\n", result.verdicts);
            exit(3);
        }
    }
    *per_run = (now_ns() - start) / (double)run_count;
    *per_point = *per_run * (double)run_count / points;
}

/* The same program once in a process of its own, as one would run it without sley. */
static double
process_ns(void)
{
    char *const arguments[] = {"engine_bench", "--once", NULL};
    double start = now_ns();
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child;
        int status;
        if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) != 0 ||
            waitpid(child, &status, 0) != child || status != 0) {
            fprintf(stderr, "engine_bench: cannot run itself\n");
            exit(2);
        }
    }
    return (now_ns() - start) / PROCESSES;
}

static double
least(const double *values)
{
    double best = values[0];
    for (int i = 1; i < ROUNDS; i++) {
        best = values[i] < best ? values[i] : best;
    }
    return best;
}

int
main(int argc, char **argv)
{
    static const struct config configs[] = {
        {"counter, all checks", "random", counter_run, false, false, false, false},
        {"counter, canonical hash", "random", counter_run, false, false, false, true},
        {"counter, no races", "random", counter_run, true, false, false, false},
        {"counter, no heap checks", "random", counter_run, false, true, false, false},
        {"counter, no hash", "random", counter_run, false, false, true, false},
        {"counter, nothing", "random", counter_run, true, true, true, false},
        {"counter, all checks", "pct:2,3,18", counter_run, false, false, false, false},
        {"counter, canonical hash", "pct:2,3,18", counter_run, false, false, false, true},
        {"counter, no races", "pct:2,3,18", counter_run, true, false, false, false},
        {"counter, all checks", "pos", counter_run, false, false, false, false},
        {"counter, all checks", "sticky:8", counter_run, false, false, false, false},
        {"counter, all checks", "mix:3,18", counter_run, false, false, false, false},
        {"no switch, all checks", "pct:1,3,18", straight_run, false, false, false, false},
        {"no switch, canonical", "pct:1,3,18", straight_run, false, false, false, true},
        {"no switch, nothing", "pct:1,3,18", straight_run, true, true, true, false},
    };
    struct sley_error error;
    double best_run = 1e12;
    if (argc > 2) {
        run_count = strtoul(argv[2], NULL, 10);
    }
    if (sley_engine_init(&error) != SLEY_OK) {
        fprintf(stderr, "engine_bench: %s\n", error.text);
        return 2;
    }
    sley_bench_lane();
    if (argc > 1 && strcmp(argv[1], "--once") == 0) {
        double run, point;
        run_count = 1;
        run_round(&configs[0], &run, &point);
        return 0;
    }
    void *stack = aligned_alloc(64, STACK);
    sley_fiber_init(&there, stack, STACK, bounce, NULL, never);
    printf("%-24s %-12s %10s %10s %10s %10s\n", "program", "strategy", "ns/run", "switch/run",
           "ns/point", "sw/point");
    for (size_t c = 0; c < sizeof configs / sizeof configs[0]; c++) {
        if (argc > 1 && strcmp(argv[1], configs[c].strategy) != 0) {
            continue;
        }
        double switches[ROUNDS], runs[ROUNDS], points[ROUNDS];
        for (int r = 0; r < ROUNDS; r++) {
            switches[r] = switch_round();
            run_round(&configs[c], &runs[r], &points[r]);
        }
        double one = least(switches), run = least(runs), point = least(points);
        best_run = run < best_run ? run : best_run;
        printf("%-24s %-12s %10.1f %10.1f %10.2f %10.2f   (switch %.2f ns, %.2f M runs/s)\n",
               configs[c].name, configs[c].strategy, run, run / one, point, point / one, one,
               1e3 / run);
    }
    double process = process_ns();
    printf("%-24s %-12s %10.1f   (%.0f runs of the best line above in the same time)\n",
           "one process for a run", "", process, process / best_run);
    free(stack);
    return 0;
}
