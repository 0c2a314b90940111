/* Processes that crash or exit, and what that does to the others. */
#include <sley/process.h>
#include <sley/shared.h>

#include <stdlib.h>

static long *cell;

static void *
crash(void *argument)
{
    (void)argument;
    *(volatile int *)0 = 1;
    return NULL;
}

static void *
work(void *argument)
{
    (void)argument;
    for (int i = 0; i < 2; i++) {
        __atomic_fetch_add(cell, 1, __ATOMIC_SEQ_CST);
    }
    return argument;
}

/* The end of the main program, in its own time, is what shows that it survived. */
static void
survivors_finish(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    uintptr_t crashing = sley_spawn(crash, NULL);
    uintptr_t working = sley_spawn(work, NULL);
    sley_check(sley_join(crashing) == NULL);
    sley_join(working);
    sley_check(sley_exit_code(crashing) == -11 && sley_exit_code(working) == 0);
    sley_check(*cell == 2);
    exit(0);
}

static bool children_return; /* instead of what they should do */

static void *
abort_or_exit(void *argument)
{
    if (children_return) {
        return NULL;
    }
    if (argument) {
        abort();
    }
    exit(3);
}

static void
exit_codes(void)
{
    uintptr_t aborting = sley_spawn(abort_or_exit, (void *)1);
    uintptr_t exiting = sley_spawn(abort_or_exit, NULL);
    sley_join(aborting);
    sley_join(exiting);
    sley_check(sley_exit_code(aborting) == -6 && sley_exit_code(exiting) == 3);
}

static void
codes_of_return(void)
{
    children_return = true;
    exit_codes();
}

static const char all_end[] = "the crash is the end of their common process";

const struct sley_property sley_scenario_process_death[] = {
    {
        .name = "proc-crash-main-survives",
        .claim = "proc-crash-main-survives",
        .source = "003:40",
        .says = "when a child crashes, its siblings finish, and the main program comes to its exit",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(EXIT),
        .also = SLEY_BIT(CRASH),
        .body = survivors_finish,
        .exhaustive = true,
        .expect = {{"thread", SLEY_REFUTED, all_end},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, all_end}},
    },
    {
        .name = "process-exit.codes",
        .claim = "contract",
        .source = "multiprocessing.Process.exitcode",
        .says = "abort and exit end one process, and its parent learns how",
        .falsifier = "process-exit.codes-of-return",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(CRASH) | SLEY_BIT(EXIT),
        .body = exit_codes,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-exit.codes-of-return",
        .claim = "contract",
        .source = "multiprocessing.Process.exitcode",
        .says = "a child that returns has the exit code of one that aborts, or exits with 3",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = codes_of_return,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_REFUTED, "it has 0"}},
    },
    {0},
};
