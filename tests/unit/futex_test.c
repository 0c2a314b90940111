#include "pthread/front.h"

#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    (void)state;
    (void)parameters;
    (void)seed;
    (void)run;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    *pick = (struct sley_pick){view->default_index, 1, false};
    for (uint32_t i = 0; view->current_yields && i < view->runnable_count; i++) {
        if (view->candidates[i] != view->current) {
            pick->index = i;
            return;
        }
    }
}

static uint32_t
value(void *state, const struct sley_value_query *query)
{
    (void)state;
    (void)query;
    return 0;
}

static const struct sley_strategy_ops stay = {
    .name = "stay", .begin = begin, .pick = pick, .value = value};

static struct sley_run_result result;
static unsigned words[2];
static long returned[4];
static int errors[4];

/* Executes entry as task 0 of a run that stays with a task until it yields or waits. */
static void
run(void *(*entry)(void *))
{
    const struct sley_run_options options = {
        .source = {.ops = &stay}, .entry = entry, .task_end = sley_pthread_task_end};
    memset(words, 0, sizeof words);
    memset(returned, 0, sizeof returned);
    memset(errors, 0, sizeof errors);
    sley_engine_run(&options, &result);
}

static void
note(int at, long code)
{
    returned[at] = code;
    errors[at] = code < 0 ? errno : 0;
}

static void *
waits_for_no_reason(void *argument)
{
    const struct timespec no_time = {0, 1000000000};
    note(0, sley_syscall(SYS_futex, &words[0], FUTEX_WAIT, 1, NULL, NULL, 0));
    note(1, sley_syscall(SYS_futex, (char *)words + 1, FUTEX_WAIT, 0, NULL, NULL, 0));
    note(2, sley_syscall(SYS_futex, &words[0], FUTEX_WAKE, 1, NULL, NULL, 0));
    note(3, sley_syscall(SYS_futex, &words[0], FUTEX_WAIT, 0, &no_time, NULL, 0));
    return argument;
}

static void
a_wait_that_cannot_be_says_why(void **state)
{
    (void)state;
    run(waits_for_no_reason);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(errors[0], EAGAIN);
    assert_int_equal(errors[1], EINVAL);
    assert_int_equal(returned[2], 0);
    assert_int_equal(errors[3], EINVAL);
}

static void *
waits_for_times(void *argument)
{
    const struct timespec three = {3, 0};
    note(0, sley_syscall(SYS_futex, &words[0], FUTEX_WAIT_PRIVATE, 0, &three, NULL, 0));
    note(1, sley_syscall(SYS_futex, &words[0], FUTEX_WAIT, 0, &three, NULL, 0));
    /* From now it would be later; as a time of the clock it has passed. */
    note(2, sley_syscall(SYS_futex, &words[0], FUTEX_WAIT_BITSET, 0, &three, NULL,
                         FUTEX_BITSET_MATCH_ANY));
    return argument;
}

static void
a_time_counts_from_now_or_from_the_clock(void **state)
{
    (void)state;
    run(waits_for_times);
    assert_int_equal(result.verdicts, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(errors[i], ETIMEDOUT);
    }
    assert_int_equal(result.clock_ns, 6000000000);
}

static void *
sleeper(void *argument)
{
    int at = *(int *)argument;
    note(at, sley_syscall(SYS_futex, &words[at / 2], FUTEX_WAIT, 0, NULL, NULL, 0));
    return NULL;
}

static void *
wakes_some(void *argument)
{
    static int number[4] = {0, 1, 2, 3};
    pthread_t ids[4];
    for (int i = 0; i < 4; i++) {
        returned[i] = 99;
        sley_pthread_create(&ids[i], NULL, sleeper, &number[i]);
    }
    for (int i = 0; i < 8; i++) {
        sley_sched_yield();
    }
    long woken = sley_syscall(SYS_futex, &words[0], FUTEX_WAKE, 1, NULL, NULL, 0);
    sley_pthread_join(ids[0], NULL);
    woken = woken * 10 + returned[1] / 99; /* the second waits still */
    woken = woken * 10 +
            sley_syscall(SYS_futex, &words[1], FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
    woken = woken * 10 + sley_syscall(SYS_futex, &words[0], FUTEX_WAKE, 5, NULL, NULL, 0);
    for (int i = 1; i < 4; i++) {
        sley_pthread_join(ids[i], NULL);
    }
    errors[0] = (int)woken;
    return argument;
}

static void
a_wake_up_reaches_as_many_as_it_says_of_its_own_word(void **state)
{
    (void)state;
    run(wakes_some);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(errors[0], 1121);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(returned[i], 0);
    }
}

static void *
waits_for_ever(void *argument)
{
    sley_syscall(SYS_futex, &words[0], FUTEX_WAIT, 0, NULL, NULL, 0);
    return argument;
}

static void
a_wait_without_an_end_is_a_deadlock(void **state)
{
    (void)state;
    run(waits_for_ever);
    assert_int_equal(result.verdicts, 1u << SLEY_VERDICT_BLOCKED);
    assert_non_null(strstr(result.failure[0].text, "a futex"));
}

static void *
calls_by_number(void *argument)
{
    note(0, sley_syscall(SYS_gettid));
    note(1, sley_syscall(SYS_getpid));
    note(2, sley_syscall(SYS_sched_yield));
    sley_syscall(SYS_mount, 0L, 0L, 0L, 0L, 0L);
    return argument;
}

static void
a_call_that_is_not_known_ends_the_run_by_its_number(void **state)
{
    char expected[64];
    (void)state;
    run(calls_by_number);
    assert_int_equal(result.verdicts, 1u << SLEY_VERDICT_CRASH);
    snprintf(expected, sizeof expected, "system call %ld is none", (long)SYS_mount);
    assert_non_null(strstr(result.failure[0].text, expected));
    assert_int_equal(returned[0], 1);
    assert_int_equal(returned[1], getpid());
    assert_int_equal(returned[2], 0);
}

static void *
requeues(void *argument)
{
    sley_syscall(SYS_futex, &words[0], FUTEX_CMP_REQUEUE, 1, (struct timespec *)1, &words[1], 0);
    return argument;
}

static void
an_operation_that_is_not_known_ends_the_run(void **state)
{
    (void)state;
    run(requeues);
    assert_int_equal(result.verdicts, 1u << SLEY_VERDICT_CRASH);
    assert_non_null(strstr(result.failure[0].text, "futex operation 4 is none"));
}

static int
engine_init(void **state)
{
    struct sley_error error;
    (void)state;
    return sley_engine_init(&error) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_that_cannot_be_says_why),
        cmocka_unit_test(a_time_counts_from_now_or_from_the_clock),
        cmocka_unit_test(a_wake_up_reaches_as_many_as_it_says_of_its_own_word),
        cmocka_unit_test(a_wait_without_an_end_is_a_deadlock),
        cmocka_unit_test(a_call_that_is_not_known_ends_the_run_by_its_number),
        cmocka_unit_test(an_operation_that_is_not_known_ends_the_run),
    };
    return cmocka_run_group_tests(tests, engine_init, NULL);
}
