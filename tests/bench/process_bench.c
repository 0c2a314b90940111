/* What a switch between processes costs, in bare futex hand-overs of the same machine, and what a
 * pool saves over forking for each run. */
#include "campaign/capture.h"
#include "campaign/target.h"
#include "engine/baton.h"
#include "engine/engine.h"
#include "models/registry.h"

#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SEVERAL = 0, TWO_SHORT = 3 }; /* of sley_process_test */

enum { HAND_OVERS = 100000, RUNS = 4000, FORKED_RUNS = 300, TRIALS = 5 };

extern const struct sley_property sley_process_test[];

static uint64_t
now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void
futex(uint32_t *word, int operation, uint32_t value)
{
    syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static void
hand_over(uint32_t *mine, uint32_t *theirs)
{
    __atomic_store_n(theirs, 1, __ATOMIC_RELEASE);
    futex(theirs, FUTEX_WAKE, 1);
    while (__atomic_load_n(mine, __ATOMIC_ACQUIRE) == 0) {
        futex(mine, FUTEX_WAIT, 0);
    }
    *mine = 0;
}

/* Two processes on one core that do nothing else: nanoseconds for one direction. */
static double
bare_hand_over(void)
{
    uint32_t *words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        while (words[0] == 0) {
            futex(&words[0], FUTEX_WAIT, 0);
        }
        words[0] = 0;
        for (int i = 0; i < HAND_OVERS; i++) {
            hand_over(&words[0], &words[64]);
        }
        _exit(0);
    }
    uint64_t begin = now_ns();
    for (int i = 0; i < HAND_OVERS; i++) {
        hand_over(&words[64], &words[0]);
    }
    uint64_t end = now_ns();
    words[0] = 1;
    futex(&words[0], FUTEX_WAKE, 1);
    waitpid(child, NULL, 0);
    return (double)(end - begin) / (2.0 * HAND_OVERS);
}

/* A strategy that always picks another task: every point is a switch. */
static uint64_t switches;

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    (void)state;
    (void)parameters;
    (void)seed;
    (void)run;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick_made)
{
    (void)state;
    uint32_t index = (view->default_index + 1) % view->candidate_count;
    switches += view->candidates[index] != view->current;
    *pick_made = (struct sley_pick){.index = index, .stay = 1};
}

static uint32_t
value(void *state, const struct sley_value_query *query)
{
    (void)state;
    (void)query;
    return 0;
}

static const struct sley_strategy_ops other_task = {
    .name = "other", .begin = begin, .pick = pick, .value = value};

static void
run_once(int property, const struct sley_strategy_ops *ops, void *state, uint64_t run)
{
    static struct sley_run_result result;
    static const struct sley_parameters none;
    struct sley_target target = {.property = &sley_process_test[property],
                                 .model = &sley_model_process};
    struct sley_source source = {ops, state};
    ops->begin(state, &none, 1, run);
    sley_target_run(&target, &source, NULL, &result);
}

static double
smaller(double a, double b)
{
    return b < a || a == 0 ? b : a;
}

static double
engine_switch(void)
{
    switches = 0;
    uint64_t start = now_ns();
    for (int i = 0; i < RUNS / 4; i++) {
        run_once(SEVERAL, &other_task, NULL, 0);
    }
    return (double)(now_ns() - start) / (double)switches;
}

static double
pooled_run(int property, void *state)
{
    uint64_t start = now_ns();
    for (int i = 0; i < RUNS; i++) {
        run_once(property, &sley_strategy_random_walk, state, (uint64_t)i);
    }
    return (double)(now_ns() - start) / RUNS;
}

/* The same runs, each with processes of its own. */
static double
forked_run(int property, void *state)
{
    uint64_t start = now_ns();
    for (int i = 0; i < FORKED_RUNS; i++) {
        sley_baton_close();
        run_once(property, &sley_strategy_random_walk, state, (uint64_t)i);
    }
    return (double)(now_ns() - start) / FORKED_RUNS;
}

static void
compare(int property, const char *what, void *state)
{
    double pooled = 0, forked = 0;
    for (int i = 0; i < TRIALS; i++) {
        pooled = smaller(pooled, pooled_run(property, state));
        forked = smaller(forked, forked_run(property, state));
    }
    printf("%s: %.0f runs/s in kept processes, %.0f in processes of their own: a factor of %.1f\n",
           what, 1e9 / pooled, 1e9 / forked, forked / pooled);
}

int
main(void)
{
    struct sley_error error;
    void *state = sley_strategy_memory(&sley_strategy_random_walk);
    if (!state || sley_engine_init(&error) != SLEY_OK) {
        return 1;
    }
    run_once(SEVERAL, &other_task, NULL, 0); /* makes the pool, and takes one core */
    double bare = 0, engine = 0;
    for (int i = 0; i < TRIALS; i++) {
        bare = smaller(bare, bare_hand_over());
        engine = smaller(engine, engine_switch());
    }
    printf("bare futex hand-over      %10.0f ns\n", bare);
    printf("switch between processes  %10.0f ns, %.2f bare hand-overs (all of a run counted)\n",
           engine, engine / bare);
    compare(TWO_SHORT, "two processes, one update each", state);
    compare(SEVERAL, "three processes, six updates and three locks each", state);
    sley_baton_close();
    return 0;
}
