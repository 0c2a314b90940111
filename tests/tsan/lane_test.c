/* The scheduler is invisible to ThreadSanitizer, and what that reports of a run is always the same.
 *
 * usage: lane_test [RUNS]; default 5,000 runs of the locked program. */
#include "campaign/target.h"
#include "models/registry.h"
#include "tsan/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

void tsan_apart(void);
void tsan_locked(void);

enum { APART_RUNS = 500, SAME_RUNS = 100 };

static const struct sley_property apart = {.name = "tsan.apart", .body = tsan_apart};
static const struct sley_property locked = {.name = "tsan.locked", .body = tsan_locked};
static unsigned long locked_runs = 5000;

/* Shared with the children that execute. */
static struct {
    unsigned long racy, runs;
    struct sley_run_result result;
} * shared;

static void
execute(const struct sley_property *property, uint64_t first, unsigned long count)
{
    static unsigned char state[1 << 14] __attribute__((aligned(16)));
    struct sley_target target = {.property = property, .model = &sley_model_thread};
    struct sley_parameters parameters = {2, {3, 30}};
    for (uint64_t run = first; run < first + count; run++) {
        struct sley_source source = {&sley_strategy_mix, state};
        sley_strategy_mix.begin(state, &parameters, 3, run);
        sley_target_run(&target, &source, NULL, &shared->result);
        shared->racy += (shared->result.verdicts & SLEY_BIT(RACE)) != 0;
        shared->runs++;
    }
}

static void
in_child(const struct sley_property *property, uint64_t first, unsigned long count)
{
    shared->racy = shared->runs = 0;
    pid_t child = fork();
    if (child == 0) {
        execute(property, first, count);
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(shared->runs, count);
}

static void
a_race_that_switches_keep_apart_is_reported_all_the_same(void **state)
{
    (void)state;
    in_child(&apart, 0, APART_RUNS);
    /* The runtime forgets every access when its epochs run out: once in some hundred runs. */
    assert_in_range(shared->racy, APART_RUNS - APART_RUNS / 100 - 1, APART_RUNS);
}

static void
a_properly_locked_program_is_never_reported(void **state)
{
    (void)state;
    in_child(&locked, 0, locked_runs);
    assert_int_equal(shared->racy, 0);
}

static bool
same_report(const struct sley_run_result *a, const struct sley_run_result *b)
{
    bool same = a->hash == b->hash && a->failure_count == b->failure_count;
    for (uint32_t i = 0; same && i < a->failure_count; i++) {
        const struct sley_failure *x = &a->failure[i], *y = &b->failure[i];
        same = x->verdict == y->verdict && x->pc[0] == y->pc[0] && x->pc[1] == y->pc[1] &&
               x->task[0] == y->task[0] && x->task[1] == y->task[1] && x->address == y->address;
    }
    return same;
}

static void
the_same_token_gives_the_same_report_in_a_hundred_processes(void **state)
{
    static struct sley_run_result first;
    (void)state;
    for (int i = 0; i < SAME_RUNS; i++) {
        in_child(&apart, 7, 1);
        if (i == 0) {
            first = shared->result;
            assert_true(first.failure_count > 0);
        }
        assert_true(same_report(&first, &shared->result));
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_race_that_switches_keep_apart_is_reported_all_the_same),
        cmocka_unit_test(a_properly_locked_program_is_never_reported),
        cmocka_unit_test(the_same_token_gives_the_same_report_in_a_hundred_processes),
    };
    struct sley_error error;
    if (argc > 1) {
        locked_runs = strtoul(argv[1], NULL, 10);
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || sley_engine_init(&error) != SLEY_OK) {
        return 2;
    }
    sley_lane = &sley_lane_tsan;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
