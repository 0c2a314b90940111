/* What stands between two runs: the same code as a property, as a program in one process, and as a
 * program with a process for each run, beside a process that does nothing.
 *
 * Prints the best of several rounds in microseconds for a run, and as ratios, since whatever else
 * the machine does only adds. The first argument is the number of rounds (5). */
#include "campaign/campaign.h"
#include "campaign/reset.h"
#include "models/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void *counter_run(void *unused);

enum { FORKED_RUNS = 2000, RUNS = 100000, IDLE_FORKS = 500 };

static double
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
body(void)
{
    counter_run(NULL);
}

/* Seconds are counted from the first run on: what a campaign needs to begin is none of a run's. */
static double
campaign_us(bool program, enum sley_reset reset, uint64_t runs)
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
    struct sley_target target = {&property, NULL};
    struct sley_campaign campaign;
    struct sley_error error;
    double at[2];
    sley_reset_wanted = reset;
    for (int i = 0; sley_models[i]; i++) {
        target.model = strcmp(sley_models[i]->name, "thread") == 0 ? sley_models[i] : target.model;
    }
    for (int i = 0; i < 2; i++) {
        struct sley_campaign_options options = {.runs = i == 0 ? 16 : runs + 16};
        double start = now_us();
        if (sley_campaign_run(&campaign, &target, &options, &error) != SLEY_OK) {
            fprintf(stderr, "reset_bench: %s\n", error.text);
            exit(1);
        }
        at[i] = now_us() - start;
        sley_campaign_deinit(&campaign);
    }
    return (at[1] - at[0]) / (double)runs;
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

static void
keep_least(double *least, double value)
{
    *least = *least == 0 || value < *least ? value : *least;
}

int
main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 5;
    double idle = 0, property = 0, process = 0, forked = 0;
    for (int i = 0; i < rounds; i++) {
        keep_least(&idle, idle_us()); /* before the engine's memory is there */
        keep_least(&property, campaign_us(false, SLEY_RESET_AUTO, RUNS));
        keep_least(&process, campaign_us(true, SLEY_RESET_PROCESS, RUNS));
        keep_least(&forked, campaign_us(true, SLEY_RESET_FORK, FORKED_RUNS));
    }
    printf("%-34s %9.2f us\n", "an empty process, forked", idle);
    printf("%-34s %9.2f us\n", "a run of the property", property);
    printf("%-34s %9.2f us  %8.2f x the property\n", "of the program, one process", process,
           process / property);
    printf("%-34s %9.2f us  %8.2f x in one process  %.2f x an empty one  %.0f runs/s\n",
           "of the program, a process each", forked, forked / process, forked / idle, 1e6 / forked);
    return 0;
}
