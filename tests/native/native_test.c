/* `sley run --lane native` as a process. What chance finds is nobody's to promise: the tests ask
 * for what every run of a property must show, or must not. */
#include "tests/cli/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char *directory;
static struct sley_ended ended; /* of the test's last process */

static int
begin(void **state)
{
    (void)state;
    directory = sley_directory_create();
    ended = (struct sley_ended){0};
    return directory && setenv("TMPDIR", directory, 1) == 0 ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    sley_ended_deinit(&ended);
    unsetenv("TMPDIR");
    sley_directory_destroy(directory);
    return 0;
}

/* Runs `sley ARGUMENTS --lane native`; the former process's output is forgotten. */
static void
run(const char *arguments, int code)
{
    char line[512];
    snprintf(line, sizeof line, "%s --lane native", arguments);
    sley_ended_deinit(&ended);
    ended = (struct sley_ended){0};
    assert_int_equal(sley_process_run(&ended, directory, line), 0);
    if (ended.code != code) {
        fail_msg("sley %s: exit code %d: %s%s", line, ended.code, ended.out, ended.err);
    }
}

/* The one object that `sley run ARGUMENTS --json` prints, owned by the caller. */
static json_t *
result_of(const char *arguments)
{
    char line[256];
    snprintf(line, sizeof line, "run %s --json", arguments);
    run(line, 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_non_null(lines);
    assert_int_equal(json_array_size(lines), 1);
    json_t *result = json_incref(json_array_get(lines, 0));
    json_decref(lines);
    return result;
}

static json_int_t
number(const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

/* In how many runs a verdict showed; 0 when it is not named. */
static json_int_t
shown(const json_t *result, const char *verdict)
{
    return json_integer_value(json_object_get(json_object_get(result, "shown"), verdict));
}

static bool
matches(const char *text, const char *pattern)
{
    regex_t compiled;
    assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool match = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return match;
}

static void
properties_that_hold_show_nothing(void **state)
{
    static const char *const names[] = {
        "lock-makes-critical-section-atomic",
        "lock-makes-critical-section-atomic.many",
        "lock-mutual-exclusion.many",
        "lock-with-releases",
        "lock-rlock-reentrant.deep",
        "deadlock-self-nonreentrant.n-zero",
        "deadlock-self-nonreentrant.timeout",
        "deadlock-lock-ordering-prevents.three",
        "queue-thread-safe",
        "queue-thread-safe.fifo",
        "queue-thread-safe.exactly-once",
        "queue-thread-safe.by-hand",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char arguments[128];
        const char *word;
        json_t *count;
        /* A glob: the other names of the claim are not meant. */
        snprintf(arguments, sizeof arguments, "%s --runs 50", names[i]);
        json_t *result = result_of(arguments);
        assert_string_equal(sley_json_text(result, "property"), names[i]);
        assert_int_equal(number(result, "runs"), 50);
        assert_int_equal(number(result, "event_runs"), 0);
        json_object_foreach(json_object_get(result, "shown"), word, count)
        {
            if (json_integer_value(count) != 0) {
                fail_msg("%s: %s", names[i], ended.out);
            }
        }
        json_decref(result);
    }
}

static void
a_deadlock_in_every_run_is_counted_as_blocked(void **state)
{
    (void)state;
    json_t *result = result_of("deadlock-self-nonreentrant --runs 2");
    assert_int_equal(number(result, "runs"), 2);
    assert_int_equal(shown(result, "blocked"), 2);
    assert_int_equal(shown(result, "assertion"), 0);
    assert_int_equal(shown(result, "crash"), 0);
    assert_int_equal(number(result, "event_runs"), 2);
    assert_int_equal(number(result, "event_run"), 0);
    json_decref(result);
}

static void
an_assertion_in_every_run_is_counted_and_the_runs_go_on(void **state)
{
    (void)state;
    json_t *result = result_of("lock-rlock-release-count.uncounted --runs 7");
    assert_int_equal(number(result, "runs"), 7);
    assert_int_equal(shown(result, "assertion"), 7);
    assert_int_equal(number(result, "event_runs"), 7);
    json_decref(result);
}

static void
inputs_depend_on_the_seed_and_the_run_alone(void **state)
{
    (void)state;
    json_t *first = result_of("lock-rlock-release-count --runs 60 --seed 5");
    json_t *again = result_of("lock-rlock-release-count --runs 60 --seed 5");
    assert_int_equal(number(first, "runs"), 60);
    assert_int_not_equal(shown(first, "discarded"), 0);
    assert_int_not_equal(shown(first, "discarded"), 60);
    assert_int_equal(shown(first, "discarded"), shown(again, "discarded"));
    json_decref(first);
    json_decref(again);
}

static void
the_same_property_is_explored_for_comparison_and_nothing_is_left_behind(void **state)
{
    (void)state;
    json_t *result = result_of("atomic-increment-not-atomic.down-to-two --time 300ms");
    const json_t *explore = json_object_get(result, "explore");
    assert_true(number(explore, "runs") > 0);
    assert_true(number(explore, "event_run") >= 0);
    assert_true(json_is_real(json_object_get(explore, "event_ms")));
    assert_true(number(result, "runs") > 0);
    assert_true(shown(result, "assertion") <= number(result, "runs"));
    assert_true(shown(result, "race") <= number(result, "runs"));
    assert_int_equal(shown(result, "crash"), 0);
    assert_int_equal(sley_directory_count(directory), 0);
    json_decref(result);
}

/* Loosely: a bound that is not kept at all would run into the time-out of the test. */
static void
time_bounds_a_campaign(void **state)
{
    (void)state;
    json_t *result = result_of("lock-mutual-exclusion.many --time 500ms");
    double elapsed_ms = json_real_value(json_object_get(result, "elapsed_ms"));
    assert_true(elapsed_ms >= 500);
    assert_true(elapsed_ms < 30000);
    json_decref(result);
}

static void
a_property_takes_two_lines(void **state)
{
    (void)state;
    run("run lock-rlock-release-count.uncounted --runs 3", 0);
    if (!matches(ended.out,
                 "^lock-rlock-release-count[.]uncounted: 3 runs in [0-9]+[.][0-9] s, [0-9,]+/s; "
                 "assertion 3, race 0, blocked 0, crash 0\n"
                 "    by chance: 3 of 3 runs in [0-9]+[.][0-9] s; "
                 "sley: run [0-9,]+ \\([0-9]+ ms with start and end\\), [0-9,]+/s\n$")) {
        fail_msg("%s", ended.out);
    }
    run("run deadlock-self-nonreentrant.n-zero --runs 3", 0);
    if (!matches(ended.out, "\n    by chance: none of 3 runs in [0-9]+[.][0-9] s; "
                            "sley: none of [0-9,]+ runs, [0-9,]+/s\n$")) {
        fail_msg("%s", ended.out);
    }
}

static void
what_the_lane_cannot_do_is_said_in_one_line(void **state)
{
    (void)state;
    run("list", 2);
    assert_string_equal(ended.err, "sley: --lane native: this lane has one command: run\n");
    run("run coro-no-race --runs 1", 2);
    assert_string_equal(ended.err, "sley: nothing to run: no selected property is stated for model "
                                   "'thread'\n");
    run("run --model coroutine --runs 1", 2);
    assert_string_equal(ended.err, "sley: unknown model 'coroutine'; known are thread\n");
    run("run no-such-property --runs 1", 2);
    assert_true(matches(ended.err, "^sley: no property matches 'no-such-property'.*\n$"));
    run("run --strategy pct", 2);
    assert_true(matches(ended.err, "^sley: run: flag '--strategy'.*\n$"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(properties_that_hold_show_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_deadlock_in_every_run_is_counted_as_blocked, begin, end),
        cmocka_unit_test_setup_teardown(an_assertion_in_every_run_is_counted_and_the_runs_go_on,
                                        begin, end),
        cmocka_unit_test_setup_teardown(inputs_depend_on_the_seed_and_the_run_alone, begin, end),
        cmocka_unit_test_setup_teardown(
            the_same_property_is_explored_for_comparison_and_nothing_is_left_behind, begin, end),
        cmocka_unit_test_setup_teardown(time_bounds_a_campaign, begin, end),
        cmocka_unit_test_setup_teardown(a_property_takes_two_lines, begin, end),
        cmocka_unit_test_setup_teardown(what_the_lane_cannot_do_is_said_in_one_line, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
