/* sley cc in the place of a compiler: command lines as build systems write them. */
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CC SLEY_EXECUTABLE " cc "
#define EXPLORE SLEY_EXECUTABLE " explore "

static int
begin(void **state)
{
    int failed = sley_test_begin(state);
    if (!failed) {
        sley_source_write("main.c",
                          "#include <pthread.h>\nextern int sum;\nvoid *add(void *);\n"
                          "int main(void) {\n"
                          "    pthread_t t[2];\n"
                          "    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, add, 0);\n"
                          "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
                          "    return sum == 2 ? 0 : 3;\n}\n");
        /* Loses an update in some schedules alone: seen only if the archive is explored as well. */
        sley_source_write("part.c", "#include \"part.h\"\nint sum;\n"
                                    "void *add(void *a) { sum++; return a; }\n");
        sley_source_write("part.h", "void *add(void *);\n");
    }
    return failed;
}

static void
response_files_stand_for_their_words(void **state)
{
    (void)state;
    sley_source_write("all", "-o 'a program' main.c\n@more\n");
    sley_source_write("more", "part.c -I\".\" -DWORD=a\\ b -lpthread\n");
    sley_command_expect(CC "@all && " EXPLORE "'./a program' --runs 200", 1, "main returned 3", "");
    sley_command_expect(CC "-c part.c -o part.o @missing", 1, "", "@missing");
    sley_source_write("circle", "-O1 @circle\n");
    sley_command_expect(CC "-c part.c @circle", 1, "",
                        "'@circle': response files lie more than 16 deep");
    sley_source_write("empty", "");
    sley_command_expect(CC "-c part.c -o part.o @empty", 0, "", "");
}

static void
dependencies_name_what_the_user_makes(void **state)
{
    (void)state;
    sley_command_expect("mkdir -p out && " CC
                        "-MMD main.c part.c -o out/prog && cat out/prog-part.d "
                        "out/prog-main.d",
                        0, "out/prog: part.c part.h\nout/prog: main.c\n", "");
    sley_command_expect(CC "-c part.c main.c && " CC
                           "-MMD part.c main.o -o out/one && cat out/one.d",
                        0, "out/one: part.c part.h\n", "");
    sley_command_expect(CC "-MMD part.c main.o && cat part.d", 0, "part.o: part.c part.h\n", "");
    sley_command_expect(CC "-MMD -MF deps -MT goal main.o part.c -o out/prog && cat deps", 0,
                        "goal: part.c part.h\n", "");
    sley_command_expect(CC "-MMD -MP -c part.c -o out/part.o && cat out/part.d", 0,
                        "out/part.o: part.c part.h", "");
    sley_command_expect("ls -A | grep -c tmp", 1, "0\n", "");
}

static void
options_of_the_linker_keep_their_meaning(void **state)
{
    (void)state;
    sley_command_expect(
        CC "-c part.c -o part.o && ar rc libpart.a part.o && " CC
           "main.c -Wl,--start-group libpart.a -lm -Wl,--end-group -Wl,-z,relro -Wl,-z -Wl,now "
           "-Wl,--as-needed -Wl,-rpath,/nowhere -Xlinker --gc-sections -rdynamic -ldl -lrt "
           "-lpthread -pthread -o good && readelf -d good",
        0, "/nowhere", "");
    sley_command_expect(EXPLORE "./good --runs 200", 1, "main returned 3", "");
    sley_command_expect(
        CC "main.c -L. -Wl,--whole-archive -l:libpart.a -Wl,--no-whole-archive -o good && "
           "./good",
        0, "", "");
    sley_command_expect("rm -f libboth.a && " CC "-c main.c && ar rc libboth.a main.o && " CC
                        "-L. -lboth -lpart -o good && ./good",
                        0, "", "");
    /* The harness reads the program's symbols: the program cannot lose them. */
    sley_command_expect(CC "-s -pie -Wl,--strip-all -Wl,-pie main.c part.c -o good && " EXPLORE
                           "./good --runs 200 --race ignore",
                        1, "reads sum", "");
    sley_source_write("wraps.c", "#include <stdlib.h>\nint n;\nvoid *__real_malloc(size_t);\n"
                                 "void *__wrap_malloc(size_t s) { n++; return __real_malloc(s); }\n"
                                 "int main(void) { free(malloc(3)); return n == 1 ? 0 : 4; }\n");
    sley_command_expect(CC "-Wl,--wrap=malloc wraps.c -o wraps && ./wraps && " CC
                           "-Xlinker --wrap -Xlinker malloc wraps.c -o wraps && ./wraps",
                        0, "", "");
}

static void
archives_that_name_their_members_are_explored(void **state)
{
    (void)state;
    sley_command_expect("mkdir -p deep && " CC "-c part.c -o deep/a_name_of_more_than_sixteen.o && "
                        "ar rcT deep/libthin.a deep/a_name_of_more_than_sixteen.o && " CC
                        "main.c deep/libthin.a -o thin && " EXPLORE "./thin --runs 200",
                        1, "main returned 3", "");
}

static void
what_cannot_go_with_exploration_is_refused_by_name(void **state)
{
    (void)state;
    sley_command_expect(CC "-fopenmp -c part.c", 1, "",
                        "sley cc: -fopenmp is not supported: OpenMP's threads");
    sley_command_expect(CC "-fsanitize=address main.c part.c", 1, "",
                        "-fsanitize=address is not supported: another sanitizer");
    sley_command_expect(CC "-m32 -c part.c", 1, "", "-m32 is not supported");
    sley_command_expect(CC "-r part.c -o x.o", 1, "", "-r is not supported");
    sley_command_expect(CC "-nostdlib main.c part.c", 1, "", "-nostdlib is not supported");
    sley_command_expect(CC "-shared -c part.c", 0, "", "");
}

static void
what_is_left_out_is_told(void **state)
{
    (void)state;
    sley_command_expect(CC "-flto=auto -c part.c -o part.o", 0, "",
                        "sley cc: -flto=auto is left out: ");
    sley_command_expect(CC "-static main.c part.o -o prog && ./prog", 0, "", "-static is left out");
    sley_command_expect(CC "-pg main.c part.o -o prog && ./prog", 0, "", "-pg is left out");
    sley_command_expect(CC "--coverage main.c part.o -o prog && ./prog", 0, "",
                        "--coverage is left out");
}

static void
a_language_holds_until_the_next(void **state)
{
    (void)state;
    sley_command_expect(
        "cp part.c part.text && " CC "-x c part.text -x none main.c -o prog && ./prog", 0, "", "");
    sley_command_expect(CC "-x c - part.c -x none -o prog <main.c && ./prog", 0, "", "");
    sley_command_expect(CC "- part.c -o prog <main.c", 1, "",
                        "'-': No such file or directory; a source from "
                        "standard input needs -x");
}

static void
assembled_objects_are_taken_and_compiled_ones_are_not(void **state)
{
    (void)state;
    sley_source_write("seven.s", ".globl seven\nseven: mov $7, %eax\n ret\n"
                                 ".section .note.GNU-stack,\"\",@progbits\n");
    sley_source_write("calls.c", "int seven(void);\nint main(void) { return seven() - 7; }\n");
    sley_command_expect(CC "-c seven.s && " CC "calls.c seven.o -o calls && ./calls && " CC
                           "calls.c seven.s -o calls && ./calls",
                        0, "", "");
    sley_command_expect("cc -g -c part.c -o plain.o && " CC "main.c plain.o -o prog", 1, "",
                        "'plain.o' was not compiled by sley cc");
}

static void
messages_name_the_files_of_the_user(void **state)
{
    (void)state;
    sley_source_write("opens.c", "#include <semaphore.h>\n#include <unistd.h>\n"
                                 "int main(void) { return fork() < 0; }\n");
    sley_command_expect(CC "part.c opens.c", 1, "", "opens.c: fork is not supported");
    sley_command_expect(CC "-c opens.c && " CC "part.c ./opens.o", 1, "",
                        "./opens.o: fork is not supported");
    sley_command_expect("ar rc libopens.a opens.o && " CC "part.c -L. -lopens -o named", 1, "",
                        "named: fork is not supported");
    sley_source_write("calls.c", "int nothing(void);\nint main(void) { return nothing(); }\n");
    sley_command_expect(CC "calls.c", 1, "", "calls.c:2: undefined reference to `nothing'");
}

static void
what_is_refused_late_is_a_verdict_of_the_run_that_calls_it(void **state)
{
    (void)state;
    sley_source_write("rare.c", "#include <unistd.h>\n#include <sys/syscall.h>\n"
                                "int main(int argc, char **argv) {\n"
                                "    (void)argv;\n"
                                "    if (argc > 2) syscall(SYS_getppid);\n"
                                "    if (argc > 1) fork();\n"
                                "    return syscall(SYS_gettid) == 1 ? 0 : 3;\n}\n");
    sley_command_expect(CC "rare.c -o rare", 1, "", "rare.c: fork is not supported");
    sley_command_expect(CC "--refuse-late -c rare.c && " CC
                           "--refuse-late rare.o -o rare && " EXPLORE "./rare --runs 10",
                        0, "no failure", "");
    sley_command_expect(EXPLORE "./rare --runs 10 -- 1", 1,
                        "exit: fork was called, which is not supported at rare.c:6", "");
    sley_command_expect(EXPLORE "./rare --runs 10 -- 1 2", 1,
                        "crash: system call 110 is none that sley knows", "");
    sley_command_expect("./rare 1", 2, "", "");
}

static void
questions_go_to_the_compiler(void **state)
{
    (void)state;
    sley_command_expect(CC "--version", 0, "version", "");
    sley_command_expect(CC "-v", 0, "", "version");
    sley_command_expect(CC "-dumpmachine", 0, "linux", "");
    sley_command_expect(CC "-print-prog-name=ld", 0, "ld", "");
    sley_command_expect(CC "-E main.c", 0, "int main(void)", "");
    sley_command_expect(CC "-MM part.c", 0, "part.o: part.c part.h", "");
    sley_command_expect(CC "-S part.c -o -", 0, ".text", "");
    sley_command_expect(CC "-c main.c part.c && " CC "main.o part.o && ./a.out", 0, "", "");
    sley_command_expect(CC "-save-temps main.c part.c -o prog && ls *.i && ./prog", 0,
                        "main.i\npart.i\n", "");
}

static void
checks_of_configure_scripts_run_plainly(void **state)
{
    (void)state;
    sley_source_write("conftest.c", "#include <stdio.h>\n#include <pthread.h>\n"
                                    "int main(void) {\n"
                                    "    FILE *f = fopen(\"conftest.out\", \"w\");\n"
                                    "    fprintf(f, \"%zu\", sizeof (long));\n"
                                    "    return ferror(f) || fclose(f) != 0;\n}\n");
    sley_command_expect(
        CC "-g -O2 -o conftest -Wall -Werror conftest.c -lpthread >log 2>&1 && ./conftest && "
           "cat conftest.out && test ! -s log",
        0, "8", "");
    sley_source_write("conftest.c", "char no_such_function();\n"
                                    "int main(void) { return no_such_function(); }\n");
    sley_command_expect(CC "-o conftest conftest.c", 1, "", "no_such_function");
}

/* The compiler waits for what a writer writes into the pipe, which is nothing: opening it as one
 * returns when the compiler reads, and the directory is there by then. */
static void
a_signal_leaves_nothing_behind(void **state)
{
    (void)state;
    char pipe[4096], temporary[4096];
    const int signals[] = {SIGTERM, SIGHUP, SIGINT};
    snprintf(pipe, sizeof pipe, "%s/pipe", sley_test_directory);
    snprintf(temporary, sizeof temporary, "%s/temporary", sley_test_directory);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(mkdir(temporary, 0700), 0);
    for (int i = 0; i < 3; i++) {
        struct sley_process process = {0};
        struct sley_ended ended = {0};
        signal(signals[i], SIG_DFL);
        assert_int_equal(setenv("TMPDIR", temporary, 1), 0);
        assert_int_equal(sley_process_start(&process, sley_test_directory, "cc -x c pipe"), 0);
        unsetenv("TMPDIR");
        FILE *writer = fopen(pipe, "w");
        assert_non_null(writer);
        assert_int_equal(sley_directory_count(temporary), 1);
        assert_int_equal(kill(process.pid, signals[i]), 0);
        assert_int_equal(sley_process_wait(&process, &ended), 0);
        assert_int_equal(ended.code, 128 + signals[i]);
        assert_int_equal(sley_directory_count(temporary), 0);
        sley_ended_deinit(&ended);
        fclose(writer);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(response_files_stand_for_their_words),
        cmocka_unit_test(dependencies_name_what_the_user_makes),
        cmocka_unit_test(options_of_the_linker_keep_their_meaning),
        cmocka_unit_test(archives_that_name_their_members_are_explored),
        cmocka_unit_test(what_cannot_go_with_exploration_is_refused_by_name),
        cmocka_unit_test(what_is_left_out_is_told),
        cmocka_unit_test(a_language_holds_until_the_next),
        cmocka_unit_test(assembled_objects_are_taken_and_compiled_ones_are_not),
        cmocka_unit_test(messages_name_the_files_of_the_user),
        cmocka_unit_test(what_is_refused_late_is_a_verdict_of_the_run_that_calls_it),
        cmocka_unit_test(questions_go_to_the_compiler),
        cmocka_unit_test(checks_of_configure_scripts_run_plainly),
        cmocka_unit_test(a_signal_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, begin, sley_test_end);
}
