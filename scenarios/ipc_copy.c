/* What goes from one process to another: a copy, or memory of both; and what is safer (F13). */
#include <sley/process.h>
#include <sley/shared.h>
#include <sley/sley.h>

enum { UPDATES = 1 };

enum way { BY_QUEUE, BY_PIPE, BY_VALUE, BY_ARRAY };

static struct sley_mpqueue queue;
static struct sley_pipe pipe, done;
static struct sley_value value;

static void
signal_done(void)
{
    sley_pipe_write(&done, "", 1);
}

static void
wait_done(void)
{
    char byte;
    sley_check(sley_pipe_read(&done, &byte, 1) == 1);
}

/* Hands 1 over, then makes it 2 in its own memory or in that of both. */
static void *
hand_over_then_change(void *way)
{
    long number = 1;
    switch ((enum way)(uintptr_t)way) {
    case BY_QUEUE:
        sley_mpqueue_put(&queue, (intptr_t)number, 8);
        break;
    case BY_PIPE:
        sley_pipe_write(&pipe, &number, sizeof number);
        break;
    case BY_VALUE:
    case BY_ARRAY:
        sley_value_set(&value, value.count - 1, number);
        number = 2;
        sley_value_set(&value, value.count - 1, number);
        break;
    }
    number = 2;
    signal_done();
    return NULL;
}

static long
what_arrived(enum way way)
{
    long number = 0;
    if (way == BY_QUEUE) {
        return (long)sley_mpqueue_get(&queue);
    }
    if (way == BY_PIPE) {
        sley_check(sley_pipe_read(&pipe, &number, sizeof number) == sizeof number);
        return number;
    }
    return sley_value_get(&value, value.count - 1);
}

/* What is serialised is a copy: it stays what it was when it was handed over. */
static void
is_a_copy(enum way way)
{
    sley_mpqueue_init(&queue);
    sley_pipe_init(&pipe);
    sley_pipe_init(&done);
    sley_value_init(&value, way == BY_ARRAY ? 3 : 1, true);
    uintptr_t child = sley_spawn(hand_over_then_change, (void *)(uintptr_t)way);
    wait_done();
    sley_check(what_arrived(way) == 1);
    sley_join(child);
}

static void
all_four(void)
{
    is_a_copy((enum way)sley_draw(BY_QUEUE, BY_ARRAY));
}

static void
queue_and_pipe(void)
{
    is_a_copy((enum way)sley_draw(BY_QUEUE, BY_PIPE));
}

static void
value_and_array(void)
{
    is_a_copy((enum way)sley_draw(BY_VALUE, BY_ARRAY));
}

/* --- a total of two processes --- */

static void *
send_updates(void *argument)
{
    for (int i = 0; i < UPDATES; i++) {
        sley_mpqueue_put(&queue, 1, 8);
    }
    return argument;
}

/* Only the owner of the total changes it. */
static void
total_by_messages(void)
{
    long total = 0;
    sley_mpqueue_init(&queue);
    uintptr_t a = sley_spawn(send_updates, NULL);
    uintptr_t b = sley_spawn(send_updates, NULL);
    for (int i = 0; i < 2 * UPDATES; i++) {
        total += (long)sley_mpqueue_get(&queue);
    }
    sley_join(a);
    sley_join(b);
    sley_check(total == 2 * UPDATES);
}

static void *
update_in_place(void *argument)
{
    for (int i = 0; i < UPDATES; i++) {
        sley_value_set(&value, 0, sley_value_get(&value, 0) + 1);
    }
    return argument;
}

static void
total_in_shared_memory(void)
{
    sley_value_init(&value, 1, true);
    uintptr_t a = sley_spawn(update_in_place, NULL);
    uintptr_t b = sley_spawn(update_in_place, NULL);
    sley_join(a);
    sley_join(b);
    sley_check(sley_value_get(&value, 0) == 2 * UPDATES);
}

static const char of_processes[] = "the claim speaks of processes";

#define EXPECT_PROCESS(finding, reason)                                                            \
    {"thread", SLEY_NOT_APPLICABLE, of_processes},                                                 \
        SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, of_processes), {"process", finding, reason},          \
    {                                                                                              \
        "coroutine", SLEY_NOT_APPLICABLE, of_processes                                             \
    }

const struct sley_property sley_scenario_ipc_copy[] = {
    {
        .name = "ipc-value-array-are-serialisation",
        .claim = "ipc-value-array-are-serialisation",
        .source = "001:48",
        .says = "what goes through a Queue, Pipe, Value or Array is a copy: a later change by the "
                "sender does not reach the receiver",
        .quantifier = SLEY_ALWAYS,
        .body = all_four,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {EXPECT_PROCESS(SLEY_REFUTED, "Value and Array are memory of both")},
    },
    {
        .name = "ipc-value-array-are-serialisation.queue-and-pipe",
        .claim = "ipc-value-array-are-serialisation",
        .source = "001:48",
        .says = "what goes through a Queue or a Pipe is a copy",
        .twin = true,
        .falsifier = "ipc-value-array-are-serialisation.value-and-array",
        .quantifier = SLEY_ALWAYS,
        .body = queue_and_pipe,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ipc-value-array-are-serialisation.value-and-array",
        .claim = "ipc-value-array-are-serialisation",
        .source = "001:48",
        .says = "what goes through a Value or an Array is a copy",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = value_and_array,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"process", SLEY_REFUTED, "the change is seen"}},
    },
    {
        .name = "queue-preferred-over-shared-memory",
        .claim = "queue-preferred-over-shared-memory",
        .source = "000:235",
        .says = "two processes that send their updates to the owner of a total leave it exact",
        .when = "for safety",
        .falsifier = "queue-preferred-over-shared-memory.shared-memory",
        .quantifier = SLEY_ALWAYS,
        .body = total_by_messages,
        .exhaustive = true,
        .preemptions_max = 1,
        .expect = {EXPECT_PROCESS(SLEY_CONFIRMED, "")},
    },
    {
        .name = "queue-preferred-over-shared-memory.shared-memory",
        .claim = "queue-preferred-over-shared-memory",
        .source = "000:238",
        .says = "two processes that update a total in shared memory leave it exact",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = total_in_shared_memory,
        .exhaustive = true,
        .preemptions_max = 1,
        .expect = {{"process", SLEY_REFUTED, "an update is two operations"}},
    },
    {0},
};
