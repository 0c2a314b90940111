/* Every planted fault of the loop changes the order of some case, as expected.txt has it. */
#include "models/fault.h"
#include "tests/python/loop/run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { CPU_SECONDS_MAX = 10, SEEDS = 5 };

static struct order_lines expected;

static bool
differs(const struct order_trace *trace, const char *wanted)
{
    return trace->result.verdicts || strcmp(trace->text, wanted) != 0;
}

/* Without a preemption, and at random: a fault may be a choice, or need a thread at its time. */
static bool
some_run_differs(const struct order_case *the_case, const char *wanted)
{
    static uint64_t state[4096];
    const struct sley_strategy_ops *ops = &sley_strategy_random_walk;
    const struct sley_parameters parameters = {0};
    bool different = differs(order_run_by_default(the_case), wanted);
    assert_in_range(ops->state_size, 1, sizeof state);
    for (uint64_t seed = 1; !different && seed <= SEEDS; seed++) {
        ops->begin(state, &parameters, seed, 0);
        different = differs(order_run(the_case, (struct sley_source){ops, state}), wanted);
    }
    return different;
}

/* In a process of its own: a case that meets what it does not expect may crash. */
static bool
notices(const struct order_case *the_case)
{
    const char *wanted = order_line(&expected, the_case->name);
    const struct rlimit cpu = {CPU_SECONDS_MAX, CPU_SECONDS_MAX};
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* cmocka's handler would go on with this copy of the test */
        signal(SIGABRT, SIG_DFL);
        setrlimit(RLIMIT_CPU, &cpu);
        _exit(some_run_differs(the_case, wanted));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status != 0;
}

/* Number of cases that notice a fault. */
static uint32_t
count_noticing(enum sley_fault fault)
{
    uint32_t noticing = 0;
    sley_fault_current = fault;
    for (const struct order_suite *suite = order_suites; suite->module; suite++) {
        for (const struct order_case *c = suite->cases; c->name; c++) {
            noticing += c->body && !c->open && notices(c);
        }
    }
    sley_fault_current = SLEY_FAULT_NONE;
    return noticing;
}

static void
every_planted_fault_of_the_loop_changes_some_order(void **state)
{
    int unnoticed = 0;
    (void)state;
    assert_int_equal(count_noticing(SLEY_FAULT_NONE), 0);
    for (int i = SLEY_FAULT_NONE + 1; i < SLEY_FAULT_COUNT; i++) {
        if (strncmp(sley_faults[i].name, "loop-", 5) == 0) {
            uint32_t noticing = count_noticing((enum sley_fault)i);
            print_message("%s: %u cases\n", sley_faults[i].name, noticing);
            unnoticed += noticing == 0;
        }
    }
    assert_int_equal(unnoticed, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_planted_fault_of_the_loop_changes_some_order)};
    if (!order_file_read(&expected, SLEY_TEST_LOOP "/expected.txt") ||
        sley_engine_init(NULL) != SLEY_OK) {
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
