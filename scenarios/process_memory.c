/* Memory of processes: private unless shared on purpose. */
#include <sley/process.h>
#include <sley/shared.h>

static int global = 1;
static int *remote;
static long *cell;
static struct sley_lock lock;

static void *
change_global(void *argument)
{
    (void)argument;
    global += 41;
    sley_check(global == 42);
    return NULL;
}

static void
isolated(void)
{
    sley_join(sley_spawn(change_global, NULL));
    sley_check(global == 1);
    sley_join(sley_spawn(change_global, NULL));
    sley_check(global == 1);
}

static void *
change_cell(void *argument)
{
    (void)argument;
    *cell = 1;
    return NULL;
}

static void
shared_mapping(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_join(sley_spawn(change_cell, NULL));
    sley_check(*cell == 0);
}

static void *
see_copy(void *argument)
{
    int *heap = argument;
    sley_check(global == 7 && *heap == 8);
    *heap = 9;
    return NULL;
}

/* A child begins with what its parent had, heap and stack included. */
static void
copy_at_fork(void)
{
    int on_stack = 8;
    global = 7;
    uintptr_t child = sley_spawn(see_copy, &on_stack);
    global = 100;
    on_stack = 100;
    sley_join(child);
    sley_check(global == 100 && on_stack == 100);
}

static void *
publish(void *argument)
{
    (void)argument;
    static int own = 5;
    own = 6;
    cell[0] = (long)&own;
    cell[1] = own;
    return NULL;
}

/* An address that another process hands over is an address in one's own memory. */
static void
pointer_means_own_memory(void)
{
    cell = sley_shared_allocate(2 * sizeof *cell);
    sley_join(sley_spawn(publish, NULL));
    remote = (int *)cell[0];
    sley_check(cell[1] == 6 && *remote == 5);
}

static void *
allocate_and_wait(void *argument)
{
    (void)argument;
    int own = 77;
    __atomic_store_n(cell, (long)&own, __ATOMIC_RELEASE);
    sley_lock_acquire(&lock);
    sley_lock_release(&lock);
    return NULL;
}

/* The system looks into another process for whoever may trace it. */
static void
peek(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init(&lock);
    sley_lock_acquire(&lock);
    uintptr_t child = sley_spawn(allocate_and_wait, NULL);
    long at = __atomic_load_n(cell, __ATOMIC_ACQUIRE);
    if (at) {
        sley_check(sley_peek(child, (const void *)at, sizeof(int)) != 77);
    }
    sley_lock_release(&lock);
    sley_join(child);
}

static void *
see_initial(void *argument)
{
    sley_check(global == 1);
    sley_check((intptr_t)argument == 3);
    global = 2;
    return NULL;
}

static void
spawn_initial(void)
{
    global = 50;
    sley_join(sley_spawn(see_initial, (void *)(intptr_t)3));
    sley_check(global == 50);
}

static const char one_memory[] = "they share one memory";
static const char only_spawn[] = "fork copies the parent's globals";

const struct sley_property sley_scenario_process_memory[] = {
    {
        .name = "proc-memory-isolated",
        .claim = "proc-memory-isolated",
        .source = "001:39",
        .says = "what a process writes to a global no other process sees",
        .when = "ordinary memory",
        .quantifier = SLEY_ALWAYS,
        .body = isolated,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, one_memory},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, one_memory),
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_memory}},
    },
    {
        .name = "proc-memory-isolated.mapping",
        .claim = "proc-memory-isolated",
        .source = "000:238",
        .says = "what a process writes to a shared mapping no other process sees",
        .when = "memory that was mapped to be shared (Value, Array)",
        .quantifier = SLEY_ALWAYS,
        .body = shared_mapping,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "the mapping is everybody's"}},
    },
    {
        .name = "process-fork.child-is-a-copy",
        .claim = "contract",
        .source = "fork(2)",
        .says = "a child begins with its parent's globals, heap and stack of that moment",
        .falsifier = "fault:process.shared-globals",
        .quantifier = SLEY_ALWAYS,
        .body = copy_at_fork,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-spawn.globals-are-initial",
        .claim = "contract",
        .source = "multiprocessing, start method spawn",
        .says = "a spawned process begins with the program's initial globals",
        .quantifier = SLEY_ALWAYS,
        .body = spawn_initial,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_REFUTED, only_spawn}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-memory.own-address",
        .claim = "contract",
        .source = "fork(2)",
        .says = "an address from another process names one's own memory",
        .falsifier = "fault:process.shared-globals",
        .quantifier = SLEY_ALWAYS,
        .body = pointer_means_own_memory,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-cannot-access-other-memory",
        .claim = "proc-cannot-access-other-memory",
        .source = "004:26",
        .says = "a process that asks the system for a word of another's memory does not get it",
        .quantifier = SLEY_ALWAYS,
        .body = peek,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "its tasks are one process"},
                   {"process", SLEY_REFUTED, "process_vm_readv reads it"},
                   {"coroutine", SLEY_NOT_APPLICABLE, "its tasks are one process"}},
    },
    {0},
};
