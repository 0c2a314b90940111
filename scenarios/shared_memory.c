/* Counters in memory that processes share, with and without a lock (000:238). */
#include <sley/shared.h>

static long *cell;
static struct sley_lock lock;

static void *
add_shared(void *argument)
{
    (void)argument;
    (*cell)++;
    return NULL;
}

static void
shared_counter(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_gather(2, add_shared);
    sley_check(*cell == 2);
}

static void *
add_locked(void *argument)
{
    (void)argument;
    sley_with (&lock) {
        (*cell)++;
    }
    return NULL;
}

static void
shared_counter_locked(void)
{
    cell = sley_shared_allocate(sizeof *cell);
    sley_lock_init(&lock);
    sley_gather(3, add_locked);
    sley_check(*cell == 3);
}

static struct sley_value value;

static void *
add_value(void *argument)
{
    (void)argument;
    sley_value_set(&value, 0, sley_value_get(&value, 0) + 1);
    return NULL;
}

static void
value_get_set(void)
{
    sley_value_init(&value, 1, true);
    sley_gather(2, add_value);
    sley_check(sley_value_get(&value, 0) == 2);
}

const struct sley_property sley_scenario_shared_memory[] = {
    {
        .name = "ipc-shared-memory-race.mapping",
        .claim = "ipc-shared-memory-race",
        .source = "000:238",
        .says = "two processes that increment a shared counter lose an update in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = shared_counter,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-shared-memory-race.value",
        .claim = "ipc-shared-memory-race",
        .source = "000:238",
        .says = "value.value += 1 loses an update although each get and set takes the lock",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = value_get_set,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-shared.race-found",
        .claim = "contract",
        .source = "sley: races on shared mappings",
        .says = "unordered accesses of two processes to shared memory are a data race",
        .falsifier = "ipc-shared-memory-race.three-locked",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
        .body = shared_counter,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-shared-memory-race.three-locked",
        .claim = "ipc-shared-memory-race",
        .source = "000:238",
        .says = "under one shared lock three processes lose no update",
        .twin = true,
        .falsifier = "ipc-shared-memory-race.mapping",
        .quantifier = SLEY_ALWAYS,
        .body = shared_counter_locked,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
