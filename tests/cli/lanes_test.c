/* Programs in both lanes: a token of one replays in the other, and code that looks for
 * ThreadSanitizer finds it, and is understood, in either. */
#include "tests/cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char counter[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <stdlib.h>\n"
    "static int counter, loops = 2;\n"
    "static void *add(void *a) { for (int i = 0; i < loops; i++) counter++; return a; }\n"
    "int main(int argc, char **argv) {\n"
    "    pthread_t t[2];\n"
    "    if (argc > 1) loops = atoi(argv[1]);\n"
    "    for (int i = 0; i < 2; i++) pthread_create(&t[i], NULL, add, NULL);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], NULL);\n"
    "    assert(counter == 2 * loops);\n"
    "    return 0;\n"
    "}\n";

static void
build_counter(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/counter.c", sley_test_directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(counter, file);
    assert_int_equal(fclose(file), 0);
    sley_command_mention(SLEY_EXECUTABLE
                         " cc -c counter.c && " SLEY_EXECUTABLE " cc -o counter counter.o && "
                         "mkdir -p tsan && " SLEY_EXECUTABLE
                         " cc --lane tsan -o tsan/counter counter.o && cp tsan/counter watched",
                         0, "");
}

/* The token of the strongest failure that `explore` prints; to be freed. */
static char *
token_of(const char *program)
{
    char command[512];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " explore %s --runs 200 --seed 3 -- 3 | grep -m 1 ' replay ' | "
                             "sed 's/.* replay //;s/ .*//'",
             program);
    struct sley_ended ended = sley_command_run(command, 0);
    char *token = strndup(ended.out, strcspn(ended.out, "\n"));
    assert_int_equal(strncmp(token, "s1", 2), 0);
    sley_ended_deinit(&ended);
    return token;
}

static void
expect_replay(const char *token, const char *program, int code, const char *part)
{
    char command[1024];
    snprintf(command, sizeof command, SLEY_EXECUTABLE " replay %s %s -- 3", token, program);
    sley_command_mention(command, code, part);
}

static void
a_token_of_one_lane_replays_in_the_other(void **state)
{
    (void)state;
    build_counter();
    char *explored = token_of("./counter"), *watched = token_of("tsan/counter");
    assert_string_equal(explored, watched); /* the same search, run by run */
    expect_replay(explored, "tsan/counter", 1, "assertion failed: counter == 2 * loops");
    expect_replay(explored, "tsan/counter", 1, "data race on counter");
    expect_replay(explored, "tsan/counter", 1, "WARNING: ThreadSanitizer: data race");
    expect_replay(watched, "./counter", 1, "assertion failed: counter == 2 * loops");
    expect_replay(watched, "./counter", 1, "data race on counter");
    free(explored);
    free(watched);
}

static void
the_name_of_a_program_is_no_part_of_its_runs(void **state)
{
    (void)state;
    char *named = token_of("./counter"), *other = token_of("./watched");
    assert_non_null(strstr(other, "/watched/"));
    expect_replay(named, "./watched", 1, "assertion failed: counter == 2 * loops");
    expect_replay(other, "./counter", 1, "assertion failed: counter == 2 * loops");
    free(named);
    free(other);
}

static void
a_lane_that_a_program_was_not_built_for_is_refused_by_name(void **state)
{
    (void)state;
    sley_command_mention(SLEY_EXECUTABLE " explore ./counter --lane tsan", 2,
                         "was built for the lane explore");
    sley_command_mention(SLEY_EXECUTABLE " explore tsan/counter --lane explore", 2,
                         "was built for the lane tsan");
    sley_command_mention(SLEY_EXECUTABLE " explore tsan/counter --lane tsan --runs 10 -- 3", 1,
                         "data race");
    sley_command_mention(SLEY_EXECUTABLE " cc --lane native -o n counter.c", 2,
                         "built for the lane explore or tsan");
    /* Behind "--" the words are the program's. */
    sley_command_mention(SLEY_EXECUTABLE " explore ./counter --runs 10 -- --lane", 0, "no failure");
}

static void
build_annotated(const char *name, const char *flags, const char *lane)
{
    char command[4096];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " cc --lane %s -Wall -I" SLEY_SOURCES " %s -o %s " SLEY_SOURCES
                             "/tests/annotated/%s.c",
             lane, flags, name, name);
    sley_command_mention(command, 0, "");
}

static void
explore_annotated(const char *name, const char *flags, bool races)
{
    static const char *const lanes[] = {"explore", "tsan"};
    char command[4096];
    snprintf(command, sizeof command,
             "TSAN_OPTIONS=symbolize=0 " SLEY_EXECUTABLE " explore ./%s --runs 100", name);
    for (int i = 0; i < 2; i++) {
        build_annotated(name, flags, lanes[i]);
        sley_command_mention(command, races ? 1 : 0, races ? "data races only" : "no failure");
    }
}

static void
an_annotation_is_understood_in_both_lanes(void **state)
{
    const char *name = *state;
    explore_annotated(name, "", true);
    explore_annotated(name, "-DANNOTATED", false);
}

static void
an_annotation_covers_nothing_else(void **state)
{
    explore_annotated(*state, "-DANNOTATED -DMIXED", true);
}

static void
fibers_of_the_sanitizer_are_refused_by_name(void **state)
{
    (void)state;
    sley_command_mention("printf 'void *__tsan_get_current_fiber(void);\\nint main(void) { return "
                         "!__tsan_get_current_fiber(); }\\n' >fiber.c && " SLEY_EXECUTABLE
                         " cc -o fiber fiber.c",
                         1, "__tsan_get_current_fiber is not supported");
}

static void
a_list_of_what_the_compiler_is_to_leave_alone_is_followed(void **state)
{
    (void)state;
    sley_command_mention("echo 'fun:count' >ignored.txt", 0, "");
    build_annotated("attribute", "-fsanitize-ignorelist=ignored.txt", "explore");
    sley_command_mention(SLEY_EXECUTABLE " explore ./attribute --runs 300", 0, "no failure");
}

static void
options_of_the_sanitizer_that_a_program_defines_do_no_harm(void **state)
{
    (void)state;
    sley_command_mention(
        "printf 'const char *__tsan_default_options(void) { return \"halt_on_error=1\"; }\\n"
        "const char *__tsan_default_suppressions(void) { return \"race:nothing\"; }\\n' >own.c "
        "&& " SLEY_EXECUTABLE " cc --lane tsan -o own counter.c own.c && " SLEY_EXECUTABLE
        " explore ./own --runs 50 -- 3",
        1, "failure 2: race");
}

#define ANNOTATED(name)                                                                            \
    {                                                                                              \
#name " annotated", an_annotation_is_understood_in_both_lanes, NULL, NULL, #name           \
    }
#define MIXED(name)                                                                                \
    {                                                                                              \
#name " mixed", an_annotation_covers_nothing_else, NULL, NULL, #name                       \
    }

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_of_one_lane_replays_in_the_other),
        cmocka_unit_test(the_name_of_a_program_is_no_part_of_its_runs),
        cmocka_unit_test(a_lane_that_a_program_was_not_built_for_is_refused_by_name),
        ANNOTATED(attribute),
        ANNOTATED(benign),
        ANNOTATED(edges),
        ANNOTATED(happens),
        ANNOTATED(ignored),
        ANNOTATED(mutex),
        ANNOTATED(readers),
        ANNOTATED(section),
        ANNOTATED(sync),
        MIXED(benign),
        MIXED(readers),
        MIXED(section),
        cmocka_unit_test(fibers_of_the_sanitizer_are_refused_by_name),
        cmocka_unit_test(a_list_of_what_the_compiler_is_to_leave_alone_is_followed),
        cmocka_unit_test(options_of_the_sanitizer_that_a_program_defines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
