/* C++ programs: what libstdc++ does with threads is explored. Each program of tests/cxx stays
 * clean, and fails in some schedule when it is built with its bug. */
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
build_and_explore(const char *name, const char *flags, int runs, int code, const char *part)
{
    char command[4096];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " c++ -std=c++17 -Wall %s -o %s " SLEY_SOURCES "/%s.cc", flags, name,
             name);
    sley_command_mention(command, 0, "");
    snprintf(command, sizeof command,
             "TSAN_OPTIONS=symbolize=0 " SLEY_EXECUTABLE " explore ./%s --runs %d", name, runs);
    sley_command_mention(command, code, part);
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
places_are_those_of_the_program_not_of_the_library(void **state)
{
    (void)state;
    build_and_explore("places", "", 1000, 1, "task 1 waits for shared.back at places.cc:14");
    sley_command_mention(SLEY_EXECUTABLE " explore ./places --runs 1000", 1,
                         "held by task 1 since places.cc:13");
    sley_command_mention(SLEY_EXECUTABLE " explore ./places --runs 1000", 1, "places.cc:39 (main)");
    struct sley_ended ended = {0};
    assert_int_equal(sley_process_paste(&ended, sley_test_directory,
                                        SLEY_EXECUTABLE " explore ./places --runs 1000"),
                     0);
    assert_null(strstr(ended.out, "stl_"));
    assert_null(strstr(ended.out, "gthr-"));
    assert_null(strstr(ended.out, ".tcc"));
    /* push_back reads and writes three pointers of the vector: one race to the reader. */
    const char *race = strstr(ended.out, ": race, first in run");
    assert_non_null(race);
    assert_null(strstr(race + 1, ": race, first in run"));
    sley_ended_deinit(&ended);
}

static void
an_exception_that_nobody_catches_has_a_name_and_a_place(void **state)
{
    (void)state;
    build_and_explore("uncaught", "", 1000, 1,
                      "crash: uncaught exception std::runtime_error: no such stage at "
                      "uncaught.cc:9 (task 1)");
}

static void
functions_and_variables_in_sections_of_their_own_are_sorted(void **state)
{
    (void)state;
    build_and_explore("sections", "-ffunction-sections -fdata-sections", 1000, 0, "no failure");
}

static void
a_program_of_cxx20_is_clean_and_its_bug_is_found(void **state)
{
    const char *name = *state;
    build_and_explore(name, "-std=c++20", 1000, 0, "no failure");
    build_and_explore(name, "-std=c++20 -DBUG", 1000, 1, "failure 1: ");
}

static void
a_cancellation_that_is_caught_ends_the_program(void **state)
{
    (void)state;
    build_and_explore("cancel", "-DCAUGHT", 1000, 1, "exception not rethrown");
}

#define PROGRAM(name)                                                                              \
    {                                                                                              \
        name, a_program_is_clean_and_its_bug_is_found, NULL, NULL, (void *)(uintptr_t)name         \
    }

#define PROGRAM_CXX20(name)                                                                        \
    {                                                                                              \
        name, a_program_of_cxx20_is_clean_and_its_bug_is_found, NULL, NULL,                        \
            (void *)(uintptr_t)name                                                                \
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
        PROGRAM("handed"),
        PROGRAM("shared"),
        PROGRAM("globals"),
        PROGRAM("sections"),
        cmocka_unit_test(functions_and_variables_in_sections_of_their_own_are_sorted),
        cmocka_unit_test(places_are_those_of_the_program_not_of_the_library),
        cmocka_unit_test(an_exception_that_nobody_catches_has_a_name_and_a_place),
        PROGRAM("departures"),
        PROGRAM_CXX20("waits"),
        PROGRAM_CXX20("stop"),
#ifdef SLEY_TEST_TSAN
        IN_TSAN("exceptions"),
        IN_TSAN("handed"),
        IN_TSAN("futures"),
        IN_TSAN("statics"),
#endif
        PROGRAM("cancel"),
        cmocka_unit_test(a_cancellation_that_is_caught_ends_the_program),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
