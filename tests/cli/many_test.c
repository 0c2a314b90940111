/* Programs with as many threads as a run can have, and programs that wait by looking. */
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

/* Creates threads until that is refused; exits with 0 if it was so after as many as the argument
 * says. With a second argument they are detached. */
static const char creating[] =
    "#include <errno.h>\n#include <pthread.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
    "static pthread_t t[5000];\n"
    "static void *end(void *a) { return a; }\n"
    "int main(int argc, char **argv) {\n"
    "    int made = 0, error;\n"
    "    while ((error = pthread_create(&t[made], NULL, end, NULL)) == 0) {\n"
    "        if (argc > 2) pthread_detach(t[made]);\n"
    "        made++;\n"
    "    }\n"
    "    printf(\"%d made, %s\\n\", made, error == EAGAIN ? \"EAGAIN\" : \"another error\");\n"
    "    for (int i = 0; argc == 2 && i < made; i++) pthread_join(t[i], NULL);\n"
    "    return made == atoi(argv[1]) && error == EAGAIN ? 0 : 4;\n"
    "}\n";

/* All threads are alive at a time; the last one's write races with nobody's but is lost. */
static const char thousand[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <stdatomic.h>\n"
    "enum { N = 1000 };\n"
    "static atomic_int sum;\n"
    "static pthread_barrier_t all;\n"
    "static void *add(void *a) {\n"
    "    pthread_barrier_wait(&all);\n"
    "    int seen = sum;\n"
    "    if (a) sum = seen + 1; else sum++;\n"
    "    return NULL;\n"
    "}\n"
    "int main(void) {\n"
    "    static pthread_t t[N];\n"
    "    pthread_barrier_init(&all, NULL, N);\n"
    "    for (long i = 0; i < N; i++) pthread_create(&t[i], NULL, add, (void *)(i + 1 == N));\n"
    "    for (int i = 0; i < N; i++) pthread_join(t[i], NULL);\n"
    "    assert(sum == N);\n"
    "    return 0;\n"
    "}\n";

static const char waiting_for_each_other[] =
    "#include <pthread.h>\n#include <stdatomic.h>\n"
    "static atomic_int a, b;\n"
    "static void *one(void *x) { while (!b) {} a = 1; return x; }\n"
    "int main(void) {\n"
    "    pthread_t t;\n"
    "    pthread_create(&t, NULL, one, NULL);\n"
    "    while (!a) {}\n"
    "    b = 1;\n"
    "    pthread_join(t, NULL);\n"
    "    return 0;\n"
    "}\n";

static const char empty_loop[] = "#include <pthread.h>\n"
                                 "static void *one(void *x) { for (;;) {} return x; }\n"
                                 "int main(void) {\n"
                                 "    pthread_t t;\n"
                                 "    pthread_create(&t, NULL, one, NULL);\n"
                                 "    pthread_join(t, NULL);\n"
                                 "    return 0;\n"
                                 "}\n";

static const char on_a_volatile[] = "#include <pthread.h>\n"
                                    "static volatile int flag;\n"
                                    "static void *set(void *x) { flag = 1; return x; }\n"
                                    "int main(void) {\n"
                                    "    pthread_t t;\n"
                                    "    pthread_create(&t, NULL, set, NULL);\n"
                                    "    while (!flag) {}\n"
                                    "    pthread_join(t, NULL);\n"
                                    "    return 0;\n"
                                    "}\n";

static void
build(const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/code.c", sley_test_directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    struct sley_ended ended = {0};
    assert_int_equal(
        sley_process_paste(&ended, sley_test_directory, SLEY_EXECUTABLE " cc -o code code.c"), 0);
    assert_int_equal(ended.code, 0);
    sley_ended_deinit(&ended);
}

/* What the command line printed; to be freed. */
static char *
output(const char *command, int code)
{
    struct sley_ended ended = sley_command_run(command, code);
    char *text = strdup(ended.out);
    assert_non_null(text);
    sley_ended_deinit(&ended);
    return text;
}

static void
one_thread_more_than_there_are_slots_is_refused_with_eagain(void **state)
{
    (void)state;
    build(creating);
    sley_command_mention(SLEY_EXECUTABLE
                         " explore ./code --points all --strategy pct:1,2,1 --runs 3 -- 1023",
                         0, "no failure");
    sley_command_mention(SLEY_EXECUTABLE
                         " explore ./code --points all --strategy random --runs 20 -- 1023",
                         0, "no failure");
    sley_command_mention(SLEY_EXECUTABLE " explore ./code --points all --runs 1 -- 1022", 1,
                         "exit");
}

static void
slots_of_detached_threads_are_not_used_again(void **state)
{
    (void)state;
    build(creating);
    sley_command_mention(SLEY_EXECUTABLE
                         " explore ./code --points all --strategy random --runs 5 -- 1023 detached",
                         0, "no failure");
}

static void
a_failure_among_a_thousand_threads_is_found_and_replays(void **state)
{
    (void)state;
    build(thousand);
    /* Without the report: to shrink a failure takes hundreds of runs. */
    char *text =
        output(SLEY_EXECUTABLE " explore ./code --points all --strategy random --json --until-event"
                               " --runs 16",
               1);
    assert_non_null(strstr(text, "\"verdict\":\"assertion\""));
    char *token = strstr(text, "\"token\":\"");
    assert_non_null(token);
    token += strlen("\"token\":\"");
    token[strcspn(token, "\"")] = '\0';
    char command[8192];
    snprintf(command, sizeof command, SLEY_EXECUTABLE " replay %s ./code", token);
    sley_command_mention(command, 1, "sum == N");
    free(text);
}

static void
two_that_wait_for_each_other_by_looking_are_a_livelock(void **state)
{
    (void)state;
    build(waiting_for_each_other);
    sley_command_mention(SLEY_EXECUTABLE " explore ./code --points all --until-event --runs 16", 1,
                         "livelock");
}

static void
a_loop_without_any_access_is_stuck(void **state)
{
    (void)state;
    build(empty_loop);
    sley_command_mention(SLEY_EXECUTABLE
                         " explore ./code --points all --strategy pct:1,2,1 --until-event --runs 1",
                         1, "stuck");
}

/* The race is there, and nothing else. */
static void
waiting_for_a_volatile_comes_to_an_end(void **state)
{
    (void)state;
    build(on_a_volatile);
    sley_command_mention(SLEY_EXECUTABLE " explore ./code --points all --race ignore --runs 400", 0,
                         "no failure");
    sley_command_mention(SLEY_EXECUTABLE " explore ./code --points all --race fail --runs 16", 1,
                         "data race");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_more_than_there_are_slots_is_refused_with_eagain),
        cmocka_unit_test(slots_of_detached_threads_are_not_used_again),
        cmocka_unit_test(a_failure_among_a_thousand_threads_is_found_and_replays),
        cmocka_unit_test(two_that_wait_for_each_other_by_looking_are_a_livelock),
        cmocka_unit_test(a_loop_without_any_access_is_stuck),
        cmocka_unit_test(waiting_for_a_volatile_comes_to_an_end),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
