/* Descriptors in programs that sley cc built: what holds for real holds in a run, waits are found
 * and replayed, and what is outside is told. */
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
build(const char *name, const char *flags, const char *output)
{
    char command[4096];
    snprintf(command, sizeof command, SLEY_EXECUTABLE " cc -Wall %s -o %s " SLEY_SOURCES "/%s.c",
             flags, output, name);
    sley_command_mention(command, 0, "");
}

/* What stands behind the first "replay" of a text, up to the end of its line; owned by the caller.
 */
static char *
replay_of(const char *text)
{
    const char *line = strstr(text, SLEY_EXECUTABLE " replay ");
    assert_non_null(line);
    return strndup(line, strcspn(line, "\n"));
}

static void
what_the_system_does_holds_in_a_run(void **state)
{
    (void)state;
    sley_command_mention("cc -o native " SLEY_SOURCES "/semantics.c -lpthread && ./native", 0,
                         "all as it should be");
    build("semantics", "", "semantics");
    sley_command_mention("./semantics", 0, "all as it should be");
    sley_command_mention(SLEY_EXECUTABLE " explore ./semantics --runs 200", 0, "no failure");
}

static void
signals_and_cancellation_come_into_waits(void **state)
{
    (void)state;
    sley_command_mention("cc -D_GNU_SOURCE -o interrupts " SLEY_SOURCES
                         "/interrupts.c -lpthread && timeout 60 ./interrupts",
                         0, "all as it should be");
    build("interrupts", "-D_GNU_SOURCE", "interrupts");
    sley_command_mention(SLEY_EXECUTABLE " explore ./interrupts --runs 1000", 0, "no failure");
    build("interrupts", "-D_GNU_SOURCE -DBUG", "lost");
    sley_command_mention(SLEY_EXECUTABLE " explore ./lost --runs 1000", 1,
                         "failure 1: deadlock:blocked");
}

static void
streams_over_descriptors_wait_as_descriptors_do(void **state)
{
    (void)state;
    build("streams", "", "streams");
    sley_command_mention(SLEY_EXECUTABLE " explore ./streams --runs 200", 0, "no failure");
    build("streams", "-DBUG", "stuck-streams");
    sley_command_mention(SLEY_EXECUTABLE " explore ./stuck-streams --runs 5", 1,
                         "waits for something to read for ever: socket 1 at streams.c:43 (main)");
}

static void
tcp_between_threads_is_scheduled(void **state)
{
    (void)state;
    sley_command_mention("cc -o native-tcp " SLEY_SOURCES "/tcp.c -lpthread && ./native-tcp", 0,
                         "all as it should be");
    build("tcp", "", "tcp");
    sley_command_mention("./tcp", 0, "all as it should be");
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./tcp --runs 300 --jobs 2", 0);
    assert_non_null(strstr(ended.out, "no failure"));
    sley_ended_deinit(&ended);
    build("tcp", "-DBUG", "tcp-short");
    sley_command_mention(SLEY_EXECUTABLE " explore ./tcp-short --runs 300", 1,
                         "assertion failed: read(connection, request, 3) == 3");
}

static void
time_outs_are_of_virtual_time(void **state)
{
    (void)state;
    build("time_outs", "", "time-outs");
    sley_command_mention(SLEY_EXECUTABLE " explore ./time-outs --runs 300", 0, "no failure");
}

static void
what_is_handed_over_by_a_descriptor_is_no_race(void **state)
{
    (void)state;
    build("hand_over", "", "hand-over");
    sley_command_mention(SLEY_EXECUTABLE " explore ./hand-over --runs 300", 0, "no failure");
    build("hand_over", "-DBUG", "hand-over-late");
    sley_command_mention(SLEY_EXECUTABLE " explore ./hand-over-late --runs 300", 1,
                         "data race on by_event");
}

static void
a_read_that_nobody_ends_is_a_deadlock_that_replays(void **state)
{
    (void)state;
    build("nobody_writes", "", "nobody-writes");
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./nobody-writes --runs 20", 1);
    const char *told = "blocked for ever: task 1 waits for something to read for ever: pipe 1 at "
                       "nobody_writes.c:11";
    assert_non_null(strstr(ended.out, told));
    char *command = replay_of(ended.out);
    sley_command_mention(command, 1, told);
    sley_command_mention(command, 1, told);
    free(command);
    sley_ended_deinit(&ended);
}

static void
a_write_that_nobody_can_read_ends_the_program(void **state)
{
    (void)state;
    build("broken_pipe", "", "broken-pipe");
    sley_command_mention(SLEY_EXECUTABLE " explore ./broken-pipe --runs 20", 1,
                         "crash: signal 13 (Broken pipe) at broken_pipe.c:12");
}

static void
tasks_that_use_one_file_are_scheduled(void **state)
{
    (void)state;
    build("regular", "", "regular");
    sley_command_mention(SLEY_EXECUTABLE " explore ./regular --runs 300", 1,
                         "failure 1: assertion");
    build("regular", "-DFIXED", "regular-fixed");
    sley_command_mention(SLEY_EXECUTABLE " explore ./regular-fixed --runs 300", 0, "no failure");
}

static void
what_comes_from_outside_is_waited_for_and_told(void **state)
{
    (void)state;
    build("outside", "", "outside");
    /* The shell holds the FIFO open, and what is in it. */
    sley_command_mention(
        "mkfifo full && exec 5<>full && printf x >&5 && " SLEY_EXECUTABLE
        " explore ./outside --runs 50 -- full",
        0, "note: some runs waited for, or wrote to, a pipe, socket or terminal outside");
}

static void
what_never_comes_from_outside_ends_the_run(void **state)
{
    (void)state;
    struct sley_ended ended = sley_command_run(
        "mkfifo empty && " SLEY_EXECUTABLE " explore ./outside --runs 2 --outside-wait 50 -- empty",
        1);
    const char *told = "stuck: no scheduling point: nothing came from outside the program for 50 "
                       "ms at outside.c:28";
    assert_non_null(strstr(ended.out, told));
    char *command = replay_of(ended.out);
    assert_non_null(strstr(command, " ./outside --outside-wait 50 -- empty"));
    sley_command_mention(command, 1, told);
    free(command);
    sley_ended_deinit(&ended);
}

static void
a_program_s_own_function_of_a_common_name_is_its_own(void **state)
{
    (void)state;
    build("own_names", "", "own-names");
    sley_command_mention("./own-names", 0, "7\n");
}

static void
a_wait_for_the_outside_has_bounds(void **state)
{
    (void)state;
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./outside --outside-wait 25001", 2);
    assert_non_null(
        strstr(ended.err, "--outside-wait '25001': expected milliseconds from 1 to 25000"));
    sley_ended_deinit(&ended);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_system_does_holds_in_a_run),
        cmocka_unit_test(signals_and_cancellation_come_into_waits),
        cmocka_unit_test(streams_over_descriptors_wait_as_descriptors_do),
        cmocka_unit_test(tcp_between_threads_is_scheduled),
        cmocka_unit_test(time_outs_are_of_virtual_time),
        cmocka_unit_test(what_is_handed_over_by_a_descriptor_is_no_race),
        cmocka_unit_test(a_read_that_nobody_ends_is_a_deadlock_that_replays),
        cmocka_unit_test(a_write_that_nobody_can_read_ends_the_program),
        cmocka_unit_test(tasks_that_use_one_file_are_scheduled),
        cmocka_unit_test(what_comes_from_outside_is_waited_for_and_told),
        cmocka_unit_test(what_never_comes_from_outside_ends_the_run),
        cmocka_unit_test(a_program_s_own_function_of_a_common_name_is_its_own),
        cmocka_unit_test(a_wait_for_the_outside_has_bounds),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
