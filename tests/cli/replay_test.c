/* Tokens in fresh processes: they fail as they did, or are refused with the reason. */
#include "tests/cli/process.h"

#include "campaign/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { TOKENS_WANTED = 100 };

/* Runs `sley WORD TOKEN`; the caller owns the result. */
static struct sley_ended
with_token(const char *word, const char *token)
{
    struct sley_ended ended;
    char *arguments = malloc(strlen(word) + strlen(token) + 8);
    assert_non_null(arguments);
    sprintf(arguments, "%s '%s'", word, token);
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    free(arguments);
    return ended;
}

/* The token of the first failure of that verdict that `sley ARGUMENTS --json` reports. */
static void
token_find(char token[SLEY_TOKEN_TEXT_MAX + 1], const char *arguments, const char *verdict)
{
    struct sley_ended ended;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_non_null(lines);
    token[0] = '\0';
    for (size_t i = 0; i < json_array_size(lines) && !token[0]; i++) {
        const json_t *line = json_array_get(lines, i);
        if (strcmp(sley_json_text(line, "verdict"), verdict) == 0) {
            snprintf(token, SLEY_TOKEN_TEXT_MAX + 1, "%s", sley_json_text(line, "token"));
        }
    }
    assert_true(token[0] != '\0');
    json_decref(lines);
    sley_ended_deinit(&ended);
}

/* A field of a token: its first character and its length. */
static char *
field(char *token, int number, size_t *length)
{
    for (; number > 0; number--) {
        token = strchr(token, '/') + 1;
    }
    *length = strcspn(token, "/");
    return token;
}

/* Exit code 4 and one line that has the text. */
static void
check_stale(const char *token, const char *text)
{
    static const char *const words[] = {"replay", "explain"};
    for (size_t i = 0; i < 2; i++) {
        struct sley_ended ended = with_token(words[i], token);
        size_t line = strcspn(ended.err, "\n");
        if (ended.code != 4 || !strstr(ended.err, text) || ended.out[0] ||
            strcmp(ended.err + line, "\n") != 0) {
            fail_msg("%s %s: exit code %d, not '%s': %s%s", words[i], token, ended.code, text,
                     ended.out, ended.err);
        }
        sley_ended_deinit(&ended);
    }
}

static char seeded[SLEY_TOKEN_TEXT_MAX + 1], chosen[SLEY_TOKEN_TEXT_MAX + 1];

static int
begin_with_tokens(void **state)
{
    if (sley_test_begin(state) != 0) {
        return -1;
    }
    token_find(seeded,
               "run queue-thread-safe.fifo --strategy random --model thread --json "
               "deadlock-lock-ordering-prevents.unordered",
               "deadlock:cycle");
    token_find(chosen, "run atomic-increment-not-atomic --model thread --json", "assertion");
    return 0;
}

static void
a_token_of_another_compiler_or_version_is_stale(void **state)
{
    (void)state;
    seeded[2] = sley_token_compiler() == 'c' ? 'g' : 'c';
    check_stale(seeded, sley_token_compiler() == 'c' ? "gcc" : "clang");
    seeded[2] = sley_token_compiler();
    seeded[1] = '2';
    check_stale(seeded, "version 2");
    seeded[1] = '0';
    check_stale(seeded, "version 0");
    seeded[1] = '1';
    seeded[3] = 'z';
    check_stale(seeded, "points option 'z'");
}

static void
a_token_of_an_unknown_property_or_model_is_stale(void **state)
{
    (void)state;
    char token[128];
    char head[] = {'s', '1', sley_token_compiler(), 'a', '\0'};
    snprintf(token, sizeof token, "%s/gone/thread/mix:3,33/0/0/K/kT74wL", head);
    check_stale(token, "no property 'gone'");
    snprintf(token, sizeof token, "%s/deadlock-abba/gone/mix:3,33/0/0/K/kT74wL", head);
    check_stale(token, "no model 'gone'");
    snprintf(token, sizeof token, "%s/deadlock-abba/gil/mix:3,33/0/0/K/kT74wL", head);
    check_stale(token, "no model 'gil'");
}

/* Another digit of base 62 at that place. */
static void
alter(char *digit)
{
    *digit = *digit == 'A' ? 'B' : 'A';
}

static void
an_altered_point_count_or_hash_says_between_which_points(void **state)
{
    (void)state;
    size_t length;
    char *points = field(seeded, 6, &length);
    char kept = points[length - 1];
    alter(&points[length - 1]);
    check_stale(seeded, "first differs between points ");
    points[length - 1] = kept;
    char *hashes = field(seeded, 7, &length);
    assert_true(length > 5); /* the run reached point 16 */
    alter(&hashes[0]);
    check_stale(seeded, "first differs between points 16 and ");
    alter(&hashes[5]);
    check_stale(seeded, "first differs between points 0 and 16 ");
    hashes = field(chosen, 5, &length);
    alter(&hashes[4]);
    check_stale(chosen, "first differs between points 0 and ");
}

static void
a_choice_that_does_not_fit_is_named(void **state)
{
    (void)state;
    char token[SLEY_TOKEN_TEXT_MAX + 1];
    size_t length;
    const char *choices = field(chosen, 6, &length);
    unsigned task, point, value;
    char letter, text[64];
    assert_int_equal(sscanf(choices, "%u.%u%c%u", &task, &point, &letter, &value), 4);
    int head = (int)(choices - chosen);
    snprintf(text, sizeof text, "choice %u at point %u of task %u", value, point, task);
    snprintf(token, sizeof token, "%.*s%u.%u%c%u", head, chosen, task, point,
             letter == 'l' ? 'u' : 'l', value);
    check_stale(token, text);
    snprintf(text, sizeof text, "choice 99 at point %u of task %u", point, task);
    snprintf(token, sizeof token, "%.*s%u.%u%c99", head, chosen, task, point, letter);
    check_stale(token, text);
    snprintf(token, sizeof token, "%.*s%u.%u%c%u,%u.9999r1", head, chosen, task, point, letter,
             value, task);
    check_stale(token, "only 1 of 2 recorded choices were met");
}

static void
a_token_may_stand_in_a_file(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof path, "%s/token", sley_test_directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", chosen);
    fclose(file);
    struct sley_ended plain = with_token("replay", chosen);
    struct sley_ended filed = with_token("replay", "@token");
    assert_int_equal(plain.code, 1);
    assert_int_equal(filed.code, 1);
    assert_string_equal(plain.out, filed.out);
    sley_ended_deinit(&plain);
    sley_ended_deinit(&filed);
}

/* Twice in fresh processes: the verdict, and the same text. */
static void
check_replays(const char *token, const char *verdict)
{
    struct sley_ended first = with_token("replay", token);
    struct sley_ended second = with_token("replay", token);
    size_t line = strcspn(first.out, "\n");
    if (first.code != 1 || second.code != 1 || strcmp(first.out, second.out) != 0 ||
        !memmem(first.out, line, verdict, strlen(verdict))) {
        fail_msg("replay %s: exit codes %d and %d, not '%s': %s%s%s%s", token, first.code,
                 second.code, verdict, first.out, first.err, second.out, second.err);
    }
    sley_ended_deinit(&first);
    sley_ended_deinit(&second);
}

/* Replays the failures that `sley ARGUMENTS` reports, up to limit; returns how many. */
static int
replay_failures(const char *arguments, int limit)
{
    struct sley_ended ended;
    int replayed = 0;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    json_t *lines = sley_json_lines(ended.out);
    assert_non_null(lines);
    for (size_t i = 0; i < json_array_size(lines) && replayed < limit; i++) {
        const json_t *line = json_array_get(lines, i);
        if (strcmp(sley_json_text(line, "type"), "failure") == 0) {
            check_replays(sley_json_text(line, "token"), sley_json_text(line, "verdict"));
            replayed++;
        }
    }
    json_decref(lines);
    sley_ended_deinit(&ended);
    return replayed;
}

/* Each seed finds its failures in runs of its own. */
static void
a_hundred_tokens_of_a_hundred_replay(void **state)
{
    (void)state;
    static const char *const strategies[] = {"mix", "random", "pct:3", "pos", "sticky:4", "surw"};
    int replayed = 0;
    for (int seed = 1; replayed < TOKENS_WANTED && seed <= 20; seed++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments,
                 "run --json --runs 300 --strategy %s --seed %d --out s%d deadlock queue "
                 "atomic-increment thread-race lock-with",
                 strategies[seed % 6], seed, seed);
        replayed += replay_failures(arguments, TOKENS_WANTED - replayed);
    }
    assert_int_equal(replayed, TOKENS_WANTED);
}

/* The token names the object of the run itself: replaying it measures nothing. */
static void
a_mixs_runs_of_surw_replay_by_the_object_that_their_tokens_name(void **state)
{
    (void)state;
    struct sley_ended ended;
    int replayed = 0;
    assert_int_equal(sley_process_run(&ended, sley_test_directory,
                                      "run --json --runs 2000 --out mixed deadlock queue "
                                      "atomic-increment thread-race lock-with"),
                     0);
    json_t *lines = sley_json_lines(ended.out);
    assert_non_null(lines);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        const char *token = sley_json_text(line, "token");
        if (strcmp(sley_json_text(line, "type"), "failure") == 0 && strstr(token, "/surw:")) {
            assert_int_equal(json_integer_value(json_object_get(line, "run")) % 8, 5);
            check_replays(token, sley_json_text(line, "verdict"));
            replayed++;
        }
    }
    assert_true(replayed > 0);
    json_decref(lines);
    sley_ended_deinit(&ended);
}

/* Some single run takes the locks in opposite orders without a deadlock; sley then looks for one.
 */
static void
an_inversion_leads_to_a_token_that_really_deadlocks(void **state)
{
    static const char before[] = "the inverted locks deadlock: ";
    char arguments[160], command[SLEY_TOKEN_TEXT_MAX + 512] = "";
    struct sley_ended ended;
    (void)state;
    for (int seed = 0; seed < 40 && !command[0]; seed++) {
        snprintf(arguments, sizeof arguments,
                 "run deadlock-lock-ordering-prevents.unordered --model thread --runs 1 --seed %d",
                 seed);
        assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
        const char *at = strstr(ended.out, before);
        if (at) {
            at += strlen(before);
            snprintf(command, sizeof command, "%.*s", (int)strcspn(at, "\n"), at);
        }
        sley_ended_deinit(&ended);
    }
    assert_true(command[0] != '\0');
    assert_int_equal(sley_process_paste(&ended, sley_test_directory, command), 0);
    assert_int_equal(ended.code, 1);
    assert_non_null(strstr(ended.out, "deadlock:cycle"));
    sley_ended_deinit(&ended);
}

/* What stands between the first label in text and the next line feed; "" without a label. */
static void
line_after(char line[128], const char *text, const char *label)
{
    const char *at = text ? strstr(text, label) : NULL;
    at = at ? at + strlen(label) : "";
    snprintf(line, 128, "%.*s", (int)strcspn(at, "\n"), at);
}

/* At the step before which gdb stops, the table has the task's place; there `sley tasks` says the
 * same, and the failing line is reached when the run goes on. */
static void
gdb_stops_at_the_named_step_in_the_named_task(void **state)
{
    (void)state;
    struct sley_ended table = with_token("replay --verbose", chosen);
    char row[128], place[128] = "", stopped[128], task[128], path[1024], arguments[1024];
    line_after(row, table.out, "\n     5 ");
    sscanf(strrchr(row, ' ') ? strrchr(row, ' ') : "", " %127s", place);
    assert_true(strchr(place, ':') != NULL);
    snprintf(path, sizeof path, "%s/script", sley_test_directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("sley tasks\nsley bt 0\nsley step\nsley bt 99\nkill\nquit\n", file);
    fclose(file);
    struct sley_ended ended;
    snprintf(arguments, sizeof arguments, "replay --gdb --at 5 '%s' < script", chosen);
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    line_after(stopped, ended.out, "sley: step 5, ");
    line_after(row, ended.out, "> ");
    if (stopped[0] == '\0' || strncmp(row, stopped, strlen(stopped)) != 0 || !strstr(row, place)) {
        fail_msg("not stopped at step 5 at %s: %s%s", place, ended.out, ended.err);
    }
    assert_non_null(strstr(ended.out, "counter.c:"));
    assert_non_null(strstr(ended.out, "two_by_one"));
    line_after(task, ended.out, "sley: step 6, ");
    assert_true(strncmp(task, "task ", 5) == 0);
    assert_non_null(strstr(ended.err, "sley bt '99': expected a task from 0 to 2"));
    sley_ended_deinit(&ended);
    sley_ended_deinit(&table);
}

/* The step is one of a forked process, and each stack lies in another one. */
static void
gdb_stops_in_the_process_that_takes_the_step(void **state)
{
    (void)state;
    struct sley_ended ended;
    char token[128], path[1024], arguments[1024], row[128], stopped[128];
    assert_int_equal(
        sley_process_run(&ended, sley_test_directory, "run deadlock-abba --model process"), 0);
    line_after(token, ended.out, " replay ");
    sley_ended_deinit(&ended);
    snprintf(path, sizeof path, "%s/script", sley_test_directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("info inferiors\nsley tasks\nsley bt 0\nsley bt 1\nsley bt 2\nquit\n", file);
    fclose(file);
    snprintf(arguments, sizeof arguments, "replay --gdb '%s' < script", token);
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    line_after(stopped, ended.out, "sley: step ");
    line_after(row, ended.out, "> task ");
    if (!strstr(stopped, ", task ") || strstr(stopped, ", task 0") ||
        row[0] != strstr(stopped, ", task ")[7] || !strstr(row, "deadlock.c:")) {
        fail_msg("not stopped in a child: %s%s", ended.out, ended.err);
    }
    assert_non_null(strstr(ended.out, " 3    process ")); /* an inferior for each child */
    line_after(row, ended.out, "  task 0  ");
    assert_non_null(strstr(row, "deadlock.c:"));
    const char *first = strstr(ended.out, "in take_two (");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "in take_two ("));
    sley_ended_deinit(&ended);
}

static void
a_step_beyond_the_end_is_refused(void **state)
{
    (void)state;
    struct sley_ended ended = with_token("replay --gdb --at 99999", chosen);
    assert_int_equal(ended.code, 2);
    assert_non_null(strstr(ended.err, "--at '99999': the run ends at step "));
    sley_ended_deinit(&ended);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_with_tokens, sley_test_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_of_another_compiler_or_version_is_stale),
        TEST(a_token_of_an_unknown_property_or_model_is_stale),
        TEST(an_altered_point_count_or_hash_says_between_which_points),
        TEST(a_choice_that_does_not_fit_is_named),
        TEST(a_token_may_stand_in_a_file),
        TEST(gdb_stops_at_the_named_step_in_the_named_task),
        cmocka_unit_test_setup_teardown(gdb_stops_in_the_process_that_takes_the_step,
                                        sley_test_begin, sley_test_end),
        TEST(a_step_beyond_the_end_is_refused),
        cmocka_unit_test_setup_teardown(an_inversion_leads_to_a_token_that_really_deadlocks,
                                        sley_test_begin, sley_test_end),
        cmocka_unit_test_setup_teardown(
            a_mixs_runs_of_surw_replay_by_the_object_that_their_tokens_name, sley_test_begin,
            sley_test_end),
        cmocka_unit_test_setup_teardown(a_hundred_tokens_of_a_hundred_replay, sley_test_begin,
                                        sley_test_end),
    };
    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
