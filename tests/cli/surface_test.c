/* The whole of what POSIX and C11 offer for threads: each program of tests/surface calls a part of
 * it and stays clean, and fails in some schedule when it is built with one of its bugs. */
#include "tests/cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
build_and_explore(const char *name, const char *flags, int code, const char *part)
{
    char command[4096];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " cc -D_GNU_SOURCE %s -o %s " SLEY_SOURCES "/%s.c", flags, name, name);
    sley_command_mention(command, 0, "");
    snprintf(command, sizeof command, SLEY_EXECUTABLE " explore ./%s --runs 400", name);
    sley_command_mention(command, code, part);
}

static void
cancelled_threads_leave_in_order(void **state)
{
    (void)state;
    build_and_explore("cancel", "", 0, "no failure");
    build_and_explore("cancel", "-DBUG", 1, "failure 1: deadlock:orphaned-lock");
    build_and_explore("cancel", "-fexceptions", 0, "no failure");
}

static void
a_cancelled_once_routine_runs_again(void **state)
{
    (void)state;
    build_and_explore("once", "", 0, "no failure");
    build_and_explore("once", "-DBUG", 1, "failure 1: deadlock:orphaned-lock");
}

static void
signals_are_the_runs_own(void **state)
{
    (void)state;
    build_and_explore("signals", "", 0, "no failure");
    build_and_explore("signals", "-DBUG=1", 1, "assertion failed: *(int *)argument == 1");
    build_and_explore("signals", "-DBUG=2", 1, "waits for a signal for ever");
    build_and_explore("signals", "-DBUG=3", 1, "signal 15 (SIGTERM), which it has no handler for");
}

static void
a_robust_mutex_tells_of_its_owners_death(void **state)
{
    (void)state;
    build_and_explore("robust", "", 0, "no failure");
    build_and_explore("robust", "-DBUG=1", 1, "failure 1: deadlock:orphaned-lock");
    build_and_explore("robust", "-DBUG=2", 1, "assertion failed: pthread_mutex_lock(&lock) == 0");
}

static void
attributes_are_kept_and_told(void **state)
{
    (void)state;
    build_and_explore("attributes", "", 0, "no failure");
}

static void
named_semaphores_are_of_the_run(void **state)
{
    (void)state;
    build_and_explore("named", "", 0, "no failure");
    build_and_explore("named", "-DBUG", 1, "failure 1: assertion");
}

static void
a_lock_can_prefer_writers(void **state)
{
    (void)state;
    build_and_explore("prefer", "", 0, "no failure");
    build_and_explore("prefer", "-DBUG", 1, "failure 1: deadlock:cycle");
}

static void
all_of_c11_threads_is_there(void **state)
{
    (void)state;
    build_and_explore("c11", "", 0, "no failure");
    build_and_explore("c11", "-DBUG", 1, "failure 1: assertion");
}

static void
threads_end_in_every_way(void **state)
{
    (void)state;
    build_and_explore("threads", "", 0, "no failure");
    build_and_explore("threads", "-DBUG", 1, "failure 1: heap");
}

static void
every_atomic_builtin_is_a_point(void **state)
{
    (void)state;
    build_and_explore("builtins", "", 0, "no failure");
    build_and_explore("builtins", "-DBUG", 1, "failure 1: assertion");
}

/* The table of the failing run in one text, blanks squeezed. */
static const char steps_in_vain[] =
    SLEY_EXECUTABLE " explain $(" SLEY_EXECUTABLE " explore ./in_vain --runs 400 | "
                    "sed -n 's/.* replay \\([^ ]*\\) .*/\\1/p') ./in_vain --markdown --all | "
                    "tr -s ' '";

static void
expect_count(const char *text, const char *part, int count)
{
    int found = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
        found++;
    }
    if (found != count) {
        fail_msg("%d, not %d times '%s' in: %s", found, count, part, text);
    }
}

static void
what_comes_to_nothing_does_not_read_as_if_it_were_done(void **state)
{
    (void)state;
    static const char *const once[] = {
        " joins task 1 (in vain) ",
        " polls pipe 1 (timed out) ",
        " takes from semaphore empty (in vain) ",
        " takes from semaphore empty (interrupt",
        " sleeps (interrupted) ",
    };
    /* By a deadline that has passed, and by one that comes. */
    static const char *const twice[] = {
        " locks held (timed out) ",
        " locks for reading shared (timed out) ",
        " locks shared (timed out) ",
        " locks prefers (timed out) ",
        " takes from semaphore empty (timed out) ",
        " waits on condition (timed out) ",
    };
    build_and_explore("in_vain", "", 1, "failure 1: assertion");
    struct sley_ended ended = sley_command_run(steps_in_vain, 0);
    for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
        expect_count(ended.out, once[i], 1);
    }
    for (size_t i = 0; i < sizeof twice / sizeof twice[0]; i++) {
        expect_count(ended.out, twice[i], 2);
    }
    sley_ended_deinit(&ended);
}

static const char holding[] =
    "printf '#include <pthread.h>\\npthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\\n"
    "void *take(void *a) { pthread_mutex_lock(&lock); return a; }\\n"
    "int main(void) { pthread_t t; pthread_create(&t, 0, take, 0); pthread_join(t, 0);\\n"
    "return 0; }\\n' >holding.c && " SLEY_EXECUTABLE " cc -o holding holding.c && " SLEY_EXECUTABLE
    " explore ./holding --runs 50";

static void
a_mutex_that_is_left_locked_is_worth_a_note_and_no_failure(void **state)
{
    (void)state;
    sley_command_mention(
        holding, 0,
        "note: lock was still locked when its owner, task 1, ended, first in run 0 of 50 such "
        "runs; taken at holding.c:3 (take)\nholding: no failure");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancelled_threads_leave_in_order),
        cmocka_unit_test(a_cancelled_once_routine_runs_again),
        cmocka_unit_test(signals_are_the_runs_own),
        cmocka_unit_test(a_robust_mutex_tells_of_its_owners_death),
        cmocka_unit_test(attributes_are_kept_and_told),
        cmocka_unit_test(named_semaphores_are_of_the_run),
        cmocka_unit_test(a_lock_can_prefer_writers),
        cmocka_unit_test(all_of_c11_threads_is_there),
        cmocka_unit_test(threads_end_in_every_way),
        cmocka_unit_test(every_atomic_builtin_is_a_point),
        cmocka_unit_test(what_comes_to_nothing_does_not_read_as_if_it_were_done),
        cmocka_unit_test(a_mutex_that_is_left_locked_is_worth_a_note_and_no_failure),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
