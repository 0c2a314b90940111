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
    static const char *const arguments[] = {"list --help", "run --help", "replay --help",
                                            "explain --help", "--help"};
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
        assert_true(strcmp(type, "failure") == 0 || strcmp(type, "finding") == 0);
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
    /* Three models, each with its finding and replay line; the table; the summary. */
    assert_int_equal(count(ended.out, "\n"), 6 + 3 + 2);
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
        TEST(output_into_a_pipe_has_no_escapes_and_no_progress),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
