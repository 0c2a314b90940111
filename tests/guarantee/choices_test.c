/* The exhaustive search and choices other than "who runs next", loops, and runs that are too long.
 */
#include "campaign/finding.h"
#include "pthread/front.h"
#include "search/exhaustive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { RUNS_MAX = 1000000 };

static struct sley_run_result result;
static const struct sley_search_options plain = {.no_reduction = true};

/* --- loops --- */

/* Task 1 spins with a yield until task 2 has written: a space that is infinite without the bound.
 */
static int flag;
static uint32_t rounds_of_runs[4]; /* runs by the number of yields of task 1 */

static void *
spin(void *unused)
{
    uint32_t rounds = 0;
    for (;;) {
        sley_point(SLEY_OP_ATOMIC_LOAD, (uintptr_t)&flag, 1);
        if (flag) {
            break;
        }
        sley_point_yield(1);
        rounds++;
    }
    rounds_of_runs[rounds % 4]++;
    return unused;
}

static void *
set_flag(void *unused)
{
    sley_point(SLEY_OP_ATOMIC_STORE, (uintptr_t)&flag, 1);
    flag = 1;
    return unused;
}

static void
join(uint32_t task)
{
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, 1);
}

static void *
spin_entry(void *unused)
{
    flag = 0;
    sley_task_spawn(spin, NULL, NULL, 1);
    sley_task_spawn(set_flag, NULL, NULL, 1);
    join(1);
    join(2);
    return unused;
}

static uint32_t
explore_entry(void *(*entry)(void *), struct sley_search_options options,
              struct sley_run_options run_options)
{
    uint32_t complete = 0;
    struct sley_search *search = sley_search_create(&options);
    do {
        run_options.source = sley_search_source(search);
        run_options.entry = entry;
        run_options.task_end = sley_pthread_task_end;
        sley_engine_run(&run_options, &result);
        complete += !result.pruned;
    } while (sley_search_next(search) && complete < RUNS_MAX);
    sley_search_destroy(search);
    return complete;
}

/* With s for the store, l for a load and y for a yield: s l; l s y l; l y s l; l y l s y l, where
 * the second yield has to wait for the store. Yields commute with nothing, so that reduction leaves
 * all. */
static void
a_loop_that_yields_is_searched_to_the_end(void **state)
{
    (void)state;
    for (uint32_t reduced = 0; reduced < 2; reduced++) {
        struct sley_search_options options = {.no_reduction = !reduced};
        rounds_of_runs[0] = rounds_of_runs[1] = rounds_of_runs[2] = 0;
        assert_int_equal(explore_entry(spin_entry, options, (struct sley_run_options){0}), 4);
        assert_int_equal(rounds_of_runs[0], 1);
        assert_int_equal(rounds_of_runs[1], 2);
        assert_int_equal(rounds_of_runs[2], 1);
    }
}

/* --- inputs and spurious wake-ups --- */

static uint32_t drawn[12];

static void *
draw_inputs(void *unused)
{
    uint32_t first = sley_choose(SLEY_CHOICE_INPUT, 3);
    sley_point(SLEY_OP_WRITE, (uintptr_t)&flag, 1);
    uint32_t second = sley_choose(SLEY_CHOICE_INPUT, first + 2);
    drawn[first * 4 + second]++;
    return unused;
}

/* The second bound depends on the first input: 2 + 3 + 4 runs. */
static void
every_combination_of_inputs_is_run_once(void **state)
{
    (void)state;
    memset(drawn, 0, sizeof drawn);
    assert_int_equal(explore_entry(draw_inputs, plain, (struct sley_run_options){0}), 9);
    for (uint32_t first = 0; first < 3; first++) {
        for (uint32_t second = 0; second < 4; second++) {
            assert_int_equal(drawn[first * 4 + second], second < first + 2);
        }
    }
}

static pthread_mutex_t mutex;
static pthread_cond_t condition;
static uint32_t wakeups[4]; /* runs by the number of waits that returned without a signal */

/* Waits three times, with a signal of its own pending for none: each return is spurious. */
static void *
wait_thrice(void *unused)
{
    (void)unused;
    uint32_t returned = 0;
    sley_pthread_mutex_lock(&mutex);
    while (returned < 3) {
        wakeups[returned]++;
        sley_pthread_cond_wait(&condition, &mutex);
        returned++;
    }
    wakeups[3]++;
    sley_pthread_mutex_unlock(&mutex);
    return NULL;
}

static void
reset_condition(void)
{
    mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    condition = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    memset(wakeups, 0, sizeof wakeups);
}

/* With a budget of s: 0..s spurious returns, then the task waits for ever: s + 1 runs; with three
 * all waits may return. */
static void
spurious_wake_ups_are_enumerated_within_their_bound(void **state)
{
    (void)state;
    for (uint32_t spurious = 0; spurious <= 3; spurious++) {
        struct sley_run_options options = {.spurious_max = spurious};
        reset_condition();
        assert_int_equal(explore_entry(wait_thrice, plain, options), spurious + 1);
        for (uint32_t returned = 0; returned <= 3; returned++) {
            uint32_t runs = returned <= spurious ? spurious + 1 - returned : 0;
            assert_int_equal(wakeups[returned], runs);
        }
    }
}

/* --- what is not claimed --- */

static void *
long_entry(void *unused)
{
    for (uint32_t i = 0; i < 40; i++) {
        sley_point(SLEY_OP_WRITE, (uintptr_t)&flag, 1);
    }
    return unused;
}

/* The fair tail beyond the step bound is one schedule of many. The run says so, and a campaign
 * whose search has ended claims nothing of all schedules then. */
static void
a_run_beyond_the_step_bound_is_not_claimed_as_exhausted(void **state)
{
    (void)state;
    static struct sley_tally tally;
    static struct sley_campaign campaign;
    static const struct sley_property property = {.name = "p", .quantifier = SLEY_ALWAYS};
    static const struct sley_model model = {.name = "m"};
    struct sley_judgement judgement;
    for (uint32_t steps_max = 20; steps_max <= 40; steps_max += 20) {
        struct sley_run_options options = {.steps_max = steps_max};
        assert_int_equal(explore_entry(long_entry, plain, options), 1);
        assert_int_equal(result.verdicts, 0);
        assert_int_equal(result.step_count, 40);
        assert_int_equal(result.unfair, steps_max < 40);
        sley_tally_init(&tally);
        sley_tally_add(&tally, &property, 0, &result);
        tally.conflict = true;
        campaign.target.property = &property;
        campaign.target.model = &model;
        campaign.tally = &tally;
        campaign.exhausted = true;
        sley_finding_judge(&judgement, &campaign);
        assert_int_equal(judgement.evidence,
                         steps_max < 40 ? SLEY_EVIDENCE_NONE : SLEY_EVIDENCE_SCHEDULE);
    }
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
        cmocka_unit_test(a_loop_that_yields_is_searched_to_the_end),
        cmocka_unit_test(every_combination_of_inputs_is_run_once),
        cmocka_unit_test(spurious_wake_ups_are_enumerated_within_their_bound),
        cmocka_unit_test(a_run_beyond_the_step_bound_is_not_claimed_as_exhausted),
    };
    return cmocka_run_group_tests_name("choices", tests, engine_init, NULL);
}
