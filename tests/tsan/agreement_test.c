/* sley's race detector and ThreadSanitizer look at the same runs: they must agree on which are
 * racy, but for the differences that are explained below.
 *
 * usage: agreement_test [RUNS]; default 50 for each property. */
#include "campaign/signals.h"
#include "campaign/target.h"
#include "models/registry.h"
#include "scenarios/registry.h"
#include "tsan/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SLEY_CANARY(symbol) extern const struct sley_property sley_canary_##symbol[];
#include "tests/canary/canaries.def"
#undef SLEY_CANARY

static const struct sley_property *const canaries[] = {
#define SLEY_CANARY(symbol) sley_canary_##symbol,
#include "tests/canary/canaries.def"
#undef SLEY_CANARY
    NULL,
};

struct counts {
    unsigned long runs, both, neither, own_only, tsan_only;
    uint64_t own_only_run, tsan_only_run; /* first of each */
};

static unsigned long run_count = 30;
static struct counts *counts; /* shared with the child that a crash ends */

/* Where the two may differ.
 *
 * ThreadSanitizer knows no fences: what they order is a race to it. And when its epochs run out
 * (every few hundred runs) it forgets every access there was, in the middle of a run: a race across
 * that moment is missed. */
static const char *const fenced[] = {"canary.race-relaxed.fixed", "canary.race-relaxed"};
enum {
    FORGOTTEN_PER_THOUSAND = 10,
    PROCESS_RUNS = 4000, /* as in a campaign, a fresh process before the runtime's epochs run out */
};

static bool
is_explained(const char *name)
{
    bool fences = false;
    for (size_t i = 0; i < sizeof fenced / sizeof fenced[0]; i++) {
        fences |= strcmp(fenced[i], name) == 0;
    }
    unsigned long forgotten_max = 1 + counts->runs * FORGOTTEN_PER_THOUSAND / 1000;
    return counts->own_only <= forgotten_max && (counts->tsan_only == 0 || fences);
}

static void
count(const struct sley_run_result *result, uint64_t run)
{
    bool own = result->own_race;
    bool tsan = (result->verdicts & SLEY_BIT(RACE)) != 0;
    counts->runs++;
    counts->both += own && tsan;
    counts->neither += !own && !tsan;
    if (own && !tsan && counts->own_only++ == 0) {
        counts->own_only_run = run;
    }
    if (tsan && !own && counts->tsan_only++ == 0) {
        counts->tsan_only_run = run;
    }
}

/* In a child. A run that crashes ends it; the runs up to there count. */
static void
execute(const struct sley_target *target)
{
    static struct sley_run_result result;
    static unsigned char state[1 << 14] __attribute__((aligned(16)));
    struct sley_parameters parameters = {2, {3, 40}};
    struct sley_error error;
    if (sley_signals_install(&error) != SLEY_OK) {
        _exit(2);
    }
    uint64_t first = counts->runs;
    for (uint64_t run = first; run < run_count && run < first + PROCESS_RUNS; run++) {
        struct sley_source source = {&sley_strategy_mix, state};
        sley_strategy_mix.begin(state, &parameters, 1, run);
        sley_target_run(target, &source, NULL, &result);
        count(&result, run);
    }
    _exit(0);
}

static int
compare(const struct sley_property *property)
{
    struct sley_target target = {.property = property, .model = &sley_model_thread};
    memset(counts, 0, sizeof *counts);
    unsigned long crashed = 0;
    while (counts->runs < run_count && crashed < 200) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            execute(&target);
        }
        int status;
        waitpid(child, &status, 0);
        if (status != 0) {
            counts->runs++; /* the run that crashed has no result to compare */
            counts->neither++;
            crashed++;
        }
    }
    bool bad = !is_explained(property->name);
    if (bad || counts->own_only || counts->tsan_only) {
        printf("%s %s: %lu runs, both %lu, neither %lu, only sley %lu (first %lu), only tsan %lu "
               "(first %lu)\n",
               bad ? "DIFFER" : "explained", property->name, counts->runs, counts->both,
               counts->neither, counts->own_only, (unsigned long)counts->own_only_run,
               counts->tsan_only, (unsigned long)counts->tsan_only_run);
    }
    return bad;
}

static int
compare_all(const struct sley_property *const *lists, unsigned long *property_count)
{
    int bad = 0;
    for (; *lists; lists++) {
        for (const struct sley_property *p = *lists; p->name; p++) {
            if (strstr(p->name, "stuck") || strstr(p->name, "nondeterminism")) {
                continue; /* each run takes a second, or is none of the token's */
            }
            bad += compare(p);
            (*property_count)++;
        }
    }
    return bad;
}

static void
both_detectors_agree_on_every_run_of_every_thread_property(void **state)
{
    unsigned long property_count = 0;
    (void)state;
    int bad = compare_all(sley_scenarios, &property_count) + compare_all(canaries, &property_count);
    printf("%lu properties, %lu runs each: %d differ without an explanation\n", property_count,
           run_count, bad);
    assert_int_equal(bad, 0);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_detectors_agree_on_every_run_of_every_thread_property),
    };
    struct sley_error error;
    if (argc > 1) {
        run_count = strtoul(argv[1], NULL, 10);
    }
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED || sley_engine_init(&error) != SLEY_OK) {
        return 2;
    }
    sley_lane = &sley_lane_tsan;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
