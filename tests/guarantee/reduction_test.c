/* Sleep sets lose no outcome: on generated programs, the exhaustive search reaches the same set of
 * outcomes with and without reduction, and the same verdicts. */
#include "guarantee/generated.h"
#include "search/exhaustive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum {
    COMPARED_MIN = 400,
    PROGRAMS_MAX = 4000,
    RUNS_MAX = 60000, /* of one search; a program that needs more is left out */
    OUTCOMES_MAX = 4096,
};

struct outcomes {
    uint64_t key[OUTCOMES_MAX]; /* ascending */
    uint32_t count;
    uint32_t verdicts; /* of all runs, given up ones included */
    uint32_t complete, pruned;
    bool whole; /* the search came to its end within RUNS_MAX runs */
};

static bool
outcome_add(struct outcomes *outcomes, uint64_t key)
{
    uint32_t low = 0;
    uint32_t high = outcomes->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (outcomes->key[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < outcomes->count && outcomes->key[low] == key) {
        return true;
    }
    if (outcomes->count == OUTCOMES_MAX) {
        return false;
    }
    memmove(&outcomes->key[low + 1], &outcomes->key[low],
            (outcomes->count - low) * sizeof outcomes->key[0]);
    outcomes->key[low] = key;
    outcomes->count++;
    return true;
}

static void
explore(const struct generated *program, bool reduced, struct outcomes *outcomes)
{
    static struct sley_run_result result;
    struct sley_search_options options = {.no_reduction = !reduced};
    struct sley_search *search = sley_search_create(&options);
    outcomes->count = outcomes->verdicts = outcomes->complete = outcomes->pruned = 0;
    bool fits = true;
    bool more = true;
    while (more && fits && outcomes->complete + outcomes->pruned < RUNS_MAX) {
        uint64_t key = generated_run(program, sley_search_source(search), &result);
        outcomes->verdicts |= result.verdicts;
        outcomes->pruned += result.pruned;
        outcomes->complete += !result.pruned;
        fits = result.pruned || outcome_add(outcomes, key);
        more = sley_search_next(search);
    }
    outcomes->whole = !more && fits && !sley_search_truncated(search);
    sley_search_destroy(search);
}

static bool
same_outcomes(const struct outcomes *a, const struct outcomes *b)
{
    return a->whole && b->whole && a->count == b->count && a->verdicts == b->verdicts &&
           memcmp(a->key, b->key, a->count * sizeof a->key[0]) == 0;
}

static void
sleep_sets_reach_the_same_outcomes_as_all_interleavings(void **state)
{
    (void)state;
    static struct generated program;
    static struct outcomes all, reduced;
    uint32_t compared = 0;
    uint32_t differing = 0;
    uint32_t verdicts = 0;
    uint64_t all_runs = 0;
    uint64_t reduced_runs = 0;
    for (uint64_t seed = 1; seed <= PROGRAMS_MAX && compared < COMPARED_MIN; seed++) {
        generated_init(&program, seed);
        explore(&program, false, &all);
        if (!all.whole) {
            continue;
        }
        explore(&program, true, &reduced);
        compared++;
        verdicts |= all.verdicts;
        all_runs += all.complete;
        reduced_runs += reduced.complete;
        if (!same_outcomes(&all, &reduced)) {
            differing++;
            fprintf(stderr,
                    "seed %llu: %u outcomes (verdicts %x) in %u runs, with sleep sets %u "
                    "(%x) in %u runs and %u given up\n",
                    (unsigned long long)seed, all.count, all.verdicts, all.complete, reduced.count,
                    reduced.verdicts, reduced.complete, reduced.pruned);
            generated_print(&program);
        }
    }
    print_message("%u programs: %llu runs, with sleep sets %llu; verdicts %x\n", compared,
                  (unsigned long long)all_runs, (unsigned long long)reduced_runs, verdicts);
    assert_int_equal(differing, 0);
    assert_true(compared >= COMPARED_MIN);
    assert_true(reduced_runs < all_runs / 4);
    /* The programs go wrong in every way that they can. */
    const uint32_t ways = SLEY_BIT(RACE) | SLEY_BIT(DEADLOCK_SELF) | SLEY_BIT(DEADLOCK_CYCLE) |
                          SLEY_BIT(LOST_WAKEUP) | SLEY_BIT(ORPHANED_LOCK) | SLEY_BIT(BLOCKED) |
                          SLEY_BIT(INVERSION);
    assert_int_equal(verdicts & ways, ways);
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleep_sets_reach_the_same_outcomes_as_all_interleavings),
    };
    return cmocka_run_group_tests_name("reduction", tests, engine_init, NULL);
}
