/* Pools of processes: replay in fresh ones, and that nothing is left behind. */
#include "campaign/campaign.h"
#include "campaign/capture.h"
#include "models/registry.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEVERAL, WITH_KILLS, KILLED_FROM_OUTSIDE, TWO_SHORT, NEVER_ENDING, GIVEN_UP, FIRST_CRASHES };
enum { REPLAYS = 10, WAITS_MAX = 20000 };

extern const struct sley_property sley_process_test[];

/* How many: the environment may ask for more than the test does. */
static uint64_t
number(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static struct sley_target
target_of(int property)
{
    return (struct sley_target){.property = &sley_process_test[property],
                                .model = &sley_model_process};
}

static uint32_t
entries(const char *folder)
{
    DIR *directory = opendir(folder);
    uint32_t count = 0;
    while (directory && readdir(directory)) {
        count++;
    }
    if (directory) {
        closedir(directory);
    }
    return count;
}

static void
pause_shortly(void)
{
    const struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
}

/* Reaps what has ended; whether a child, or an orphan that this process adopted, is still there. */
static bool
has_children(void)
{
    int status;
    pid_t got = waitpid(-1, &status, WNOHANG);
    while (got > 0) {
        got = waitpid(-1, &status, WNOHANG);
    }
    return got == 0 || errno != ECHILD;
}

static bool
children_go(void)
{
    for (int i = 0; i < WAITS_MAX && has_children(); i++) {
        pause_shortly();
    }
    return !has_children();
}

static void
a_token_replays_in_fresh_pools_of_processes(void **state)
{
    struct sley_capture *first = sley_capture_create();
    struct sley_capture *again = sley_capture_create();
    struct sley_target target = target_of(SEVERAL);
    struct sley_recipe recipe = {
        .ops = sley_strategies[0], .parameters = {2, {3, 40}}, .seed = 5, .run = 3};
    struct sley_error error;
    (void)state;
    assert_non_null(first);
    assert_non_null(again);
    assert_int_equal(sley_capture_run(first, &target, &recipe, &error), SLEY_OK);
    assert_int_equal(first->result.task_count, 4);
    assert_true(first->choice_count > 0);
    struct sley_recipe choices = {.choices = first->choices, .choice_count = first->choice_count};
    uint64_t count = number("SLEY_TEST_REPLAYS", REPLAYS);
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(sley_capture_run(again, &target, &choices, &error), SLEY_OK);
        assert_true(again->replayed);
        assert_int_equal(sley_capture_compare(first, again), -1);
        assert_int_equal(again->result.hash, first->result.hash);
    }
    sley_capture_destroy(first);
    sley_capture_destroy(again);
}

static void
campaign(int property, uint64_t runs, struct sley_campaign *campaign)
{
    struct sley_target target = target_of(property);
    struct sley_campaign_options options = {.strategy = "random", .runs = runs, .jobs = 2};
    struct sley_error error;
    assert_int_equal(sley_campaign_run(campaign, &target, &options, &error), SLEY_OK);
}

static void
many_runs_leave_no_process_no_descriptor_and_no_shared_object(void **state)
{
    (void)state;
    uint32_t descriptors = entries("/proc/self/fd");
    uint32_t shared = entries("/dev/shm");
    struct sley_campaign done;
    uint64_t runs = number("SLEY_TEST_RUNS", 2000);
    campaign(WITH_KILLS, runs, &done);
    assert_int_equal(done.tally->run_count, runs);
    sley_campaign_deinit(&done);
    assert_false(has_children()); /* at once: the workers have waited for all of theirs */
    assert_int_equal(entries("/proc/self/fd"), descriptors);
    assert_int_equal(entries("/dev/shm"), shared);
}

/* Every run of the property shows the verdict, and nothing is left. */
static void
each_run_shows(int property, uint64_t runs, uint32_t verdict)
{
    struct sley_campaign done;
    campaign(property, runs, &done);
    assert_int_equal(done.tally->run_count, runs);
    assert_int_equal(done.tally->distinct_count, 1);
    assert_int_equal(done.tally->distinct[0].run_count, runs);
    assert_true(done.tally->distinct[0].result.verdicts & verdict);
    sley_campaign_deinit(&done);
    assert_false(has_children());
}

static void
a_process_killed_from_outside_is_a_crash_and_no_hang(void **state)
{
    (void)state;
    each_run_shows(KILLED_FROM_OUTSIDE, 3, SLEY_BIT(CRASH));
}

static void
a_process_that_loops_without_a_point_is_stuck(void **state)
{
    (void)state;
    each_run_shows(NEVER_ENDING, 1, SLEY_BIT(STUCK));
}

static void
a_process_left_in_the_middle_of_a_run_disturbs_no_later_one(void **state)
{
    (void)state;
    struct sley_campaign done;
    campaign(GIVEN_UP, 1000, &done);
    assert_int_equal(done.tally->run_count, 1000);
    assert_true(done.tally->distinct_count > 0);
    for (uint32_t i = 0; i < done.tally->distinct_count; i++) {
        assert_int_equal(done.tally->distinct[i].result.verdicts, SLEY_BIT(ASSERTION));
    }
    sley_campaign_deinit(&done);
}

static void
a_crash_of_the_first_process_ends_the_run_and_the_others(void **state)
{
    (void)state;
    each_run_shows(FIRST_CRASHES, 20, SLEY_BIT(CRASH));
}

/* Processes below this one, itself not counted: those adopted from a dead harness are its own. */
static uint32_t
descendants_of_harness(pid_t harness)
{
    char path[64];
    uint32_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)harness, (int)harness);
    FILE *file = fopen(path, "r");
    int child;
    while (file && fscanf(file, "%d", &child) == 1) {
        count += 1 + descendants_of_harness((pid_t)child);
    }
    if (file) {
        fclose(file);
    }
    return count;
}

static void
a_harness_killed_with_sigkill_leaves_no_process(void **state)
{
    (void)state;
    pid_t harness = fork();
    if (harness == 0) {
        struct sley_campaign endless;
        campaign(SEVERAL, UINT64_MAX / 64, &endless);
        _exit(0);
    }
    assert_true(harness > 0);
    uint32_t below = 0;
    for (int i = 0; i < WAITS_MAX && below < 4; i++) {
        pause_shortly();
        below = descendants_of_harness(harness);
    }
    assert_true(below >= 4); /* two workers, and processes of theirs */
    kill(harness, SIGKILL);
    assert_true(children_go());
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_replays_in_fresh_pools_of_processes),
        cmocka_unit_test(many_runs_leave_no_process_no_descriptor_and_no_shared_object),
        cmocka_unit_test(a_process_killed_from_outside_is_a_crash_and_no_hang),
        cmocka_unit_test(a_process_that_loops_without_a_point_is_stuck),
        cmocka_unit_test(a_process_left_in_the_middle_of_a_run_disturbs_no_later_one),
        cmocka_unit_test(a_crash_of_the_first_process_ends_the_run_and_the_others),
        cmocka_unit_test(a_harness_killed_with_sigkill_leaves_no_process),
    };
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come here, where they are seen */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
