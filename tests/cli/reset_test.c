/* Programs between two runs: what is set back in one process, and what takes a process per run. */
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

#define SLEY SLEY_EXECUTABLE

/* Two threads add 1 to a counter, under a mutex unless BUGGY. The first arguments are looked at
 * before: "crash", "kill", "spin" do that; "library" asks the library how often it was called. */
static const char program[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <signal.h>\n#include <string.h>\n"
    "int next_number(void);\n"
    "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
    "static int counter, called;\n"
    "static void *add(void *a) {\n"
    "#ifdef BUGGY\n    counter++;\n"
    "#else\n"
    "    pthread_mutex_lock(&lock);\n    counter++;\n    pthread_mutex_unlock(&lock);\n"
    "#endif\n"
    "    return a;\n"
    "}\n"
    "int main(int argc, char **argv) {\n"
    "    pthread_t t[2];\n"
    "    const char *what = argc > 1 ? argv[1] : \"\";\n"
    "    if (!strcmp(what, \"crash\")) *(volatile int *)8 = 1;\n"
    "    if (!strcmp(what, \"kill\")) raise(SIGKILL);\n"
    "    if (!strcmp(what, \"spin\")) for (;;) { }\n"
    "    if (!strcmp(what, \"library\") && next_number() > 1) called = 1;\n"
    "    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, add, 0);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
    "    assert(counter == 2);\n"
    "    return 0;\n"
    "}\n";

static const char library[] = "int next_number(void) { static int n; return ++n; }\n";

/* Finds a file that its last run left, and leaves one. */
static const char leaver[] = "#include <stdio.h>\n"
                             "static int found;\n"
                             "int main(void) {\n"
                             "    FILE *file = fopen(\"left\", \"r\");\n"
                             "    if (file) found = 1;\n"
                             "    file = fopen(\"left\", \"w\");\n"
                             "    fputs(\"here\", file);\n"
                             "    return 0;\n"
                             "}\n";

/* Fails unless everything is as a process finds it; then changes it all. */
static const char changer[] =
    "#include <assert.h>\n#include <fcntl.h>\n#include <locale.h>\n#include <signal.h>\n"
    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/stat.h>\n"
    "#include <time.h>\n#include <unistd.h>\n"
    "static void handler(int n) { (void)n; }\n"
    "int main(int argc, char **argv) {\n"
    "    char here[4096], buffer[64], words[] = \"a b\";\n"
    "    struct sigaction old;\n    sigset_t set;\n    int seen = 0;\n    time_t when = 5;\n"
    "    assert(getcwd(here, sizeof here) && strcmp(here, \"/\") != 0);\n"
    "    assert(umask(077) != 077);\n"
    "    assert(!getenv(\"NEW\") && !getenv(\"OTHER\") && getenv(\"PATH\")[0] == '/');\n"
    "    setenv(\"NEW\", \"1\", 1);\n    putenv(strdup(\"OTHER=x\"));\n"
    "    getenv(\"PATH\")[0] = 'x';\n    unsetenv(\"PATH\");\n"
    "    assert(strcmp(setlocale(LC_ALL, NULL), \"C\") == 0);\n"
    "    setlocale(LC_ALL, \"C.UTF-8\");\n"
    "    sigaction(SIGUSR1, NULL, &old);\n    assert(old.sa_handler == SIG_DFL);\n"
    "    signal(SIGUSR1, handler);\n    signal(SIGPIPE, SIG_IGN);\n"
    "    sigemptyset(&set);\n    sigaddset(&set, SIGUSR2);\n"
    "    assert(sigprocmask(SIG_BLOCK, &set, &set) == 0 && !sigismember(&set, SIGUSR2));\n"
    "    assert(!feof(stdin) && getchar() == EOF);\n"
    "    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);\n"
    "    assert(printf(\"more words than this small buffer on the stack of main will take up\") > "
    "64);\n"
    "    for (int c; (c = getopt(argc, argv, \"a:b\")) != -1;) seen += c == 'a' ? atoi(optarg) : "
    "1;\n"
    "    assert(seen == 8 && optind == 4);\n"
    "    assert(localtime(&when)->tm_year == 70 && strcmp(strtok(words, \" \"), \"a\") == 0);\n"
    "    FILE *file = fopen(\"open\", \"w\");\n"
    "    assert(file && fileno(file) < 20 && fputs(\"unwritten\", file) >= 0);\n"
    "    assert(chdir(\"/\") == 0);\n"
    "    fclose(stdout);\n    close(0);\n"
    "    return 0;\n"
    "}\n";

static int
build(void **state)
{
    int begun = sley_test_begin(state);
    sley_source_write("program.c", program);
    sley_source_write("library.c", library);
    sley_source_write("leaver.c", leaver);
    sley_source_write("changer.c", changer);
    sley_command_expect("cc -c library.c && ar rc libnumber.a library.o && " SLEY
                        " cc -o program program.c -L. -lnumber && " SLEY
                        " cc -DBUGGY -o buggy program.c -L. -lnumber && " SLEY
                        " cc -o leaver leaver.c && " SLEY " cc -o changer changer.c",
                        0, "", "");
    return begun;
}

static void
a_library_that_counts_takes_a_process_for_each_run(void **state)
{
    (void)state;
    sley_command_expect(
        SLEY " explore ./program --points all --runs 300 -- library", 0, "no failure",
        "differs: task 0 starts, then task 0 writes): from now on each run has a process of its "
        "own");
    sley_command_expect(SLEY " explore ./program --runs 300 --reset fork -- library", 0,
                        "no failure", "");
    sley_command_expect(SLEY
                        " explore ./program --points all --runs 300 --reset process -- library",
                        1, "failure 1: nondeterminism, first in run 0", "");
}

static void
a_program_that_can_be_set_back_stays_in_one_process(void **state)
{
    (void)state;
    struct sley_ended ended = sley_command_run(SLEY " explore ./program --runs 300", 0);
    assert_string_equal(ended.err, "");
    sley_ended_deinit(&ended);
}

static void
a_file_that_a_run_leaves_behind_is_nondeterminism(void **state)
{
    static const char *const resets[] = {"auto", "process", "fork"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        char command[4096];
        snprintf(command, sizeof command, "rm -f left && %s explore ./leaver --runs 50 --reset %s",
                 SLEY, resets[i]);
        sley_command_expect(command, 1, "; it lies outside the process", "");
    }
}

static void
what_a_run_changes_of_its_process_is_taken_back(void **state)
{
    (void)state;
    struct sley_ended ended = sley_command_run(SLEY " explore ./changer --runs 300 -- -a 7 -b", 0);
    assert_string_equal(ended.err, "");
    sley_ended_deinit(&ended);
    sley_command_expect(SLEY " explore ./changer --runs 300 --reset process -- -a 7 -b", 0,
                        "no failure", "");
    sley_command_expect(SLEY " explore ./changer --runs 300 --reset fork -- -a 7 -b", 0,
                        "no failure", "");
    sley_command_expect("cat open", 0, "unwritten", "");
}

static void
both_ways_find_the_same_failures_with_the_same_tokens(void **state)
{
    (void)state;
    sley_command_expect(
        SLEY " explore ./buggy --runs 300 --reset process | sed 's/ --reset process//' >one; "
             "test -s one && " SLEY
             " explore ./buggy --runs 300 --reset fork | sed 's/ --reset fork//' >two; "
             "cmp one two",
        0, "", "");
    sley_command_expect("cat two", 0, "failure 1: assertion", "");
    sley_command_expect(SLEY
                        " explore ./buggy --runs 50 --jobs 2 --reset fork >two; " SLEY
                        " explore ./buggy --runs 50 --jobs 1 --reset fork >three; cmp two three",
                        0, "", "");
}

static void
a_token_replays_the_same_either_way(void **state)
{
    (void)state;
    sley_command_expect(
        SLEY " explore ./buggy --runs 300 --until-event | grep ' replay ' | head -n 1 >line; "
             "for r in auto process fork; do sh -c \"$(cat line) --reset $r\" >$r; "
             "sh -c \"$(sed 's/ replay / explain /' line) --reset $r\" | "
             "sed 's/ --reset [a-z]*//' >$r.why; done; "
             "cmp auto process && cmp auto fork && cmp auto.why process.why && "
             "cmp auto.why fork.why && cat auto",
        0, "assertion failed: counter == 2", "");
}

static void
a_failure_of_a_program_that_has_to_be_forked_shrinks(void **state)
{
    (void)state;
    sley_command_expect(
        SLEY " explore ./buggy --runs 300 -- library >out; grep ' replay ' out | tail -n 1 | "
             "sed 's/ replay / explain /' >line; sh ./line",
        1, "1 decision", "");
}

static void
campaigns_of_every_kind_work_with_forked_runs(void **state)
{
    (void)state;
    sley_command_expect(SLEY " explore ./program --strategy exhaustive --reset fork", 0,
                        "no failure; exhausted", "");
    sley_command_expect(SLEY " explore ./buggy --strategy exhaustive --reset fork", 1,
                        "failure 1: assertion", "");
    sley_command_expect(SLEY " explore ./program --time 300ms --reset fork", 0, "no failure", "");
    sley_command_expect(SLEY " explore ./buggy --until-event --reset fork", 1,
                        "failure 1: assertion", "");
    sley_command_expect("timeout --preserve-status -s INT 2 " SLEY
                        " explore ./program --runs 100000000 --reset fork",
                        2, "", "sley: interrupted");
    sley_command_expect("timeout --preserve-status -s INT 2 " SLEY
                        " explore ./program --runs 100000000000",
                        2, "", "sley: interrupted");
}

static void
a_run_that_is_killed_or_crashes_is_told_either_way(void **state)
{
    (void)state;
    sley_command_expect(SLEY " explore ./program --runs 100 --reset fork -- crash", 1,
                        "1 distinct failure in 100 runs", "");
    sley_command_expect(SLEY " explore ./program --runs 100 --reset process -- crash", 1,
                        "1 distinct failure in 100 runs", "");
    sley_command_expect(SLEY " explore ./program --runs 100 --reset fork -- kill", 1,
                        "crash: signal 9", "");
    sley_command_expect(SLEY " explore ./program --runs 20 -- kill", 1, "crash: signal 9", "");
}

static void
a_run_without_end_is_stuck_either_way(void **state)
{
    (void)state;
    sley_command_expect(SLEY " explore ./program --reset fork -- spin", 1,
                        "1 distinct failure in 3 runs",
                        "the first runs are all stuck: the others are left out");
    sley_command_expect(SLEY " explore ./program -- spin", 1, "stuck: no scheduling point",
                        "the first runs are all stuck: the others are left out");
}

static void
a_reset_that_is_not_known_is_refused(void **state)
{
    (void)state;
    sley_command_expect(SLEY " explore ./program --reset none", 2, "",
                        "--reset 'none': expected auto, process or fork");
    sley_command_expect(SLEY " explore ./program --reset", 2, "", "--reset: its value is missing");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_that_counts_takes_a_process_for_each_run),
        cmocka_unit_test(a_program_that_can_be_set_back_stays_in_one_process),
        cmocka_unit_test(a_file_that_a_run_leaves_behind_is_nondeterminism),
        cmocka_unit_test(what_a_run_changes_of_its_process_is_taken_back),
        cmocka_unit_test(both_ways_find_the_same_failures_with_the_same_tokens),
        cmocka_unit_test(a_token_replays_the_same_either_way),
        cmocka_unit_test(a_failure_of_a_program_that_has_to_be_forked_shrinks),
        cmocka_unit_test(campaigns_of_every_kind_work_with_forked_runs),
        cmocka_unit_test(a_run_that_is_killed_or_crashes_is_told_either_way),
        cmocka_unit_test(a_run_without_end_is_stuck_either_way),
        cmocka_unit_test(a_reset_that_is_not_known_is_refused),
    };
    return cmocka_run_group_tests(tests, build, sley_test_end);
}
