/* What is no program of sley cc, and programs that are no good to explore: each ends with a verdict
 * or an error that says what is wrong, and nothing hangs or fills the disk. */
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

static void
what_is_no_program_is_refused_by_every_command(void **state)
{
    static const char *const commands[] = {"explore", "replay s1ca/x/thread/-/0/0",
                                           "explain s1ca/x/thread/-/0/0"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        char command[4096];
        snprintf(command, sizeof command, "mkdir -p directory; touch empty; %s %s ./missing", SLEY,
                 commands[i]);
        sley_command_expect(command, 2, "", "sley: cannot explore './missing': No such file");
        snprintf(command, sizeof command, "%s %s ./directory", SLEY, commands[i]);
        sley_command_expect(command, 2, "", "sley: cannot explore './directory': it is no file");
        snprintf(command, sizeof command, "%s %s ./empty", SLEY, commands[i]);
        sley_command_expect(command, 2, "", "sley: './empty' was not built by sley cc");
        snprintf(command, sizeof command, "%s %s /bin/true", SLEY, commands[i]);
        sley_command_expect(command, 2, "", "sley: '/bin/true' was not built by sley cc");
    }
}

static void
a_program_that_wants_input_is_told_that_it_has_none(void **state)
{
    static const char note[] = "note: the program read its standard input, which is empty";
    (void)state;
    sley_source_write("reads.c", "#include <stdio.h>\n"
                                 "int main(int argc, char **argv) {\n"
                                 "    int n;\n    (void)argv;\n"
                                 "    return scanf(\"%d\", &n) == 1 || argc > 1 ? 0 : 3;\n"
                                 "}\n");
    sley_command_expect(SLEY " cc -o reads reads.c", 0, "", "");
    sley_command_expect(SLEY " explore ./reads --runs 20 </dev/zero", 1, note, "");
    sley_command_expect(SLEY " explore ./reads --runs 20 --reset fork", 1, note, "");
    sley_command_expect(SLEY " explore ./reads --runs 20 -- x", 0, note, "");
    sley_command_expect("echo 7 >input && ./reads <input", 0, "", "");
}

static void
a_gigabyte_of_output_fills_nothing_and_is_cut_in_a_replay(void **state)
{
    (void)state;
    sley_source_write("prints.c",
                      "#include <pthread.h>\n#include <stdio.h>\n"
                      "static int counter;\n"
                      "static void *add(void *a) { counter++; return a; }\n"
                      "int main(void) {\n"
                      "    static char block[1 << 16];\n"
                      "    pthread_t t[2];\n"
                      "    for (int i = 0; i < 1 << 14; i++)\n"
                      "        fwrite(block, 1, sizeof block, stdout);\n"
                      "    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, add, 0);\n"
                      "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
                      "    return counter == 2 ? 0 : 1;\n"
                      "}\n");
    sley_command_expect(SLEY " cc -o prints prints.c", 0, "", "");
    sley_command_expect(
        SLEY " explore ./prints --until-event --race ignore >out; grep ' replay ' out >line; "
             "cat out",
        0, "failure 1: exit", "");
    sley_command_expect("sh ./line >output; test $? = 1 && test $(wc -c <output) -lt 1100000 && "
                        "test $(du -sk . | cut -f 1) -lt 30000",
                        0, "", "");
    sley_command_expect(
        "sh ./line >/dev/null", 1, "",
        "of 1073741824 bytes that the program wrote to standard output, the first 1048576 are "
        "shown");
}

static void
a_program_that_forks_is_refused_by_name(void **state)
{
    static const char *const calls[] = {"fork", "vfork", "popen", "system", "execlp"};
    (void)state;
    sley_source_write("forks.c", "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
                                 "int main(void) { return CALL; }\n");
    for (int i = 0; i < 5; i++) {
        static const char *const text[] = {"fork() < 0", "vfork() < 0", "popen(\"x\", \"r\") == 0",
                                           "system(\"x\")", "execlp(\"x\", \"x\", (char *)0)"};
        char command[4096];
        snprintf(command, sizeof command, "%s cc '-DCALL=%s' -o forks forks.c", SLEY, text[i]);
        sley_command_expect(command, 1, "", calls[i]);
    }
}

static void
a_program_that_never_ends_has_a_verdict_that_says_how(void **state)
{
    (void)state;
    sley_source_write("never.c", "#include <string.h>\n"
                                 "static volatile int flag, counter;\n"
                                 "int main(int argc, char **argv) {\n"
                                 "    const char *how = argc > 1 ? argv[1] : \"\";\n"
                                 "    if (!strcmp(how, \"silent\")) for (;;) { }\n"
                                 "    if (!strcmp(how, \"polling\")) while (!flag) { }\n"
                                 "    for (;;) counter++;\n"
                                 "}\n");
    sley_command_expect(SLEY " cc -o never never.c", 0, "", "");
    sley_command_expect(SLEY " explore ./never --points all -- silent", 1, "failure 1: stuck",
                        "the first runs are all stuck");
    sley_command_expect(SLEY " explore ./never --points all --runs 5 -- polling", 1,
                        "failure 1: livelock", "");
    sley_command_expect(SLEY " explore ./never --runs 2 -- counting", 1, "failure 1: step-bound",
                        "");
}

static void
an_interrupt_of_all_processes_is_no_failure_of_the_program(void **state)
{
    (void)state;
    sley_source_write("waits.c", "#include <fcntl.h>\n#include <pthread.h>\n#include <unistd.h>\n"
                                 "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
                                 "static void *count(void *number) {\n"
                                 "    pthread_mutex_lock(&lock); ++*(int *)number;\n"
                                 "    pthread_mutex_unlock(&lock); return 0;\n"
                                 "}\n"
                                 "int main(void) {\n"
                                 "    pthread_t t; int number = 0;\n"
                                 "    close(open(\"begun\", O_CREAT | O_WRONLY, 0600));\n"
                                 "    pthread_create(&t, 0, count, &number); count(&number);\n"
                                 "    pthread_join(t, 0); return number != 2;\n"
                                 "}\n");
    sley_command_expect(SLEY " cc -o waits waits.c", 0, "", "");
    static const char *const flags[] = {"--jobs 1", "--jobs 2 --reset fork"};
    for (int i = 0; i < 2; i++) {
        char command[4096];
        snprintf(command, sizeof command,
                 "rm -f begun; setsid %s explore ./waits --runs 1000000000 %s >out 2>err & "
                 "all=$!; while ! test -e begun && kill -0 $all; do sleep 0.1; done; "
                 "kill -s TERM -- -$all; wait $all; code=$?; cat out; cat err >&2; exit $code",
                 SLEY, flags[i]);
        sley_command_expect(command, 2, "waits: no failure", "sley: interrupted");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_program_is_refused_by_every_command),
        cmocka_unit_test(a_program_that_wants_input_is_told_that_it_has_none),
        cmocka_unit_test(a_gigabyte_of_output_fills_nothing_and_is_cut_in_a_replay),
        cmocka_unit_test(a_program_that_forks_is_refused_by_name),
        cmocka_unit_test(a_program_that_never_ends_has_a_verdict_that_says_how),
        cmocka_unit_test(an_interrupt_of_all_processes_is_no_failure_of_the_program),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
