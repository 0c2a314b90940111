#include "campaign/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char base[] = "store_test_XXXXXX";
static char directory[64];
static struct sley_store *store;
static struct sley_error error;

static void
open_store(void)
{
    assert_int_equal(sley_store_open(&store, directory, false, &error), SLEY_OK);
}

static void
reopen_store(void)
{
    sley_store_close(store);
    open_store();
}

static void
path_of(char *path, size_t size, const char *file)
{
    snprintf(path, size, "%s/%s", directory, file);
}

/* The whole text of a file of the store; "" if there is none. */
static const char *
text_of(const char *file)
{
    static char text[4096];
    char path[128];
    path_of(path, sizeof path, file);
    FILE *in = fopen(path, "r");
    size_t length = in ? fread(text, 1, sizeof text - 1, in) : 0;
    text[length] = '\0';
    if (in) {
        fclose(in);
    }
    return text;
}

static void
append_to(const char *file, const char *text)
{
    char path[128];
    path_of(path, sizeof path, file);
    FILE *out = fopen(path, "a");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void
record(const char *name)
{
    char line[128];
    snprintf(line, sizeof line, "{\"name\":\"%s\"}", name);
    assert_int_equal(sley_store_failure(store, name, line, &error), SLEY_OK);
}

/* A directory of its own for each test, not created yet. */
static int
set_up(void **state)
{
    static int number;
    (void)state;
    snprintf(directory, sizeof directory, "%s/%d", base, number++);
    memset(&error, 0, sizeof error);
    store = NULL;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    sley_store_close(store);
    static const char *const files[] = {"failures.jsonl", "progress.jsonl", "traces/t.trace",
                                        "traces",         "plain",          "."};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[128];
        path_of(path, sizeof path, files[i]);
        remove(i + 1 < sizeof files / sizeof files[0] ? path : directory);
    }
    return 0;
}

static void
a_store_that_only_reads_creates_nothing(void **state)
{
    (void)state;
    open_store();
    assert_false(sley_store_knows(store, "f"));
    assert_int_equal(access(directory, F_OK), -1);
}

static void
a_store_can_be_created_at_once(void **state)
{
    (void)state;
    assert_int_equal(sley_store_open(&store, directory, true, &error), SLEY_OK);
    assert_int_equal(access(directory, W_OK), 0);
}

static void
each_failure_is_a_line(void **state)
{
    (void)state;
    open_store();
    record("one");
    assert_string_equal(text_of("failures.jsonl"), "{\"name\":\"one\"}\n");
    record("two");
    assert_string_equal(text_of("failures.jsonl"), "{\"name\":\"one\"}\n{\"name\":\"two\"}\n");
}

static void
recorded_failures_are_known_at_once_and_after_a_reopen(void **state)
{
    (void)state;
    open_store();
    record("one");
    assert_true(sley_store_knows(store, "one"));
    reopen_store();
    assert_true(sley_store_knows(store, "one"));
    assert_false(sley_store_knows(store, "two"));
}

static void
a_last_line_cut_short_loses_itself_alone(void **state)
{
    (void)state;
    open_store();
    record("one");
    append_to("failures.jsonl", "{\"name\":\"cut");
    reopen_store();
    assert_true(sley_store_knows(store, "one"));
    assert_false(sley_store_knows(store, "cut"));
    record("two");
    assert_string_equal(text_of("failures.jsonl"),
                        "{\"name\":\"one\"}\n{\"name\":\"cut\n{\"name\":\"two\"}\n");
    reopen_store();
    assert_true(sley_store_knows(store, "one"));
    assert_true(sley_store_knows(store, "two"));
}

static struct sley_store_tokens tokens;
static const struct sley_store_tokens no_tokens = {.decisive = ""};

static uint64_t
resumed_at(const char *key)
{
    struct sley_sums sums = {0};
    return sley_store_resume(store, key, &sums, &tokens) ? sums.next : 0;
}

static enum sley_status
note(const char *key, uint64_t next)
{
    struct sley_sums sums = {.next = next};
    return sley_store_progress(store, key, &sums, &no_tokens, &error);
}

static void
progress_goes_on_where_it_was_noted_last(void **state)
{
    (void)state;
    open_store();
    assert_int_equal(note("a", 16), SLEY_OK);
    assert_int_equal(note("b", 7), SLEY_OK);
    assert_int_equal(note("a", UINT64_C(1) << 40), SLEY_OK);
    append_to("progress.jsonl", "{\"key\":\"b\",\"next\":9");
    reopen_store();
    assert_true(resumed_at("a") == UINT64_C(1) << 40);
    assert_int_equal(resumed_at("b"), 7);
    assert_int_equal(resumed_at("c"), 0);
}

static void
progress_keeps_all_sums_and_the_token(void **state)
{
    (void)state;
    const struct sley_sums written = {
        .next = 48,
        .run_count = 47,
        .discarded_count = 5,
        .event_count = 3,
        .unexpected_count = 2,
        .first_event_run = 11,
        .first_miss_run = UINT64_MAX,
        .verdicts = SLEY_BIT(RACE) | SLEY_BIT(CRASH),
        .contended = true,
        .profile = "a: profile",
        .first_unexpected_run = 33,
        .step_count = 470,
        .step_max = 12,
        .task_max = 3,
        .share[7] = {6, 2},
    };
    const struct sley_store_tokens found = {"s1ca/p/thread", "s1ca/q/thread"};
    open_store();
    assert_int_equal(sley_store_progress(store, "k", &written, &found, &error), SLEY_OK);
    reopen_store();
    struct sley_sums read = {0};
    assert_true(sley_store_resume(store, "k", &read, &tokens));
    assert_string_equal(tokens.decisive, "s1ca/p/thread");
    assert_string_equal(tokens.unexpected, "s1ca/q/thread");
    assert_int_equal(read.first_unexpected_run, 33);
    assert_int_equal(read.step_count, 470);
    assert_int_equal(read.step_max, 12);
    assert_int_equal(read.task_max, 3);
    assert_memory_equal(read.share, written.share, sizeof read.share);
    assert_int_equal(read.next, written.next);
    assert_int_equal(read.run_count, written.run_count);
    assert_int_equal(read.discarded_count, written.discarded_count);
    assert_int_equal(read.event_count, written.event_count);
    assert_int_equal(read.unexpected_count, written.unexpected_count);
    assert_int_equal(read.first_event_run, written.first_event_run);
    assert_true(read.first_miss_run == UINT64_MAX);
    assert_int_equal(read.verdicts, written.verdicts);
    assert_false(read.conflict);
    assert_true(read.contended);
    assert_false(read.several_schedules);
    assert_string_equal(read.profile, "a: profile");
}

static void
progress_keeps_what_the_runs_reported(void **state)
{
    (void)state;
    static struct sley_sums written, read;
    written = (struct sley_sums){.next = 48, .run_count = 48, .unreported_count = 2};
    for (int64_t i = 0; i < 300; i++) {
        const struct sley_outcome_entry entry = {7 * i - 900, 3, (uint64_t)i, "named"};
        sley_outcomes_add(&written.outcomes, &entry);
    }
    const struct sley_ratio low = {-1, 3, 4}, high = {5, 2, 6};
    sley_ratio_add(&written.ratios, &low);
    sley_ratio_add(&written.ratios, &high);
    open_store();
    assert_int_equal(sley_store_progress(store, "k", &written, &no_tokens, &error), SLEY_OK);
    reopen_store();
    assert_true(sley_store_resume(store, "k", &read, &tokens));
    assert_int_equal(read.unreported_count, 2);
    assert_true(read.outcomes.overflow);
    assert_int_equal(read.outcomes.count, SLEY_OUTCOMES_MAX);
    assert_int_equal(read.outcomes.entry[200].value, written.outcomes.entry[200].value);
    assert_int_equal(read.outcomes.entry[200].run_count, 3);
    assert_int_equal(read.outcomes.entry[200].first_run, 200);
    assert_string_equal(read.outcomes.entry[200].text, "named");
    assert_int_equal(read.ratios.low.numerator, -1);
    assert_int_equal(read.ratios.high.denominator, 2);
    assert_int_equal(read.ratios.high.run, 6);
    assert_int_equal(note("plain", 5), SLEY_OK);
    reopen_store();
    assert_true(sley_store_resume(store, "plain", &read, &tokens));
    assert_int_equal(read.outcomes.count, 0);
    assert_false(read.ratios.any);
}

/* Each note has its own file: what a kill leaves half-written belongs to no note. */
static void
schedules_are_those_of_the_progress_that_was_noted(void **state)
{
    (void)state;
    static struct sley_schedules written, read;
    int turn;
    open_store();
    assert_false(sley_store_schedules_resume(store, "k", 16, &read, &turn));
    memset(&written, 0, sizeof written);
    for (uint64_t i = 1; i <= 40; i++) {
        sley_schedules_add(&written, i % 30 + 1, i == 7);
    }
    assert_int_equal(sley_store_schedules(store, "k", 16, 0, &written, &error), SLEY_OK);
    sley_schedules_add(&written, 77, false);
    assert_int_equal(sley_store_schedules(store, "k", 32, 1, &written, &error), SLEY_OK);
    assert_true(sley_store_schedules_resume(store, "k", 16, &read, &turn));
    assert_int_equal(turn, 0);
    assert_int_equal(read.run_count, 40);
    assert_int_equal(read.coarse_count, 1);
    assert_int_equal(sley_schedules_distinct(&read), 30);
    assert_int_equal(sley_schedules_single(&read), 20);
    assert_true(sley_store_schedules_resume(store, "k", 32, &read, &turn));
    assert_int_equal(turn, 1);
    assert_int_equal(read.run_count, 41);
    assert_false(sley_store_schedules_resume(store, "other", 32, &read, &turn));
    assert_int_equal(read.run_count, 0);
}

static void
lines_of_another_kind_are_ignored(void **state)
{
    (void)state;
    assert_int_equal(mkdir(directory, 0777), 0);
    append_to("failures.jsonl", "\n[]\nnull\n{\"name\":3}\nno json\n{\"name\":\"one\"}\n");
    append_to("progress.jsonl", "{\"key\":4,\"next\":4}\n{\"key\":\"l\",\"next\":\"5\"}\n");
    open_store();
    assert_true(sley_store_knows(store, "one"));
    assert_int_equal(resumed_at("l"), 0);
}

static void
a_file_is_opened_in_its_folder_and_replaced(void **state)
{
    (void)state;
    open_store();
    for (int i = 0; i < 2; i++) {
        FILE *file = NULL;
        char path[128], expected[128];
        assert_int_equal(
            sley_store_file(store, "traces", "t.trace", &file, path, sizeof path, &error), SLEY_OK);
        fprintf(file, "trace %d\n", i);
        fclose(file);
        path_of(expected, sizeof expected, "traces/t.trace");
        assert_string_equal(path, expected);
    }
    assert_string_equal(text_of("traces/t.trace"), "trace 1\n");
}

static void
assert_io_error_names(const char *path)
{
    assert_int_equal(error.status, SLEY_ERROR_IO);
    assert_non_null(strstr(error.text, path));
    assert_null(strchr(error.text, '\n'));
}

static void
an_error_names_the_path_that_cannot_be_written(void **state)
{
    (void)state;
    char below[128];
    path_of(below, sizeof below, "missing");
    assert_int_equal(sley_store_open(&store, below, true, &error), SLEY_ERROR_IO);
    assert_null(store);
    assert_io_error_names(below);

    assert_int_equal(mkdir(directory, 0777), 0);
    append_to("plain", "a file\n");
    path_of(below, sizeof below, "plain");
    assert_int_equal(sley_store_open(&store, below, true, &error), SLEY_ERROR_IO);
    assert_io_error_names(below);
    assert_int_equal(sley_store_open(&store, below, false, &error), SLEY_OK);
    assert_int_equal(sley_store_failure(store, "f", "{}", &error), SLEY_ERROR_IO);
    assert_io_error_names(below);
    assert_int_equal(note("k", 1), SLEY_ERROR_IO);
    assert_io_error_names(below);
}

static void
a_failure_that_could_not_be_written_is_an_error_each_time(void **state)
{
    (void)state;
    char path[128];
    assert_int_equal(mkdir(directory, 0777), 0);
    path_of(path, sizeof path, "failures.jsonl");
    assert_int_equal(mkdir(path, 0777), 0);
    open_store();
    for (int i = 0; i < 2; i++) {
        memset(&error, 0, sizeof error);
        assert_int_equal(sley_store_failure(store, "f", "{}", &error), SLEY_ERROR_IO);
        assert_io_error_names(path);
    }
}

static void
a_path_too_long_is_an_error_of_the_caller(void **state)
{
    (void)state;
    char path[8192];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(sley_store_open(&store, path, false, &error), SLEY_ERROR_USAGE);
    assert_null(store);
    assert_non_null(strstr(error.text, "xxx"));
}

static int
base_create(void **state)
{
    (void)state;
    return mkdtemp(base) ? 0 : -1;
}

static int
base_remove(void **state)
{
    (void)state;
    return rmdir(base);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_store_that_only_reads_creates_nothing),
        TEST(a_store_can_be_created_at_once),
        TEST(each_failure_is_a_line),
        TEST(recorded_failures_are_known_at_once_and_after_a_reopen),
        TEST(a_last_line_cut_short_loses_itself_alone),
        TEST(progress_goes_on_where_it_was_noted_last),
        TEST(progress_keeps_all_sums_and_the_token),
        TEST(progress_keeps_what_the_runs_reported),
        TEST(schedules_are_those_of_the_progress_that_was_noted),
        TEST(lines_of_another_kind_are_ignored),
        TEST(a_file_is_opened_in_its_folder_and_replaced),
        TEST(an_error_names_the_path_that_cannot_be_written),
        TEST(a_failure_that_could_not_be_written_is_an_error_each_time),
        TEST(a_path_too_long_is_an_error_of_the_caller),
    };
    return cmocka_run_group_tests_name("store", tests, base_create, base_remove);
}
