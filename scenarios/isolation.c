/* What of a task reaches the others: of its faults, fewer kinds from a process than from a thread
 * or a coroutine (003:40, 003:108); of its work, what goes through a memory that all have (002:26).
 */
#include <sley/machine.h>
#include <sley/process.h>
#include <sley/shared.h>

#include <stdlib.h>

enum fault {
    WRITES_GLOBAL,
    WRITES_HEAP,
    WRITES_STACK, /* of the one that started it */
    RAISES,
    CRASHES,
    ABORTS,
    EXITS,
    WRITES_SHARED, /* memory that was made to be shared */
    KEEPS_LOCK,    /* for ever */
    FAULT_COUNT
};

static int global;
static int *block;
static long *shared;
static struct sley_lock lock;
static enum fault kind;

static void *
go_wrong(void *local)
{
    switch (kind) {
    case WRITES_GLOBAL:
        sley_store(&global, 1);
        break;
    case WRITES_HEAP:
        sley_store(block, 1);
        break;
    case WRITES_STACK:
        sley_store((int *)local, 1);
        break;
    case RAISES:
        return sley_raise(7);
    case CRASHES:
        *(volatile int *)0 = 1; // NOLINT(clang-analyzer-core.NullDereference): the planted crash
        break;
    case ABORTS:
        abort();
    case EXITS:
        exit(3);
    case WRITES_SHARED:
        sley_store(shared, 1);
        break;
    case KEEPS_LOCK:
    case FAULT_COUNT:
        sley_lock_acquire(&lock);
        break;
    }
    return NULL;
}

static void *
work(void *unused)
{
    (void)unused;
    sley_pause();
    return (void *)2;
}

/* Whether everything of the others is as it was, and their work is done. */
static bool
others_unharmed(enum fault fault)
{
    int local = 0, code = 0;
    kind = fault;
    block = calloc(1, sizeof *block);
    shared = sley_shared_allocate(sizeof *shared);
    if (!block) {
        abort();
    }
    sley_lock_init(&lock);
    uintptr_t faulty = sley_spawn(go_wrong, &local);
    uintptr_t other = sley_spawn(work, NULL);
    sley_join_exception(faulty, &code);
    bool unharmed = sley_join(other) == (void *)2 && sley_load(&global) == 0 &&
                    sley_load(block) == 0 && local == 0 && sley_load(shared) == 0;
    free(block);
    return sley_lock_acquire_for(&lock, 1) && unharmed;
}

/* The kind of fault if it was contained, or -1. A run that the fault ends has no outcome. */
static void
contained_faults(void)
{
    enum fault fault = (enum fault)sley_draw(0, FAULT_COUNT - 1);
    sley_outcome(others_unharmed(fault) ? (int64_t)fault : -1);
}

static void
private_faults(void)
{
    sley_check(others_unharmed((enum fault)sley_draw(WRITES_GLOBAL, EXITS)));
}

/* --- work --- */

/* A nanosecond for a byte, if nobody else asks. */
static void *
go_through(void *bytes)
{
    sley_call_bytes((uint32_t)(uintptr_t)bytes, 1000, 0, true);
    return NULL;
}

static void
one_bandwidth(void)
{
    uintptr_t tasks[4];
    int count = sley_draw(2, 4);
    uintptr_t bytes = (uintptr_t)sley_draw(1, 64) * 1024;
    sley_machine_set((uint32_t)count, "ideal");
    sley_machine_bandwidth(1000);
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(go_through, (void *)bytes);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().makespan_ns == bytes);
}

static const char one_process[] = "they share the memory, and the process that ends";

#define ISOLATION                                                                                  \
    .claim = "proc-strongest-isolation", .source = "003:40",                                       \
    .also = SLEY_BIT(CRASH) | SLEY_BIT(EXIT), .exhaustive = true
#define CONTAINED .quantifier = SLEY_OUTCOMES, .body = contained_faults

const struct sley_property sley_scenario_isolation[] = {
    {
        .name = "proc-strongest-isolation",
        ISOLATION,
        CONTAINED,
        .says = "of nine kinds of faults, each that leaves other threads unharmed leaves other "
                "processes unharmed",
        .outcomes = {.relation = SLEY_CONTAINS, .of_model = "thread"},
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-strongest-isolation.than-coroutines",
        ISOLATION,
        CONTAINED,
        .says = "of nine kinds of faults, each that leaves other coroutines unharmed leaves other "
                "processes unharmed",
        .outcomes = {.relation = SLEY_CONTAINS, .of_model = "coroutine"},
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-strongest-isolation.private-faults",
        ISOLATION,
        .quantifier = SLEY_ALWAYS,
        .says =
            "a task that writes to the others' private memory, raises, crashes, aborts or exits "
            "harms none of them",
        .body = private_faults,
        .expect = {{"thread", SLEY_REFUTED, one_process},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_process}},
    },
    {
        .name = "proc-strongest-isolation.no-stronger",
        ISOLATION,
        CONTAINED,
        .says = "processes contain no fault that threads do not contain",
        .twin = true,
        .outcomes = {.relation = SLEY_WITHIN, .of_model = "thread"},
        .expect = {{"process", SLEY_REFUTED, "writes to private memory, crashes, exits"}},
    },
    {
        .name = "proc-no-interference.bandwidth",
        .claim = "proc-no-interference",
        .source = "003:30",
        .says = "2 to 4 processes on as many cores that go through memory take as long as one "
                "alone",
        .when = "one of them takes all of the memory's bandwidth",
        .quantifier = SLEY_ALWAYS,
        .body = one_bandwidth,
        .timed = true,
        .runs = 100,
        .expect = {{"process", SLEY_REFUTED, "they share the bandwidth"}},
    },
    {0},
};
