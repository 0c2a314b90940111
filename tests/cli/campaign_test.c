/* Campaigns as processes: workers, seeds, what is kept, and what a kill leaves behind. */
#include "campaign/schedules.h"
#include "tests/cli/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Runs `sley ARGUMENTS`, which ends with at most that exit code, and returns the lines of JSON that
 * it prints, owned by the caller. */
static json_t *
lines_of(const char *arguments, int code_max)
{
    struct sley_ended ended;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    json_t *lines = sley_json_lines(ended.out);
    if (ended.code > code_max || !lines) {
        fail_msg("sley %s: exit code %d: %s%s", arguments, ended.code, ended.out, ended.err);
    }
    sley_ended_deinit(&ended);
    return lines;
}

static json_t *
lines_in(const char *name)
{
    char *text = sley_file_text(sley_test_directory, name);
    json_t *lines = sley_json_lines(text);
    if (!lines) {
        fail_msg("%s has a line that is cut short: %s", name, text);
    }
    free(text);
    return lines;
}

static bool
has_name(const json_t *lines, const char *name)
{
    for (size_t i = 0; i < json_array_size(lines); i++) {
        if (strcmp(sley_json_text(json_array_get(lines, i), "name"), name) == 0) {
            return true;
        }
    }
    return false;
}

/* The `next` of the last line of progress; 0 if there is none. */
static json_int_t
next_in(const json_t *progress)
{
    size_t count = json_array_size(progress);
    const json_t *last = count ? json_array_get(progress, count - 1) : NULL;
    return json_integer_value(json_object_get(last, "next"));
}

static json_int_t
noted_next(const char *name)
{
    json_t *progress = lines_in(name);
    json_int_t next = next_in(progress);
    json_decref(progress);
    return next;
}

/* Failures with names, first runs and tokens, and findings. */
static void
every_number_of_workers_prints_the_same(void **state)
{
    (void)state;
    static const char filters[] = "deadlock atomic-increment queue-thread-safe thread-race";
    json_t *first = NULL;
    for (int jobs = 1; jobs <= 3; jobs++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments,
                 "run --json --strategy mix --runs 2000 --jobs %d --out j%d %s", jobs, jobs,
                 filters);
        /* Some of these ask for a search to be as expected. */
        json_t *lines = lines_of(arguments, 1);
        if (!first) {
            first = json_incref(lines);
            assert_true(json_array_size(first) > 20);
        }
        assert_true(json_equal(first, lines));
        json_decref(lines);
    }
    json_decref(first);
}

/* What each run of surw is told is a function of its number. */
static void
every_number_of_workers_draws_the_same_objects(void **state)
{
    (void)state;
    json_t *one = lines_of("run --json --strategy surw --runs 500 --jobs 1 --out o1 deadlock-abba "
                           "atomic-increment queue-thread-safe",
                           1);
    json_t *two = lines_of("run --json --strategy surw --runs 500 --jobs 2 --out o2 deadlock-abba "
                           "atomic-increment queue-thread-safe",
                           1);
    assert_true(json_array_size(one) > 10);
    assert_true(json_equal(one, two));
    json_decref(one);
    json_decref(two);
}

static void
a_random_seed_is_printed_and_gives_the_same_again(void **state)
{
    (void)state;
    struct sley_ended drawn, again;
    char arguments[256];
    unsigned long long seed;
    assert_int_equal(sley_process_run(&drawn, sley_test_directory,
                                      "run --json --seed random --out a deadlock-abba "
                                      "thread-race-on-shared queue-thread-safe"),
                     0);
    assert_int_equal(sscanf(drawn.err, "sley: --seed %llu\n", &seed), 1);
    snprintf(arguments, sizeof arguments,
             "run --json --seed %llu --out b deadlock-abba thread-race-on-shared queue-thread-safe",
             seed);
    assert_int_equal(sley_process_run(&again, sley_test_directory, arguments), 0);
    assert_string_equal(again.err, "");
    assert_string_equal(drawn.out, again.out);
    assert_int_equal(drawn.code, again.code);
    sley_ended_deinit(&drawn);
    sley_ended_deinit(&again);
}

static void
a_failure_is_kept_once(void **state)
{
    (void)state;
    json_t *first = lines_of("run --json --out kept deadlock-abba queue-thread-safe", 0);
    char *text = sley_file_text(sley_test_directory, "kept/failures.jsonl");
    json_t *second = lines_of("run --json --out kept deadlock-abba queue-thread-safe", 0);
    char *text_again = sley_file_text(sley_test_directory, "kept/failures.jsonl");
    assert_string_equal(text, text_again);
    assert_true(json_equal(first, second)); /* printed again all the same */
    json_t *kept = lines_in("kept/failures.jsonl");
    assert_true(json_array_size(kept) > 2);
    for (size_t i = 0; i < json_array_size(first); i++) {
        const json_t *line = json_array_get(first, i);
        if (strcmp(sley_json_text(line, "type"), "failure") == 0) {
            assert_true(has_name(kept, sley_json_text(line, "name")));
        }
    }
    /* Another seed finds other runs, and a failure of the same name stays the one that it is. */
    json_decref(lines_of("run --json --seed 7 --out kept deadlock-abba", 0));
    json_t *more = lines_in("kept/failures.jsonl");
    for (size_t i = json_array_size(kept); i < json_array_size(more); i++) {
        assert_false(has_name(kept, sley_json_text(json_array_get(more, i), "name")));
    }
    json_decref(more);
    json_decref(kept);
    json_decref(first);
    json_decref(second);
    free(text);
    free(text_again);
}

/* Of the runs of all calls, as many took part in counting schedules as their numbers say. */
static void
check_schedules(const json_t *finding)
{
    const json_t *statistics = json_object_get(finding, "statistics");
    const json_t *schedules = json_object_get(statistics, "schedules");
    json_int_t runs = json_integer_value(json_object_get(statistics, "runs"));
    json_int_t expected = 0;
    for (json_int_t run = 0; run < runs; run++) {
        expected += sley_schedules_takes((uint64_t)run);
    }
    assert_int_equal(json_integer_value(json_object_get(schedules, "runs")), expected);
    assert_true(json_integer_value(json_object_get(schedules, "distinct")) > 0);
    json_int_t of_strategies = 0;
    const json_t *mix = json_object_get(statistics, "mix");
    for (size_t i = 0; i < json_array_size(mix); i++) {
        of_strategies += json_integer_value(json_object_get(json_array_get(mix, i), "runs"));
    }
    assert_int_equal(of_strategies, runs);
}

/* Runs the campaign for a time and returns how many runs it has counted, earlier calls included. */
static json_int_t
runs_in_time(void)
{
    json_t *lines = lines_of("run --json --time 200ms --out kept deadlock-abba --model thread", 0);
    const json_t *finding = json_array_get(lines, json_array_size(lines) - 1);
    json_int_t runs = json_integer_value(json_object_get(finding, "runs"));
    assert_string_equal(sley_json_text(finding, "type"), "finding");
    check_schedules(finding);
    json_decref(lines);
    return runs;
}

static void
a_second_call_goes_on_where_the_first_ended(void **state)
{
    (void)state;
    json_int_t before = 0;
    for (int call = 0; call < 3; call++) {
        json_int_t done = runs_in_time();
        assert_true(done > before);
        assert_int_equal(noted_next("kept/progress.jsonl"), done);
        before = done;
    }
}

/* What the sampled runs of a time left, over all calls; the tokens replay. */
static json_int_t
outcomes_in_time(void)
{
    json_t *lines = lines_of("run --json --time 200ms --strategy random --out kept "
                             "atomic-increment-not-atomic.outcomes-of-two --model thread",
                             1);
    const json_t *finding = json_array_get(lines, json_array_size(lines) - 1);
    const json_t *outcomes = json_object_get(finding, "outcomes");
    json_int_t sum = 0;
    assert_int_equal(json_array_size(outcomes), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *outcome = json_array_get(outcomes, i);
        struct sley_ended ended;
        char arguments[1024];
        sum += json_integer_value(json_object_get(outcome, "runs"));
        snprintf(arguments, sizeof arguments, "replay %s", sley_json_text(outcome, "token"));
        assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
        assert_true(ended.code <= 1);
        sley_ended_deinit(&ended);
    }
    assert_int_equal(sum, json_integer_value(json_object_get(finding, "runs")));
    json_decref(lines);
    return sum;
}

static void
outcomes_add_up_over_calls(void **state)
{
    (void)state;
    json_int_t before = outcomes_in_time();
    assert_true(outcomes_in_time() > before);
}

/* Kills the process once its notes of progress have that many lines; 0: at once. Fills ended. */
static void
kill_after(int note_count, const char *arguments, struct sley_ended *ended)
{
    struct sley_process process;
    assert_int_equal(sley_process_start(&process, sley_test_directory, arguments), 0);
    siginfo_t info = {0};
    for (int notes = 0; notes < note_count && info.si_pid == 0;) {
        poll(NULL, 0, 1);
        char *text = sley_file_text(sley_test_directory, "kept/progress.jsonl");
        notes = 0;
        for (const char *c = text; *c; c++) {
            notes += *c == '\n';
        }
        free(text);
        waitid(P_PID, (id_t)process.pid, &info, WEXITED | WNOHANG | WNOWAIT);
    }
    kill(process.pid, SIGKILL);
    assert_int_equal(sley_process_wait(&process, ended), 0);
}

/* Every failure printed is in the file, and every one in the file replays. */
static void
check_nothing_lost(const struct sley_ended *killed)
{
    json_t *kept = lines_in("kept/failures.jsonl");
    const char *whole = strrchr(killed->out, '\n');
    char *printed = strndup(killed->out, whole ? (size_t)(whole - killed->out) + 1 : 0);
    json_t *lines = sley_json_lines(printed);
    assert_non_null(lines);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        if (strcmp(sley_json_text(line, "type"), "failure") == 0) {
            assert_true(has_name(kept, sley_json_text(line, "name")));
        }
    }
    for (size_t i = 0; i < json_array_size(kept); i++) {
        const json_t *line = json_array_get(kept, i);
        struct sley_ended ended;
        char arguments[1024];
        snprintf(arguments, sizeof arguments, "replay %s", sley_json_text(line, "token"));
        assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
        assert_int_equal(ended.code, 1);
        assert_non_null(strstr(ended.out, sley_json_text(line, "verdict")));
        sley_ended_deinit(&ended);
    }
    json_decref(lines);
    json_decref(kept);
    free(printed);
}

/* Whenever the kill comes: at once, after the first blocks, in the middle. */
static void
a_kill_loses_no_failure_and_no_finished_block(void **state)
{
    (void)state;
    static const char arguments[] =
        "run --json --time 3s --jobs 2 --out kept deadlock-abba --model thread";
    for (int note_count = 0; note_count < 4; note_count += 1 + note_count / 2) {
        struct sley_ended killed;
        kill_after(note_count, arguments, &killed);
        check_nothing_lost(&killed);
        json_int_t before = noted_next("kept/progress.jsonl");
        json_int_t runs = runs_in_time();
        assert_true(runs > before);
        assert_int_equal(noted_next("kept/progress.jsonl"), runs);
        sley_ended_deinit(&killed);
        sley_directory_destroy(sley_test_directory);
        sley_test_directory = sley_directory_create();
        assert_non_null(sley_test_directory);
    }
}

static void
what_speaks_of_virtual_time_says_whose_costs_it_follows(void **state)
{
    (void)state;
    json_t *lines = lines_of("run speed.waits-overlap --model thread --runs 20 --json", 0);
    bool found = false;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        if (strcmp(sley_json_text(line, "type"), "finding") == 0) {
            found = true;
            assert_string_equal(sley_json_text(line, "evidence"), "profile");
            assert_non_null(strstr(sley_json_text(line, "text"), "by profile ideal: "));
        }
    }
    assert_true(found);
    json_decref(lines);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sley_test_begin, sley_test_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_number_of_workers_prints_the_same),
        TEST(every_number_of_workers_draws_the_same_objects),
        TEST(a_random_seed_is_printed_and_gives_the_same_again),
        TEST(a_failure_is_kept_once),
        TEST(what_speaks_of_virtual_time_says_whose_costs_it_follows),
        TEST(a_second_call_goes_on_where_the_first_ended),
        TEST(outcomes_add_up_over_calls),
        TEST(a_kill_loses_no_failure_and_no_finished_block),
    };
    return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
