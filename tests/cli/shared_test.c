/* Shared libraries of `sley cc -shared`: a program is explored across them. */
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

#define CC SLEY_EXECUTABLE " cc -g "
#define EXPLORE SLEY_EXECUTABLE " explore "

static int
write_sources(void **state)
{
    int code = sley_test_begin(state);
    sley_source_write("count.c",
                      "#include <pthread.h>\n"
                      "int total;\n"
                      "static int loaded;\n"
                      "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
                      "__attribute__((constructor)) static void load(void) { loaded++; }\n"
                      "__attribute__((visibility(\"hidden\"))) int step(void) { return loaded; }\n"
                      "int twice(int x) { return 2 * x; }\n"
                      "void count(void) {\n"
                      "#ifndef BUG\n"
                      "    pthread_mutex_lock(&lock);\n"
                      "#endif\n"
                      "    total += step();\n"
                      "#ifndef BUG\n"
                      "    pthread_mutex_unlock(&lock);\n"
                      "#endif\n"
                      "    (void)lock;\n"
                      "}\n");
    sley_source_write("main.c",
                      "#include <assert.h>\n#include <pthread.h>\n"
                      "extern int total;\nvoid count(void);\nint twice(int);\n"
                      "int step(void) { return 7; }\n"
                      "static void *work(void *a) { count(); return a; }\n"
                      "int main(void) { pthread_t t[2];\n"
                      "    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, work, 0);\n"
                      "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
                      "    assert(total == 2 && step() == 7 && twice(2) == 4);\n"
                      "    return 0; }\n");
    return code;
}

static void
a_program_is_explored_across_its_library(void **state)
{
    (void)state;
    sley_command_mention("mkdir good bad && " CC "-shared -fPIC -o good/libcount.so count.c "
                         "-Wl,-soname,libcount.so.1 -lm && " CC
                         "-DBUG -shared -o bad/libcount.so count.c",
                         0, "");
    sley_command_mention(CC "-o good/main main.c -Lgood -lcount -Wl,-rpath,good && " EXPLORE
                            "good/main",
                         0, "no failure");
    sley_command_mention(CC "-o bad/main main.c bad/libcount.so && " EXPLORE "bad/main", 1,
                         "data race on total: task");
    sley_command_mention(EXPLORE "bad/main", 1, "assertion failed: total == 2");
}

static void
a_library_that_was_built_anew_wants_the_program_linked_anew(void **state)
{
    (void)state;
    sley_command_mention(CC "-DBUG -shared -o good/libcount.so count.c", 0, "");
    sley_command_mention(EXPLORE "good/main", 2, "good/libcount.so': link it again with sley cc");
    sley_command_mention("good/main", 2, "another build of");
    sley_command_mention(
        CC "-shared -fPIC -o good/libcount.so count.c -Wl,-soname,libcount.so.1 -lm && "
           "good/main",
        0, "");
    /* Moved away, it says nothing. */
    sley_command_mention("mv bad/libcount.so bad/moved.so && bad/main", 0, "");
}

static void
symbols_bind_as_the_dynamic_linker_binds_them(void **state)
{
    (void)state;
    sley_source_write("own.c", "int twice(int x) { return x + x + 1; }\nvoid count(void);\n"
                               "int main(void) { count(); return twice(2) - 5; }\n");
    sley_source_write("second.c",
                      "int twice(int x) { return 9 * x; }\nint nine(void) { return 9; }\n");
    /* The program's own comes first, then the first library's. */
    sley_command_mention(CC "-o own own.c good/libcount.so && ./own", 0, "");
    sley_command_mention(CC "-shared -o libsecond.so second.c && " CC
                            "-o both main.c good/libcount.so "
                            "libsecond.so && ./both",
                         0, "");
    sley_command_mention(CC "-o turned main.c libsecond.so good/libcount.so && ./turned", 134,
                         "twice(2) == 4");
}

static void
a_library_may_need_another_one_or_another_language(void **state)
{
    (void)state;
    sley_source_write("note.cc", "#include <mutex>\n#include <vector>\n"
                                 "extern \"C\" void count(void);\n"
                                 "static std::mutex lock;\nstatic std::vector<int> seen;\n"
                                 "extern \"C\" int note(int x) {\n"
                                 "    std::lock_guard<std::mutex> guard(lock);\n"
                                 "    seen.push_back(x); count(); return (int)seen.size(); }\n");
    sley_source_write("user.c",
                      "int note(int);\nint main(void) { return note(1) + note(2) - 3; }\n");
    sley_command_mention(
        SLEY_EXECUTABLE " c++ -g -shared -fPIC -o libnote.so note.cc -Lgood -lcount", 0, "");
    sley_command_mention(CC "-o user user.c -L. -lnote && ./user", 0, "");
    sley_command_mention(EXPLORE "./user --runs 50", 0, "no failure");
}

static void
what_would_escape_is_refused_when_the_library_is_built(void **state)
{
    (void)state;
    sley_source_write("forks.c", "int fork(void);\nint f(void) { return fork(); }\n");
    sley_source_write("plain.c", "int f(void) { return 1; }\n");
    sley_command_mention(CC "-shared -o libforks.so forks.c", 1, "forks.c: fork is not supported");
    sley_command_mention("clang -c -fPIC -o plain.o plain.c && " CC
                         "-shared -o libplain.so plain.o",
                         1, "'plain.o' was not compiled by sley cc");
    sley_command_mention("test ! -e libforks.so && test ! -e libplain.so", 0, "");
    /* One that another compiler made stays a library like any other: one step. */
    sley_command_mention(
        "clang -shared -fPIC -o libplain.so plain.c && printf 'int f(void); int main(void) "
        "{ return f() - 1; }' >uses.c && " CC "-o uses uses.c ./libplain.so && ./uses && " EXPLORE
        "./uses --runs 20",
        0, "no failure");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_is_explored_across_its_library),
        cmocka_unit_test(a_library_that_was_built_anew_wants_the_program_linked_anew),
        cmocka_unit_test(symbols_bind_as_the_dynamic_linker_binds_them),
        cmocka_unit_test(a_library_may_need_another_one_or_another_language),
        cmocka_unit_test(what_would_escape_is_refused_when_the_library_is_built),
    };
    return cmocka_run_group_tests(tests, write_sources, sley_test_end);
}
