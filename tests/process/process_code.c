/* Code under test of the process tests. */
#include <sley/process.h>
#include <sley/shared.h>

#include <pthread.h>
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

static void *
add_atomically(void *argument)
{
    for (int i = 0; i < 3; i++) {
        __atomic_fetch_add(cell, 1, __ATOMIC_SEQ_CST);
    }
    return argument;
}

static void *
add_in_two_threads(void *argument)
{
    pthread_t thread;
    pthread_create(&thread, NULL, add_atomically, NULL);
    add_atomically(NULL);
    pthread_join(thread, NULL);
    return argument;
}

/* Task 0 may give up while both children are in the middle, each in either of its threads. */
static void
given_up(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    uintptr_t first = sley_spawn(add_in_two_threads, NULL);
    uintptr_t second = sley_spawn(add_in_two_threads, NULL);
    for (int i = 0; i < 4; i++) {
        sley_check(__atomic_load_n(cell, __ATOMIC_SEQ_CST) < 4);
    }
    sley_join(first);
    sley_join(second);
    sley_check(*cell == 12);
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
    {.name = "given-up", .quantifier = SLEY_ALWAYS, .body = given_up},
    {.name = "first-crashes", .quantifier = SLEY_ALWAYS, .body = first_crashes},
    {0},
};
