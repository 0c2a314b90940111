/* What stands between two runs: the same code as a property, as a program in one process, and as a
 * program with a process for each run, beside a process that does nothing.
 *
 * Prints the best of several rounds in microseconds for a run, of time and of processor time, and
 * ratios of the latter: whatever else the machine does only adds. The first argument is the number
 * of rounds (20). */
#include "campaign/campaign.h"
#include "campaign/reset.h"
#include "models/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void *counter_run(void *unused);

enum { FORKED_RUNS = 500, RUNS = 20000, IDLE_FORKS = 100 };

static double
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* What this process and those that it has waited for took of the processors. */
static double
processor_us(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double sum = 0;
    for (int i = 0; i < 2; i++) {
        struct rusage usage;
        getrusage(whose[i], &usage);
        sum += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    }
    return sum;
}

static void
body(void)
{
    counter_run(NULL);
}

static void
keep_least(double *least, double value)
{
    *least = *least == 0 || value < *least ? value : *least;
}

/* A short campaign and a longer one: what both need to begin is none of a run's. */
struct figure {
    double least_us[2];
    double processor_us[2]; /* of all processors, user and system */
    uint64_t runs;          /* that the longer one has more */
};

enum { SHORT_RUNS = 16 };

static void
measure(struct figure *figure, bool program, enum sley_reset reset)
{
    const struct sley_property property = {
        .name = "counter",
        .claim = "counter",
        .source = "bench",
        .says = "two tasks count under a mutex",
        .quantifier = SLEY_NEVER,
        .event = SLEY_BIT(ASSERTION),
        .body = body,
        .program = program,
    };
    struct sley_target target = {.property = &property};
    struct sley_campaign campaign;
    struct sley_error error;
    sley_reset_wanted = reset;
    for (int i = 0; sley_models[i]; i++) {
        target.model = strcmp(sley_models[i]->name, "thread") == 0 ? sley_models[i] : target.model;
    }
    for (int i = 0; i < 2; i++) {
        struct sley_campaign_options options = {.runs = SHORT_RUNS + (i ? figure->runs : 0)};
        double start = now_us(), begun = processor_us();
        if (sley_campaign_run(&campaign, &target, &options, &error) != SLEY_OK) {
            fprintf(stderr, "reset_bench: %s\n", error.text);
            exit(1);
        }
        keep_least(&figure->least_us[i], now_us() - start);
        keep_least(&figure->processor_us[i], processor_us() - begun);
        sley_campaign_deinit(&campaign);
    }
}

static void
print(const char *name, const struct figure *figure, const struct figure *other)
{
    double runs = (double)figure->runs;
    double run = (figure->least_us[1] - figure->least_us[0]) / runs;
    double cost = (figure->processor_us[1] - figure->processor_us[0]) / runs;
    printf("%-32s %9.2f us  %9.2f us", name, run, cost);
    if (other) {
        double other_cost = (other->processor_us[1] - other->processor_us[0]) / (double)other->runs;
        printf("  %8.2f x the line above", cost / other_cost);
    }
    printf("\n");
}

static double
idle_us(void)
{
    double start = now_us();
    for (int i = 0; i < IDLE_FORKS; i++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
    return (now_us() - start) / IDLE_FORKS;
}

int
main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    struct figure property = {.runs = RUNS}, process = {.runs = RUNS};
    struct figure forked = {.runs = FORKED_RUNS};
    double idle = 0;
    for (int i = 0; i < rounds; i++) {
        keep_least(&idle, idle_us()); /* for the first time before the engine's memory is there */
        measure(&property, false, SLEY_RESET_AUTO);
        measure(&process, true, SLEY_RESET_PROCESS);
        measure(&forked, true, SLEY_RESET_FORK);
    }
    printf("%-32s %12s  %12s\n", "", "time", "processor");
    printf("%-32s %9.2f us\n", "an empty process, forked", idle);
    print("a run of the property", &property, NULL);
    print("of the program, in one process", &process, &property);
    print("of the program, a process each", &forked, &process);
    return 0;
}
