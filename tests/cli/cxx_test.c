/* C++ programs: what libstdc++ does with threads is explored. Each program of tests/cxx stays
 * clean, and fails in some schedule when it is built with its bug. */
#include "tests/cli/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a command line in the test's directory and requires its exit code and a part of its output.
 */
static void
expect(const char *command, int code, const char *part)
{
    struct sley_ended ended = {0};
    assert_int_equal(sley_process_paste(&ended, sley_test_directory, command), 0);
    if (ended.code != code || (!strstr(ended.out, part) && !strstr(ended.err, part))) {
        fail_msg("%s: exit code %d, '%s' expected: %s%s", command, ended.code, part, ended.out,
                 ended.err);
    }
    sley_ended_deinit(&ended);
}

static void
build_and_explore(const char *name, const char *flags, int runs, int code, const char *part)
{
    char command[4096];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " c++ -std=c++17 -Wall %s -o %s " SLEY_SOURCES "/%s.cc", flags, name,
             name);
    expect(command, 0, "");
    snprintf(command, sizeof command,
             "TSAN_OPTIONS=symbolize=0 " SLEY_EXECUTABLE " explore ./%s --runs %d", name, runs);
    expect(command, code, part);
}

static void
a_program_is_clean_and_its_bug_is_found(void **state)
{
    const char *name = *state;
    build_and_explore(name, "", 1000, 0, "no failure");
    build_and_explore(name, "-DBUG", 1000, 1, "failure 1: ");
}

#ifdef SLEY_TEST_TSAN
static void
the_lane_tsan_runs_it_as_well(void **state)
{
    const char *name = *state;
    build_and_explore(name, "--lane tsan", 100, 0, "no failure");
    build_and_explore(name, "--lane tsan -DBUG", 100, 1, "failure 1: ");
}

#define IN_TSAN(name)                                                                              \
    {                                                                                              \
        name " in the lane tsan", the_lane_tsan_runs_it_as_well, NULL, NULL,                       \
            (void *)(uintptr_t)name                                                                \
    }
#endif

static void
what_waits_outside_the_threads_functions_is_refused_by_name(void **state)
{
    (void)state;
    expect("printf '#include <atomic>\\nint main() { std::atomic<int> a{0}; a.wait(1); }\\n' "
           ">waits.cc && " SLEY_EXECUTABLE " c++ -std=c++20 -o waits waits.cc",
           1, "syscall is not supported");
}

#define PROGRAM(name)                                                                              \
    {                                                                                              \
        name, a_program_is_clean_and_its_bug_is_found, NULL, NULL, (void *)(uintptr_t)name         \
    }

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PROGRAM("threads"),
        PROGRAM("condition"),
        PROGRAM("atomics"),
        PROGRAM("once"),
        PROGRAM("futures"),
        PROGRAM("statics"),
        PROGRAM("locals"),
        PROGRAM("exceptions"),
        PROGRAM("shared"),
        PROGRAM("globals"),
#ifdef SLEY_TEST_TSAN
        IN_TSAN("exceptions"),
        IN_TSAN("futures"),
        IN_TSAN("statics"),
#endif
        cmocka_unit_test(what_waits_outside_the_threads_functions_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
