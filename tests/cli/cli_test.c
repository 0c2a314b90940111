/* The commands as a user types them: what they print, and with which exit code they end. */
#include "scenarios/registry.h"
#include "tests/cli/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

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
    return directory ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    sley_ended_deinit(&ended);
    sley_directory_destroy(directory);
    return 0;
}

/* Runs `sley ARGUMENTS`; the former process's output is forgotten. */
static void
run(const char *arguments, int code)
{
    sley_ended_deinit(&ended);
    ended = (struct sley_ended){0};
    assert_int_equal(sley_process_run(&ended, directory, arguments), 0);
    if (ended.code != code) {
        fail_msg("sley %s: exit code %d: %s%s", arguments, ended.code, ended.out, ended.err);
    }
}

/* The first command line that out offers for pasting, owned by the caller. */
static char *
command_of(const char *out)
{
    const char *command = strstr(out, SLEY_EXECUTABLE " replay ");
    assert_non_null(command);
    return strndup(command, strcspn(command, "\n"));
}

/* The token of that command, and its fields from the back: 1 is the last. */
static const char *
token_of(const char *command)
{
    return strrchr(command, ' ') + 1;
}

static const char *
field_from_back(const char *token, int number)
{
    const char *at = token + strlen(token);
    while (number > 0 && at > token) {
        number -= *--at == '/';
    }
    return at + 1;
}

static size_t
count(const char *text, const char *part)
{
    size_t sum = 0;
    for (const char *at = text; (at = strstr(at, part)); at++) {
        sum++;
    }
    return sum;
}

static void
list_names_every_property(void **state)
{
    (void)state;
    run("list --json", 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_non_null(lines);
    size_t at = 0;
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            const json_t *line = json_array_get(lines, at++);
            assert_string_equal(sley_json_text(line, "name"), p->name);
            assert_string_equal(sley_json_text(line, "says"), p->says);
            assert_true(json_is_object(json_object_get(line, "expected")));
        }
    }
    assert_int_equal(json_array_size(lines), at);
    run("list", 0);
    for (size_t i = 0; i < at; i++) {
        const char *name = sley_json_text(json_array_get(lines, i), "name");
        char line[128];
        snprintf(line, sizeof line, "%s\n    ", name);
        assert_non_null(strstr(ended.out, line));
    }
    json_decref(lines);
}

static void
every_command_explains_itself(void **state)
{
    (void)state;
    static const char *const arguments[] = {"list --help",    "run --help",      "replay --help",
                                            "explain --help", "outcomes --help", "calibrate --help",
                                            "--help"};
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        run(arguments[i], 0);
        assert_non_null(strstr(ended.out, "usage: sley"));
        assert_string_equal(ended.err, "");
    }
    run("--version", 0);
    assert_int_equal(sley_directory_count(directory), 0);
}

static void
a_run_prints_its_finding_and_the_replay_line(void **state)
{
    (void)state;
    run("run deadlock-abba --model thread", 0);
    assert_string_equal(ended.err, "");
    assert_non_null(strstr(ended.out, "confirmed    deadlock-abba, thread: witness in run "));
    assert_int_equal(count(ended.out, SLEY_EXECUTABLE " replay s1"), 1);
    assert_non_null(strstr(ended.out, "1 findings: 1 confirmed, 0 refuted, 0 inconclusive; all as "
                                      "expected\n"));
}

static void
a_claim_in_every_model_is_selected_by_its_id(void **state)
{
    (void)state;
    run("run lock-makes-critical-section-atomic --json", 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_non_null(lines);
    assert_true(json_array_size(lines) > 0);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        const char *type = sley_json_text(line, "type");
        assert_non_null(strstr("campaign failure progress end finding", type));
        assert_true(strncmp(sley_json_text(line, "property"), "lock-makes-critical-section-atomic",
                            34) == 0);
    }
    json_decref(lines);
}

/* The command that `run PROPERTY` prints shows the verdict again, however often it is pasted. */
static void
check_pasted(const char *arguments, const char *verdict)
{
    run(arguments, 0);
    char *command = command_of(ended.out);
    char first[4096] = "";
    for (int i = 0; i < 2; i++) {
        sley_ended_deinit(&ended);
        assert_int_equal(sley_process_paste(&ended, directory, command), 0);
        assert_int_equal(ended.code, 1);
        assert_string_equal(ended.err, "");
        size_t length = strcspn(ended.out, "\n");
        assert_non_null(memmem(ended.out, length, verdict, strlen(verdict)));
        assert_true(i == 0 || strcmp(first, ended.out) == 0);
        snprintf(first, sizeof first, "%s", ended.out);
    }
    free(command);
}

static void
the_pasted_replay_line_reproduces_the_verdict(void **state)
{
    (void)state;
    check_pasted("run deadlock-abba --model thread", "deadlock:cycle");
    check_pasted("run deadlock-abba --model coroutine", "deadlock:cycle");
    check_pasted("run atomic-increment-not-atomic --model thread", "assertion");
}

static void
the_choice_form_is_the_same_run(void **state)
{
    (void)state;
    char arguments[1024];
    run("run thread-race-on-shared --strategy mix --model thread", 0);
    char *seeded = command_of(ended.out);
    snprintf(arguments, sizeof arguments, "replay --explicit %s", token_of(seeded));
    run(arguments, 1);
    char *report = strdup(ended.out);
    char *chosen = command_of(report);
    assert_non_null(strstr(token_of(chosen), "/-/"));
    sley_ended_deinit(&ended);
    assert_int_equal(sley_process_paste(&ended, directory, chosen), 0);
    assert_int_equal(ended.code, 1);
    assert_string_equal(ended.err, "");
    assert_true(strncmp(report, ended.out, strlen(ended.out)) == 0);
    /* POINTS/HASHES end the seed form and stand before the choices of the other. */
    const char *tail = field_from_back(token_of(seeded), 2);
    assert_true(strncmp(field_from_back(token_of(chosen), 3), tail, strlen(tail)) == 0);
    free(report);
    free(seeded);
    free(chosen);
}

/* Both lines of the failure are rows of the table that the marks point at. */
static void
check_table(const char *property, const char *first, const char *second)
{
    char arguments[1024];
    snprintf(arguments, sizeof arguments, "run %s --strategy mix --model thread", property);
    run(arguments, 0);
    char *command = command_of(ended.out);
    snprintf(arguments, sizeof arguments, "explain %s", token_of(command));
    run(arguments, 1);
    const char *table = strstr(ended.out, "\n  step");
    assert_non_null(table);
    size_t marked = 0, first_count = 0, second_count = 0;
    for (const char *row = table + 1; *row; row += strcspn(row, "\n"), row += *row == '\n') {
        size_t length = strcspn(row, "\n");
        if (row[0] == '>') {
            marked++;
            first_count += memmem(row, length, first, strlen(first)) != NULL;
            second_count += memmem(row, length, second, strlen(second)) != NULL;
        }
    }
    assert_true(marked >= 2);
    assert_true(first_count >= 1 && second_count >= 1);
    assert_non_null(strstr(ended.out, command)); /* the replay line again */
    free(command);
}

/* The decisions that a token in choice form lists. */
static size_t
decision_count(const char *token)
{
    const char *choices = strrchr(token, '/') + 1;
    return choices[0] ? count(choices, ",") + 1 : 0;
}

static void
explain_shrinks_and_the_shrunk_line_replays(void **state)
{
    (void)state;
    char arguments[1024];
    run("run deadlock-abba --strategy random --seed 3 --model thread", 0);
    char *found = command_of(ended.out);
    snprintf(arguments, sizeof arguments, "explain %s", token_of(found));
    run(arguments, 1);
    assert_int_equal(strncmp(ended.out, "claim: two tasks that ", 22), 0);
    char *shrunk = command_of(ended.out);
    assert_string_not_equal(shrunk, found);
    assert_int_equal(decision_count(token_of(shrunk)), 1);
    assert_non_null(strstr(ended.out, "decisions"));
    sley_ended_deinit(&ended);
    assert_int_equal(sley_process_paste(&ended, directory, shrunk), 0);
    assert_int_equal(ended.code, 1);
    assert_non_null(strstr(ended.out, "deadlock:cycle"));
    snprintf(arguments, sizeof arguments, "explain --original %s", token_of(found));
    run(arguments, 1);
    assert_null(strstr(ended.out, "shrunk"));
    free(found);
    free(shrunk);
}

static void
explain_writes_a_page_and_text_for_an_issue_tracker(void **state)
{
    (void)state;
    char arguments[1024];
    run("run deadlock-abba --model thread", 0);
    char *found = command_of(ended.out);
    snprintf(arguments, sizeof arguments, "explain --html page.html %s", token_of(found));
    run(arguments, 1);
    char *page = sley_file_text(directory, "page.html");
    assert_int_equal(strncmp(page, "<!doctype html>", 15), 0);
    assert_non_null(strstr(page, "\"property\":\"deadlock-abba\""));
    assert_null(strstr(page, "@DATA@"));
    free(page);
    snprintf(arguments, sizeof arguments, "explain --html missing/page.html %s", token_of(found));
    run(arguments, 2);
    assert_non_null(strstr(ended.err, "'missing/page.html'"));
    snprintf(arguments, sizeof arguments, "explain --markdown %s", token_of(found));
    run(arguments, 1);
    assert_int_equal(strncmp(ended.out, "**deadlock-abba**", 17), 0);
    assert_int_equal(count(ended.out, "```\n") % 2, 0);
    free(found);
}

static void
explain_shows_both_guilty_steps(void **state)
{
    (void)state;
    check_table("thread-race-on-shared", "writes counter", "reads counter");
    check_table("deadlock-abba", "locks[0]", "locks[1]");
}

static void
output_into_a_pipe_has_no_escapes_and_no_progress(void **state)
{
    (void)state;
    run("run deadlock-abba --time 500ms --out a", 0);
    assert_null(strpbrk(ended.out, "\033\r"));
    assert_null(strstr(ended.out, "/s, "));
    assert_string_equal(ended.err, "");
    /* Eight models, each with its finding, replay line and statistics; the table in two parts; the
     * summary. */
    assert_true(count(ended.out, "\n") >= 8 * (2 + 3) + 6 + 2);
    char *command = command_of(ended.out);
    char arguments[1024];
    snprintf(arguments, sizeof arguments, "replay --verbose %s", token_of(command));
    run(arguments, 1);
    assert_null(strpbrk(ended.out, "\033\r"));
    snprintf(arguments, sizeof arguments, "explain --all %s", token_of(command));
    run(arguments, 1);
    assert_null(strpbrk(ended.out, "\033\r"));
    free(command);
}

/* Every line of progress that it prints has all there is to say; the last is of the whole. */
static void
progress_in_plain_lines_goes_to_standard_error(void **state)
{
    (void)state;
    setenv("SLEY_PROGRESS_MS", "0", 1);
    run("run deadlock-abba --model thread --strategy mix --runs 3000 --progress plain", 0);
    assert_non_null(strstr(ended.err, "sley: deadlock-abba thread: 3000 runs, "));
    size_t lines = count(ended.err, "\n");
    assert_int_equal(count(ended.err, "sley: deadlock-abba thread: "), lines);
    assert_int_equal(count(ended.err, " failures"), lines);
    assert_int_equal(count(ended.err, " s left\n"), lines);
    assert_non_null(strstr(ended.err, " schedules, "));
    assert_null(strstr(ended.out, "sley: "));
    run("run deadlock-abba --model thread --strategy mix --runs 3000 --progress none", 0);
    assert_string_equal(ended.err, "");
    setenv("SLEY_PROGRESS_MS", "1000000000", 1);
    run("run deadlock-abba --model thread --strategy mix --runs 3000 --progress plain", 0);
    assert_string_equal(ended.err, "");
    unsetenv("SLEY_PROGRESS_MS");
}

static void
statistics_are_short_and_on_request(void **state)
{
    (void)state;
    run("run thread-race-on-shared --model thread --strategy mix", 0);
    assert_null(strstr(ended.out, "under this strategy"));
    run("run thread-race-on-shared --model thread --strategy mix --runs 1000", 0);
    assert_non_null(strstr(ended.out, "    1000 runs, "));
    assert_non_null(strstr(ended.out, " distinct schedules; of runs to come about "));
    assert_int_equal(count(ended.out, "under this strategy a run is a witness with p = "), 1);
    assert_non_null(strstr(ended.out, "it is no rate in the field"));
    assert_null(strstr(ended.out, "      random"));
    run("run thread-race-on-shared --model thread --strategy mix --verbose", 0);
    assert_int_equal(count(ended.out, "under this strategy a run is a witness with p = "), 1 + 7);
    assert_int_equal(count(ended.out, "\n      "), 7);
    run("run thread-race-on-shared --model thread --strategy pct:2,9,9999 --runs 500", 0);
    assert_non_null(strstr(ended.out, "    pct shows any one bug of depth 2 with p >= 1.1e-05"));
    run("run lock-mutual-exclusion --model thread --verbose", 0);
    assert_non_null(strstr(ended.out, "so there is no probability to tell"));
}

static void
explain_shows_why_a_history_fits_no_order(void **state)
{
    (void)state;
    run("run queue-thread-safe.not-a-stack --model thread", 0);
    char *command = command_of(ended.out);
    char arguments[1024];
    snprintf(arguments, sizeof arguments, "explain %s", token_of(command));
    run(arguments, 1);
    assert_non_null(strstr(ended.out, "calls on stack 0 are not linearizable at queue.c:"));
    assert_non_null(strstr(ended.out, "its shortest prefix that fits no order"));
    assert_non_null(strstr(ended.out, "the longest order that fits:"));
    assert_non_null(strstr(ended.out, ": another item is the last\n"));
    free(command);
}

/* Every outcome is listed with a command, whose run leaves that outcome. */
static void
outcomes_are_listed_with_a_run_of_each(void **state)
{
    (void)state;
    run("outcomes atomic-increment-not-atomic.outcomes-of-two --model thread", 0);
    assert_string_equal(ended.err, "");
    assert_non_null(strstr(ended.out, "3 outcomes in 34 runs, exhausted\n"));
    assert_int_equal(count(ended.out, " runs, first in run "), 3);
    assert_int_equal(count(ended.out, SLEY_EXECUTABLE " replay s1"), 3);
    char *command = command_of(ended.out);
    char arguments[1024];
    snprintf(arguments, sizeof arguments, "replay --verbose %s", token_of(command));
    run(arguments, 1);
    const char *last = ended.out;
    for (const char *at = last; (at = strstr(at + 1, "writes counter = "));) {
        last = at;
    }
    assert_int_equal(strncmp(last, "writes counter = 2", 18), 0);
    free(command);
    run("outcomes atomic-increment-not-atomic.outcomes-of-two --json", 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_int_equal(json_array_size(lines), 4); /* three of threads, one of coroutines */
    json_decref(lines);
}

static void
a_set_of_outcomes_is_printed_with_its_finding(void **state)
{
    (void)state;
    run("run law.thread-within-coroutine", 0);
    assert_non_null(strstr(ended.out, "outcomes {2 x12, 3 x16, 4 x6} do not lie in those of "
                                      "coroutine {4 x1}: 2 in run "));
    char *command = command_of(ended.out);
    sley_ended_deinit(&ended);
    assert_int_equal(sley_process_paste(&ended, directory, command), 0);
    assert_int_equal(ended.code, 1); /* its races show */
    free(command);
    run("run law.thread-within-coroutine --json", 0);
    json_t *lines = sley_json_lines(ended.out);
    const json_t *finding = json_array_get(lines, json_array_size(lines) - 1);
    const json_t *reference = json_object_get(finding, "reference");
    assert_int_equal(json_array_size(json_object_get(finding, "outcomes")), 3);
    assert_int_equal(json_array_size(json_object_get(reference, "outcomes")), 1);
    assert_string_equal(sley_json_text(reference, "model"), "coroutine");
    json_decref(lines);
}

static void
the_models_are_listed_with_their_summaries(void **state)
{
    (void)state;
    run("list --models", 0);
    assert_non_null(strstr(ended.out, "thread "));
    assert_non_null(strstr(ended.out, "plain C threads"));
    run("list --models --json", 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_true(json_array_size(lines) >= 4);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        assert_true(strlen(sley_json_text(json_array_get(lines, i), "summary")) > 0);
    }
    json_decref(lines);
}

/* Only models with an expectation have a column. */
static void
the_table_has_the_columns_that_say_something(void **state)
{
    (void)state;
    run("run law.coroutine-within-thread", 0);
    const char *table = strstr(ended.out, "\nproperty ");
    assert_non_null(table);
    assert_non_null(strstr(table, "property                     coroutine\n"
                                  "law.coroutine-within-thread  confirmed\n\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(list_names_every_property),
        TEST(every_command_explains_itself),
        TEST(a_run_prints_its_finding_and_the_replay_line),
        TEST(a_claim_in_every_model_is_selected_by_its_id),
        TEST(the_pasted_replay_line_reproduces_the_verdict),
        TEST(the_choice_form_is_the_same_run),
        TEST(explain_shows_both_guilty_steps),
        TEST(explain_shrinks_and_the_shrunk_line_replays),
        TEST(explain_writes_a_page_and_text_for_an_issue_tracker),
        TEST(output_into_a_pipe_has_no_escapes_and_no_progress),
        TEST(progress_in_plain_lines_goes_to_standard_error),
        TEST(statistics_are_short_and_on_request),
        TEST(explain_shows_why_a_history_fits_no_order),
        TEST(outcomes_are_listed_with_a_run_of_each),
        TEST(a_set_of_outcomes_is_printed_with_its_finding),
        TEST(the_models_are_listed_with_their_summaries),
        TEST(the_table_has_the_columns_that_say_something),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
