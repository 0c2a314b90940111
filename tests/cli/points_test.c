/* Which accesses are scheduling points (--points), from finding to replay in another process. */
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

/* An unlocked counter: an update is lost only when a thread is left between a read and a write. */
static const char counter[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <stdlib.h>\n"
    "static int counter, loops = 2;\n"
    "static void *add(void *a) {\n"
    "    int *own = malloc(sizeof *own);\n"
    "    for (*own = 0; *own < loops; ++*own) counter++;\n"
    "    free(own);\n"
    "    return a;\n"
    "}\n"
    "int main(int argc, char **argv) {\n"
    "    pthread_t t[2];\n"
    "    if (argc > 1) loops = atoi(argv[1]);\n"
    "    for (int i = 0; i < 2; i++) pthread_create(&t[i], NULL, add, NULL);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], NULL);\n"
    "    assert(counter == 2 * loops);\n"
    "    return 0;\n"
    "}\n";

static const char locks[] =
    "#include <pthread.h>\n"
    "static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;\n"
    "static void *one(void *x) {\n"
    "    pthread_mutex_lock(&a); pthread_mutex_lock(&b);\n"
    "    pthread_mutex_unlock(&b); pthread_mutex_unlock(&a); return x;\n"
    "}\n"
    "static void *two(void *x) {\n"
    "    pthread_mutex_lock(&b); pthread_mutex_lock(&a);\n"
    "    pthread_mutex_unlock(&a); pthread_mutex_unlock(&b); return x;\n"
    "}\n"
    "int main(void) {\n"
    "    pthread_t t[2];\n"
    "    pthread_create(&t[0], 0, one, 0); pthread_create(&t[1], 0, two, 0);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
    "    return 0;\n"
    "}\n";

/* Long work on data of each thread's own. */
static const char private_work[] =
    "#include <pthread.h>\n#include <stdlib.h>\n"
    "enum { SIZE = 1000, ROUNDS = 30 };\n"
    "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
    "static long total;\n"
    "static void *work(void *x) {\n"
    "    int *data = calloc(SIZE, sizeof *data);\n"
    "    for (int r = 0; r < ROUNDS; r++) for (int i = 0; i < SIZE; i++) data[i] += i ^ r;\n"
    "    pthread_mutex_lock(&lock); total += data[SIZE - 1]; pthread_mutex_unlock(&lock);\n"
    "    free(data); return x;\n"
    "}\n"
    "int main(void) {\n"
    "    pthread_t t[2];\n"
    "    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, work, 0);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
    "    return 0;\n"
    "}\n";

/* The first line with that beginning; owned by the caller. */
static char *
line_with(const struct sley_ended *ended, const char *beginning)
{
    const char *line = strstr(ended->out, beginning);
    assert_non_null(line);
    return strndup(line, strcspn(line, "\n"));
}

/* Explores the program with those points, expects the failure, and returns its replay command. */
static char *
find(const char *program, const char *points, const char *failure)
{
    char *command = NULL;
    assert_true(asprintf(&command, "%s explore ./%s --points %s --runs 500", SLEY_EXECUTABLE,
                         program, points) > 0);
    struct sley_ended ended = sley_command_run(command, 1);
    if (!strstr(ended.out, failure)) {
        fail_msg("%s: no '%s' in %s", command, failure, ended.out);
    }
    char *replay = line_with(&ended, SLEY_EXECUTABLE " replay ");
    sley_ended_deinit(&ended);
    free(command);
    return replay;
}

static void
a_deadlock_is_found_with_every_option_and_replays(void **state)
{
    static const char *const heads[][2] = {{"all", "a/locks/"}, {"shared", "s"}, {"sync", "y/l"}};
    (void)state;
    sley_source_write("locks.c", locks);
    sley_command_expect(SLEY_EXECUTABLE " cc -o locks locks.c", 0, "", "");
    for (int i = 0; i < 3; i++) {
        char *replay = find("locks", heads[i][0], "failure 1: deadlock");
        const char *token = strstr(replay, " s1");
        assert_non_null(token);
        assert_int_equal(strncmp(token + 4, heads[i][1], strlen(heads[i][1])), 0);
        sley_command_expect(replay, 1, "deadlock", "");
        free(replay);
    }
}

static void
a_lost_update_needs_points_at_plain_accesses(void **state)
{
    (void)state;
    sley_source_write("counter.c", counter);
    sley_command_expect(SLEY_EXECUTABLE " cc -o counter counter.c", 0, "", "");
    static const char *const options[] = {"all", "shared"};
    for (int i = 0; i < 2; i++) {
        char *replay = find("counter", options[i], "counter == 2 * loops");
        char *explain = NULL;
        const char *rest = strstr(replay, " replay ") + strlen(" replay ");
        assert_true(asprintf(&explain, SLEY_EXECUTABLE " explain %s", rest) > 0);
        sley_command_expect(replay, 1, "assertion failed: counter == 2 * loops", "");
        sley_command_expect(explain, 1, "reads counter = 0", "");
        free(explain);
        free(replay);
    }
    char *replay = find("counter", "sync", "failure 1: race");
    sley_command_expect(replay, 1, "data race on counter", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./counter --points sync --runs 500", 1,
                        "500 runs, data races only", "");
    free(replay);
}

static void
a_token_of_shared_points_outlives_a_build(void **state)
{
    (void)state;
    char *replay = find("counter", "shared", "failure 1: assertion");
    sley_command_expect(SLEY_EXECUTABLE " cc -o counter counter.c", 0, "", "");
    sley_command_expect(replay, 1, "assertion failed", "");
    char *moved = NULL;
    assert_true(asprintf(&moved, "SOME=thing %s", replay) > 0);
    sley_command_expect(moved, 1, "assertion failed", "");
    /* An edit that moves the code and no operation. */
    sley_command_expect(
        "sed 's/return 0/int n = 5; n++; return n - 6/' counter.c >moved.c && " SLEY_EXECUTABLE
        " cc -o counter moved.c",
        0, "", "");
    sley_command_expect(replay, 1, "assertion failed", "");
    free(moved);
    free(replay);
}

static void
a_token_whose_shared_data_are_others_is_stale(void **state)
{
    (void)state;
    char *replay = find("counter", "shared", "failure 1: assertion");
    sley_command_expect(
        "sed 's/int \\*own = malloc(sizeof \\*own);/static int kept; int *own = \\&kept;/; "
        "s/free(own);//' counter.c >other.c && " SLEY_EXECUTABLE " cc -o counter other.c",
        0, "", "");
    struct sley_ended ended = sley_command_run(replay, 4);
    assert_non_null(strstr(ended.err, "what tasks share is not what it was"));
    assert_ptr_equal(strchr(ended.err, '\n'), strrchr(ended.err, '\n')); /* one line */
    sley_ended_deinit(&ended);
    sley_command_expect(SLEY_EXECUTABLE " cc -o counter counter.c", 0, "", "");
    sley_command_expect(replay, 1, "assertion failed", "");
    free(replay);
}

static void
gdb_stops_in_a_run_of_shared_points(void **state)
{
    (void)state;
    char *replay = find("counter", "shared", "failure 1: assertion");
    char *command = NULL;
    const char *rest = strstr(replay, " replay ") + strlen(" replay ");
    assert_true(asprintf(&command,
                         "printf 'sley bt 0\\nkill\\nquit\\n' | " SLEY_EXECUTABLE
                         " replay --gdb %s",
                         rest) > 0);
    sley_command_expect(command, 0, "counter.c:", "");
    sley_command_expect(command, 0, "sley: step ", "");
    free(command);
    free(replay);
}

static void
long_work_on_private_data_has_no_points(void **state)
{
    (void)state;
    sley_source_write("work.c", private_work);
    sley_command_expect(SLEY_EXECUTABLE " cc -o work work.c", 0, "", "");
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./work --points shared --runs 20 --json", 0);
    const char *most = strstr(ended.out, "\"points_max\":");
    assert_non_null(most);
    assert_in_range(strtoul(most + strlen("\"points_max\":"), NULL, 10), 5, 100);
    sley_ended_deinit(&ended);
    sley_command_expect(SLEY_EXECUTABLE " explore ./work --points shared --runs 20", 0,
                        "; switches at synchronisation and at all plain accesses but ", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./work --points sync --runs 20", 0,
                        "; switches at synchronisation only", "");
}

/* Buffers of many megabytes, and behind them a lost update. */
static const char large[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <stdlib.h>\n#include <string.h>\n"
    "enum { SIZE = 8 << 20 };\n"
    "static char set[SIZE], copied[SIZE];\n"
    "static long sums[SIZE / 8], counter;\n"
    "static void *work(void *x) {\n"
    "    char *own = malloc(SIZE);\n"
    "    memset(own, 1, SIZE);\n"
    "    assert(own[SIZE - 1] == 1 && copied[SIZE - 1] == 2);\n"
    "    free(own);\n"
    "    counter++;\n"
    "    return x;\n"
    "}\n"
    "int main(void) {\n"
    "    pthread_t t;\n"
    "    memset(set, 2, SIZE);\n"
    "    memcpy(copied, set, SIZE);\n"
    "    for (int i = 0; i < SIZE / 8; i++) sums[i] = i;\n"
    "    pthread_create(&t, 0, work, 0);\n"
    "    CALL;\n"
    "    pthread_join(t, 0);\n"
    "    assert(counter == WANTED);\n"
    "    return 0;\n"
    "}\n";

static void
large_private_buffers_do_not_reach_the_step_bound(void **state)
{
    (void)state;
    sley_source_write("large.c", large);
    sley_command_expect(SLEY_EXECUTABLE " cc -DCALL= -DWANTED=1 -o large large.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./large --runs 10", 0, "no failure", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./large --points sync --runs 10", 0, "no failure",
                        "");
    sley_command_expect(SLEY_EXECUTABLE " cc '-DCALL=counter++' -DWANTED=2 -o large large.c", 0, "",
                        "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./large --runs 100 --until-event", 1,
                        "assertion failed: counter == WANTED", "");
}

static void
options_that_mean_nothing_are_refused_in_one_line(void **state)
{
    (void)state;
    sley_command_expect(SLEY_EXECUTABLE " explore ./counter --points some", 2, "",
                        "sley: --points 'some': expected all, shared or sync\n");
    sley_command_expect(SLEY_EXECUTABLE " run --points '' deadlock-abba", 2, "",
                        "sley: --points ''");
    sley_command_expect(SLEY_EXECUTABLE " run --model gil --points sync deadlock-abba", 2, "",
                        "sley: --points: the model 'gil' has points of its own");
    sley_command_expect(SLEY_EXECUTABLE " run --model process --points shared deadlock-abba", 2, "",
                        "sley: --points: the model 'process' has points of its own");
}

static void
properties_of_the_catalogue_take_the_option(void **state)
{
    static const char *const options[] = {"shared", "sync"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        char *command = NULL;
        assert_true(asprintf(&command,
                             "%s run --model thread --points %s --runs 300 deadlock-abba | grep "
                             "'replay s1' | head -n 1 >line && sh ./line",
                             SLEY_EXECUTABLE, options[i]) > 0);
        sley_command_expect(command, 1, "deadlock", "");
        free(command);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadlock_is_found_with_every_option_and_replays),
        cmocka_unit_test(a_lost_update_needs_points_at_plain_accesses),
        cmocka_unit_test(a_token_of_shared_points_outlives_a_build),
        cmocka_unit_test(a_token_whose_shared_data_are_others_is_stale),
        cmocka_unit_test(gdb_stops_in_a_run_of_shared_points),
        cmocka_unit_test(long_work_on_private_data_has_no_points),
        cmocka_unit_test(large_private_buffers_do_not_reach_the_step_bound),
        cmocka_unit_test(options_that_mean_nothing_are_refused_in_one_line),
        cmocka_unit_test(properties_of_the_catalogue_take_the_option),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
