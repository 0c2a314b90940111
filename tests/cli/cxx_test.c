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
build_and_explore(const char *name, const char *flags, int code, const char *part)
{
    char command[4096];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " c++ -std=c++17 -Wall %s -o %s " SLEY_SOURCES "/%s.cc", flags, name,
             name);
    expect(command, 0, "");
    snprintf(command, sizeof command, SLEY_EXECUTABLE " explore ./%s --runs 1000", name);
    expect(command, code, part);
}

static void
a_program_is_clean_and_its_bug_is_found(void **state)
{
    const char *name = *state;
    build_and_explore(name, "", 0, "no failure");
    build_and_explore(name, "-DBUG", 1, "failure 1: ");
}

static void
what_waits_outside_the_threads_functions_is_refused_by_name(void **state)
{
    (void)state;
    expect("printf '#include <atomic>\\nint main() { std::atomic<int> a{0}; a.wait(1); }\\n' "
           ">waits.cc && " SLEY_EXECUTABLE " c++ -std=c++20 -o waits waits.cc",
           1, "syscall is not supported");
}

static void
a_cancellation_that_is_caught_ends_the_program(void **state)
{
    (void)state;
    build_and_explore("cancel", "-DCAUGHT", 1, "exception not rethrown");
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
        PROGRAM("cancel"),
        cmocka_unit_test(a_cancellation_that_is_caught_ends_the_program),
        cmocka_unit_test(what_waits_outside_the_threads_functions_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
