/* Flags of sley explore that change what a run of a program may do. */
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* Fails if a thread is late by more than another one sleeps. */
static const char hopeful[] =
    "#include <pthread.h>\n#include <unistd.h>\n"
    "static int early;\nstatic pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
    "static void *begin(void *a) {\n"
    "    pthread_mutex_lock(&lock); early = 1; pthread_mutex_unlock(&lock); return a;\n}\n"
    "int main(void) {\n"
    "    pthread_t t;\n    pthread_create(&t, 0, begin, 0);\n    usleep(10000);\n"
    "    pthread_mutex_lock(&lock); int seen = early; pthread_mutex_unlock(&lock);\n"
    "    pthread_join(t, 0);\n    return seen ? 0 : 3;\n}\n";

static void
sleeps_end_early_unless_they_are_to_be_exact(void **state)
{
    (void)state;
    sley_source_write("hopeful.c", hopeful);
    sley_command_expect(SLEY_EXECUTABLE " cc -o hopeful hopeful.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./hopeful --runs 300", 1, "exit: main returned 3",
                        "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./hopeful --runs 300 --sleeps exact", 0,
                        "no failure", "");
}

static void
the_bound_of_a_run_can_be_moved(void **state)
{
    (void)state;
    sley_source_write("counts.c", "int main(int argc, char **argv) {\n"
                                  "    (void)argv;\n"
                                  "    volatile int n = 0;\n"
                                  "    while (n < 2500) n++;\n"
                                  "    return argc > 1;\n}\n");
    sley_command_expect(SLEY_EXECUTABLE " cc -o counts counts.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./counts --points all --runs 2 --steps 1000", 1,
                        "failure 1: step-bound", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./counts --points all --runs 2 --steps 1000", 1,
                        " ./counts --steps 1000\n", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./counts --points all --runs 2 --steps=8000", 0,
                        "no failure", "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleeps_end_early_unless_they_are_to_be_exact),
        cmocka_unit_test(the_bound_of_a_run_can_be_moved),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
