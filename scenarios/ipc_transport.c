/* Large data on their way to other processes: passed to each, kept in a store, or in memory of all
 * (F13). Until the last of the readers, each on a core, can use them; by the CPython profile. */
#include <sley/sley.h>

enum { READERS_MAX = 4 };

enum transport { PASS, STORE, SHARE };

static struct sley_queue to_reader, to_store, ready;
static struct job {
    enum transport transport;
    uint32_t bytes;
} job;

/* A store of one thread, as Redis has it: takes the value once, then writes it to each who asks. */
static void *
store(void *readers)
{
    sley_queue_get(&to_store);
    sley_receive_bytes(SLEY_BY_PIPE, job.bytes);
    for (uintptr_t i = 0; i < (uintptr_t)readers; i++) {
        sley_queue_put(&to_reader, 0);
        sley_queue_get(&to_store);
        sley_receive_bytes(SLEY_BY_PIPE, 1);
    }
    return NULL;
}

static void *
reader(void *unused)
{
    sley_queue_get(&to_reader);
    if (job.transport == SHARE) {
        sley_receive_bytes(SLEY_BY_PIPE, 1); /* the name of the memory */
    } else {
        sley_receive_bytes(SLEY_BY_PIPE, job.bytes);
        if (job.transport == STORE) {
            sley_queue_put(&to_store, 0); /* the store may turn to the next */
        }
        sley_deserialise_bytes(job.bytes);
    }
    sley_queue_put(&ready, 0);
    return unused;
}

static void
write_for(uintptr_t readers)
{
    if (job.transport == SHARE) {
        sley_receive_bytes(SLEY_BY_COPY, job.bytes);
    }
    if (job.transport == STORE) {
        sley_serialise_bytes(job.bytes);
        sley_queue_put(&to_store, 0);
        return;
    }
    for (uintptr_t i = 0; i < readers; i++) {
        if (job.transport == PASS) {
            sley_serialise_bytes(job.bytes);
        }
        sley_queue_put(&to_reader, 0);
    }
}

/* ns until the last of the readers, each on a core, can use the data. */
static uint64_t
transport_ns(enum transport transport, uintptr_t readers, uint32_t bytes)
{
    uintptr_t tasks[READERS_MAX];
    sley_machine_set(READERS_MAX + 2, "cpython");
    job = (struct job){transport, bytes};
    sley_queue_init(&to_reader, SLEY_QUEUE_CAPACITY_MAX);
    sley_queue_init(&to_store, SLEY_QUEUE_CAPACITY_MAX);
    sley_queue_init(&ready, SLEY_QUEUE_CAPACITY_MAX);
    uintptr_t server = transport == STORE ? sley_spawn(store, (void *)readers) : 0;
    for (uintptr_t i = 0; i < readers; i++) {
        tasks[i] = sley_spawn(reader, NULL);
    }
    uint64_t start_ns = sley_now_ns();
    write_for(readers);
    for (uintptr_t i = 0; i < readers; i++) {
        sley_queue_get(&ready);
    }
    uint64_t took_ns = sley_now_ns() - start_ns;
    for (uintptr_t i = 0; i < readers; i++) {
        sley_join(tasks[i]);
    }
    if (server) {
        sley_join(server);
    }
    return took_ns;
}

static void
store_before(enum transport other, int readers_min, int readers_max)
{
    uintptr_t readers = (uintptr_t)sley_draw(readers_min, readers_max);
    uint32_t bytes = (uint32_t)sley_draw(1, 512) << 20;
    sley_check(transport_ns(STORE, readers, bytes) < transport_ns(other, readers, bytes));
}

static void
store_for_several(void)
{
    store_before(PASS, 2, 4);
}

static void
store_for_one(void)
{
    store_before(PASS, 1, 1);
}

static void
store_or_shared_memory(void)
{
    store_before(SHARE, 1, 4);
}

static void
queue_as_fast(void)
{
    uint32_t bytes = (uint32_t)sley_draw(1, 64 << 20);
    sley_check(transport_ns(PASS, 1, bytes) <= transport_ns(SHARE, 1, bytes));
}

static const char of_processes[] = "the claim speaks of processes";
static const char pickled_once[] = "it is pickled once, and not for each";

#define EXPECT_PROCESS(finding, reason)                                                            \
    {"thread", SLEY_NOT_APPLICABLE, of_processes},                                                 \
        SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, of_processes), {"process", finding, reason},          \
    {                                                                                              \
        "coroutine", SLEY_NOT_APPLICABLE, of_processes                                             \
    }

const struct sley_property sley_scenario_ipc_transport[] = {
    {
        .name = "queue-preferred-over-shared-memory.speed",
        .claim = "queue-preferred-over-shared-memory",
        .source = "000:235",
        .says = "1 B to 64 MiB reach another process through a queue no later than in shared "
                "memory of which it is told",
        .when = "for speed",
        .quantifier = SLEY_ALWAYS,
        .body = queue_as_fast,
        .timed = true,
        .runs = 50,
        .expect = {EXPECT_PROCESS(SLEY_REFUTED, "pickled, copied and unpickled, instead of copied "
                                                "once")},
    },
    {
        .name = "ipc-put-large-data-in-redis",
        .claim = "ipc-put-large-data-in-redis",
        .source = "000:278",
        .says = "readers have 1 to 512 MiB sooner from a store than if they are passed to each",
        .when = "several processes read them",
        .falsifier = "fault:machine.serialise-free",
        .quantifier = SLEY_ALWAYS,
        .body = store_for_several,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_PROCESS(SLEY_CONFIRMED, pickled_once)},
    },
    {
        .name = "ipc-put-large-data-in-redis.once",
        .claim = "ipc-put-large-data-in-redis",
        .source = "000:278",
        .says = "a reader has 1 to 512 MiB sooner from a store than if they are passed to it",
        .when = "one process reads them",
        .quantifier = SLEY_ALWAYS,
        .body = store_for_one,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_PROCESS(SLEY_REFUTED, "one more copy, into the store")},
    },
    {
        .name = "ipc-put-large-data-in-redis.one-host",
        .claim = "ipc-put-large-data-in-redis",
        .source = "000:278",
        .says = "readers have 1 to 512 MiB sooner from a store than in memory that they share",
        .when = "on one host, where memory can be shared",
        .quantifier = SLEY_ALWAYS,
        .body = store_or_shared_memory,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_PROCESS(SLEY_REFUTED, "copied once, and not serialised")},
    },
    {0},
};
