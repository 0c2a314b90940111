/* Programs that change shared data without a lock and are right in every schedule: what "must" in
 * "must be locked" (000:50, 000:74) is held against. */
#include <sley/gil.h>
#include <sley/program.h>
#include <sley/shared.h>

static long *counter;
static int increments;

static void *
increment_atomically(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        __atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST);
    }
    return unused;
}

static void
hardware_atomic(void)
{
    increments = sley_draw(1, 2);
    counter = sley_shared_allocate(sizeof *counter);
    sley_gil_ticks(1);
    sley_gather(2, increment_atomically);
    sley_check(*counter == 2 * increments);
}

/* A ring of one producer and one consumer: each writes one of the two places that both read. */
static struct {
    long items[2];
    long put, taken;
    long seen[3];
    int seen_count;
} * ring;

static void *
produce(void *unused)
{
    for (long item = 1; item <= 2; item++) {
        long put = __atomic_load_n(&ring->put, __ATOMIC_RELAXED);
        sley_store(&ring->items[put % 2], item);
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        __atomic_store_n(&ring->put, put + 1, __ATOMIC_RELEASE);
    }
    return unused;
}

static void *
consume(void *unused)
{
    for (int i = 0; i < 2; i++) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        if (__atomic_load_n(&ring->put, __ATOMIC_ACQUIRE) > ring->taken) {
            ring->seen[ring->seen_count++] = sley_load(&ring->items[ring->taken % 2]);
            ring->taken++;
        }
    }
    return unused;
}

static void
single_writer(void)
{
    ring = sley_shared_allocate(sizeof *ring);
    sley_gil_ticks(1);
    uintptr_t producer = sley_spawn(produce, 0);
    uintptr_t consumer = sley_spawn(consume, 0);
    sley_join(producer);
    sley_join(consumer);
    sley_check(ring->put == 2 && ring->taken == ring->seen_count);
    for (int i = 0; i < ring->seen_count; i++) {
        sley_check(ring->seen[i] == i + 1);
    }
}

/* Written before its readers start, and again after they have ended. */
static void *
read_published(void *index)
{
    sley_check(sley_load(counter) == 7);
    sley_store(&counter[1 + (intptr_t)index], sley_load(counter));
    return index;
}

static void
publish_then_start(void)
{
    counter = sley_shared_allocate(3 * sizeof *counter);
    sley_gil_ticks(1);
    sley_store(counter, 7);
    sley_gather(2, read_published);
    sley_store(counter, counter[1] + counter[2]);
    sley_check(sley_load(counter) == 14);
}

static const char append_program[] = "items = []\n"
                                     "task():\n"
                                     "    RESUME\n"
                                     "    LOAD_GLOBAL     items\n"
                                     "    LOAD_METHOD     append\n"
                                     "    LOAD_CONST      1\n"
                                     "    CALL            1\n"
                                     "    POP_TOP\n"
                                     "    LOAD_CONST      None\n"
                                     "    RETURN_VALUE\n";

static void
append_only(void)
{
    static const char *const functions[] = {"task", "task"};
    sley_gil_ticks(1);
    sley_program_load(append_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_length("items") == 2);
}

static const char not_needed[] = "right in every schedule without a lock";

#define MUST_LOCK                                                                                  \
    .claim = "thread-must-lock-every-shared-mutation", .quantifier = SLEY_SOMETIMES,               \
    .event = SLEY_BIT(ASSERTION) | SLEY_BIT(RACE), .exhaustive = true

const struct sley_property sley_scenario_lock_free[] = {
    {
        .name = "thread-must-lock-every-shared-mutation.atomic",
        .source = "000:50",
        .says = "shared data that is changed without a lock goes wrong in some schedule",
        .when = "each change is one atomic operation of the hardware",
        MUST_LOCK,
        .body = hardware_atomic,
        .expect = {{"thread", SLEY_REFUTED, not_needed},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, not_needed),
                   {"process", SLEY_REFUTED, not_needed},
                   {"coroutine", SLEY_REFUTED, not_needed}},
    },
    {
        .name = "thread-must-lock-every-shared-mutation.single-writer",
        .source = "000:74",
        .says = "shared data that is changed without a lock goes wrong in some schedule",
        .when = "every place has one writer, and is published by an atomic store",
        MUST_LOCK,
        .body = single_writer,
        .expect = {{"thread", SLEY_REFUTED, not_needed},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, not_needed),
                   {"process", SLEY_REFUTED, not_needed},
                   {"coroutine", SLEY_REFUTED, not_needed}},
    },
    {
        .name = "thread-must-lock-every-shared-mutation.publish",
        .source = "000:74",
        .says = "shared data that is changed without a lock goes wrong in some schedule",
        .when = "it is written before its readers start and after they have ended",
        MUST_LOCK,
        .body = publish_then_start,
        .expect = {{"thread", SLEY_REFUTED, not_needed},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, not_needed),
                   {"process", SLEY_REFUTED, not_needed},
                   {"coroutine", SLEY_REFUTED, not_needed}},
    },
    {
        .name = "thread-must-lock-every-shared-mutation.append",
        .source = "000:74",
        .says = "shared data that is changed without a lock goes wrong in some schedule",
        .when = "each change is one list.append",
        MUST_LOCK,
        .body = append_only,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, not_needed),
                   {"coroutine", SLEY_REFUTED, not_needed}},
    },
    {0},
};
