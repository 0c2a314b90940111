/* Memory that libraries allocate for a program: it can free it, in both lanes, and what it does
 * wrong with it is found. */
#include "tests/cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static void
build(const char *name, const char *lane)
{
    char command[4096];
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " cc --lane %s -w -o %s " SLEY_SOURCES "/%s.c", lane, name, name);
    sley_command_mention(command, 0, "");
}

static void
each_function_hands_out_what_the_program_may_free(void **state)
{
    (void)state;
    build("each", "explore");
    sley_command_mention(SLEY_EXECUTABLE " explore ./each --runs 10000", 0,
                         "no failure; 10000 runs");
}

static void
misuse(const char *number, int code, const char *part)
{
    char command[4096];
    snprintf(command, sizeof command,
             "TSAN_OPTIONS=symbolize=0 " SLEY_EXECUTABLE " explore ./misuse --runs 100 -- %s",
             number);
    sley_command_mention(command, code, part);
}

static void
all_misuse(void)
{
    misuse("1", 1, "use after free: read of 1 bytes");
    misuse("2", 1, "free of a pointer that no allocation returned");
    misuse("3", 1, "double free");
    misuse("4", 1, "free of a pointer that no allocation returned, local");
    misuse("5", 1, "free of a pointer that no allocation returned");
    misuse("6", 0, "no failure");
}

static void
misuse_of_a_librarys_block_is_found(void **state)
{
    (void)state;
    build("misuse", "explore");
    all_misuse();
}

static void
what_nobody_frees_does_not_pile_up_over_a_campaign(void **state)
{
    struct rusage after;
    (void)state;
    sley_command_mention(
        "printf '#include <stdio.h>\\n#include <stdlib.h>\\nint main(void) { char *t; size_t n; "
        "FILE *f = open_memstream(&t, &n); for (int i = 0; i < 300; i++) "
        "fprintf(f, \"%%1000d\", i); fclose(f); return 0; }\\n' >keeps.c && " SLEY_EXECUTABLE
        " cc -w -o keeps keeps.c",
        0, "");
    /* 300 kB in each of 3,000 runs; a worker keeps 64 MiB. */
    sley_command_mention(SLEY_EXECUTABLE " explore ./keeps --runs 3000", 0, "no failure");
    getrusage(RUSAGE_CHILDREN, &after);
    assert_in_range(after.ru_maxrss, 0, 250 * 1024); /* KiB, of the largest process so far */
}

#ifdef SLEY_TEST_TSAN
static void
the_lane_tsan_frees_and_finds_the_same(void **state)
{
    (void)state;
    build("each", "tsan");
    sley_command_mention("TSAN_OPTIONS=symbolize=0 " SLEY_EXECUTABLE " explore ./each --runs 400",
                         0, "no failure; 400 runs");
    build("misuse", "tsan");
    all_misuse();
}
#endif

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_function_hands_out_what_the_program_may_free),
        cmocka_unit_test(misuse_of_a_librarys_block_is_found),
        cmocka_unit_test(what_nobody_frees_does_not_pile_up_over_a_campaign),
#ifdef SLEY_TEST_TSAN
        cmocka_unit_test(the_lane_tsan_frees_and_finds_the_same),
#endif
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
