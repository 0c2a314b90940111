/* What a terminal shows while a campaign is under way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/process.h"

enum { OUTPUT_MAX = 1 << 16, WAIT_MS = 60000 };

/* Runs a command of the shell with a terminal as its standard output, and fills text with what it
 * prints there. Returns its wait status. */
static int
run_on_terminal(const char *command, char text[OUTPUT_MAX])
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    char name[128];
    snprintf(name, sizeof name, "%s", ptsname(master));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int slave = open(name, O_RDWR | O_NOCTTY);
        if (chdir(sley_test_directory) != 0 || dup2(slave, STDOUT_FILENO) < 0) {
            _exit(99);
        }
        close(slave);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(99);
    }
    size_t length = 0;
    bool open_still = true;
    while (open_still && length + 1 < OUTPUT_MAX) {
        struct pollfd wait = {.fd = master, .events = POLLIN};
        ssize_t got = poll(&wait, 1, WAIT_MS) == 1
                          ? read(master, text + length, OUTPUT_MAX - 1 - length)
                          : -1;
        open_still = got > 0; /* the last writer's end is an error here */
        length += open_still ? (size_t)got : 0;
    }
    text[length] = '\0';
    int status = 0;
    waitpid(child, &status, 0);
    close(master);
    return status;
}

static const char command[] =
    SLEY_EXECUTABLE " run deadlock-abba --model thread --strategy mix --runs 3000 --progress ";

/* The last progress is that of all runs, and is overwritten by the finding. */
static void
progress_is_one_line_that_is_overwritten(void **state)
{
    (void)state;
    static char text[OUTPUT_MAX];
    char line[1024];
    snprintf(line, sizeof line, "%sauto", command);
    assert_int_equal(run_on_terminal(line, text), 0);
    const char *last = strstr(text, "\r\033[Kdeadlock-abba thread: 3000 runs, ");
    assert_non_null(last);
    const char *end = strstr(last + 1, "\r\033[K");
    assert_non_null(end);
    assert_null(memchr(text, '\n', (size_t)(end - text)));
    char *shown = strndup(last, (size_t)(end - last));
    assert_non_null(strstr(shown, "/s, "));
    assert_non_null(strstr(shown, " failures, "));
    assert_non_null(strstr(shown, " schedules, "));
    assert_non_null(strstr(shown, " s left"));
    free(shown);
}

static void
a_terminal_may_be_told_to_show_none(void **state)
{
    (void)state;
    static char text[OUTPUT_MAX];
    char line[1024];
    snprintf(line, sizeof line, "%snone", command);
    assert_int_equal(run_on_terminal(line, text), 0);
    assert_null(strstr(text, "\033[K"));
    assert_non_null(strstr(text, "deadlock-abba"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sley_test_begin, sley_test_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(progress_is_one_line_that_is_overwritten),
        TEST(a_terminal_may_be_told_to_show_none),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
