/* Code under test of the process tests. */
#include <sley/process.h>
#include <sley/shared.h>

#include <signal.h>
#include <unistd.h>

extern const struct sley_property sley_process_test[];

static long *cell;
static struct sley_lock lock;

static void *
add(void *argument)
{
    for (int i = 0; i < 3; i++) {
        (*cell)++;
        sley_with (&lock) {
            (*cell)++;
        }
    }
    return argument;
}

static void
several(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init(&lock);
    sley_gather(3, add);
}

static void *
add_once(void *argument)
{
    (*cell)++;
    return argument;
}

static void
two_short(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_gather(2, add_once);
}

static void *
mortal(void *argument)
{
    sley_kill_window(0);
    return add(argument);
}

static void
with_kills(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init(&lock);
    uintptr_t child = sley_spawn(mortal, NULL);
    sley_join(child);
    sley_join(sley_spawn(add, NULL));
}

/* What the system's killer of processes does when memory is short. */
static void *
vanish(void *argument)
{
    (*cell)++;
    kill(getpid(), SIGKILL);
    return argument;
}

static void
killed_from_outside(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_join(sley_spawn(vanish, NULL));
}

static void *
loop(void *argument)
{
    while (!argument) { /* a local: no point */
    }
    return argument;
}

static void
never_ending(void)
{
    sley_join(sley_spawn(loop, NULL));
}

static void
first_crashes(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init(&lock);
    sley_spawn(add, NULL);
    *(volatile int *)0 = 1; // NOLINT(clang-analyzer-core.NullDereference): the planted crash
}

const struct sley_property sley_process_test[] = {
    {.name = "several", .quantifier = SLEY_ALWAYS, .body = several},
    {.name = "with-kills", .quantifier = SLEY_ALWAYS, .body = with_kills},
    {.name = "killed-from-outside", .quantifier = SLEY_ALWAYS, .body = killed_from_outside},
    {.name = "two-short", .quantifier = SLEY_ALWAYS, .body = two_short},
    {.name = "never-ending", .quantifier = SLEY_ALWAYS, .body = never_ending},
    {.name = "first-crashes", .quantifier = SLEY_ALWAYS, .body = first_crashes},
    {0},
};
