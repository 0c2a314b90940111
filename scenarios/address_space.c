/* Whose memory it is: tasks of one process see what the others write, processes send it (000:43,
 * 001:24, 002:64). */
#include <sley/process.h>
#include <sley/shared.h>

#include <stdlib.h>

/* --- one variable --- */

static int variable;
static struct sley_event_object written, read_back;

static void *
write_variable(void *value)
{
    sley_store(&variable, (int)(intptr_t)value);
    return NULL;
}

static void
seen_after_its_end(void)
{
    int value = sley_draw(1, 3);
    sley_join(sley_spawn(write_variable, (void *)(intptr_t)value));
    sley_check(sley_load(&variable) == value);
}

static void *
write_and_stay(void *value)
{
    sley_store(&variable, (int)(intptr_t)value);
    sley_event_set(&written);
    sley_event_wait(&read_back);
    sley_check(sley_load(&variable) == -(int)(intptr_t)value);
    return NULL;
}

/* Both ways, while both are alive. */
static void
seen_meanwhile(void)
{
    int value = sley_draw(1, 3);
    sley_event_init(&written);
    sley_event_init(&read_back);
    uintptr_t writer = sley_spawn(write_and_stay, (void *)(intptr_t)value);
    sley_event_wait(&written);
    sley_check(sley_load(&variable) == value);
    sley_store(&variable, -value);
    sley_event_set(&read_back);
    sley_join(writer);
}

/* --- an object --- */

enum { WORDS_MAX = 4 };

static long *handed_over;

static void *
build(void *words)
{
    long *object = malloc(WORDS_MAX * sizeof *object);
    if (!object) {
        abort();
    }
    for (intptr_t i = 0; i < (intptr_t)words; i++) {
        object[i] = 10 + i;
    }
    sley_store(&handed_over, object);
    return object;
}

/* The very object: the address in the variable is the builder's, and its words stand there. */
static void
by_reference(void)
{
    intptr_t words = sley_draw(1, WORDS_MAX);
    const void *its = sley_join(sley_spawn(build, (void *)words));
    sley_check(sley_load(&handed_over) == its);
    for (intptr_t i = 0; i < words; i++) {
        sley_check(handed_over[i] == 10 + i);
    }
    free(handed_over);
}

/* --- processes --- */

enum channel { NO_CHANNEL, PIPE, QUEUE, SHARED, CHANNEL_COUNT };

/* What a child is told at its start, in shared memory, as a spawned one has no other. */
struct errand {
    enum channel channel;
    struct sley_pipe pipe;
    struct sley_mpqueue queue;
    long value;
    long result;
};

static void *
compute(void *argument)
{
    struct errand *errand = argument;
    variable = (int)errand->value;
    if (errand->channel == PIPE) {
        sley_pipe_write(&errand->pipe, &errand->value, sizeof errand->value);
    } else if (errand->channel == QUEUE) {
        sley_mpqueue_put(&errand->queue, errand->value, sizeof errand->value);
    } else if (errand->channel == SHARED) {
        errand->result = errand->value;
    }
    return NULL;
}

static long
receive(struct errand *errand)
{
    long result = 0;
    if (errand->channel == PIPE) {
        sley_pipe_read(&errand->pipe, &result, sizeof result);
    } else if (errand->channel == QUEUE) {
        result = sley_mpqueue_get(&errand->queue);
    }
    return result;
}

static void
through_a_channel(void)
{
    struct errand *errand = sley_shared_allocate(sizeof *errand);
    errand->channel = (enum channel)sley_draw(NO_CHANNEL, CHANNEL_COUNT - 1);
    errand->value = sley_draw(1, 2);
    sley_pipe_init(&errand->pipe);
    sley_mpqueue_init(&errand->queue);
    uintptr_t child = sley_spawn(compute, errand);
    long result = receive(errand);
    sley_join(child);
    result += errand->result;
    sley_check(variable == 0);
    sley_check(result == (errand->channel == NO_CHANNEL ? 0 : errand->value));
}

/* --- coroutines --- */

enum { COROUTINES_MAX = 3 };

static int own_copies[COROUTINES_MAX];
static bool copied;

/* Reads and writes without an await: on one thread nobody comes between. */
static void *
add_two(void *index)
{
    int *counter = copied ? &own_copies[(intptr_t)index] : &variable;
    for (int i = 0; i < 2; i++) {
        int seen = *counter;
        *counter = seen + 1;
        sley_pause();
    }
    return NULL;
}

static void
one_counter_for_all(void)
{
    int count = sley_draw(1, COROUTINES_MAX);
    sley_gather(count, add_two);
    sley_check(variable == 2 * count);
}

static void
a_copy_for_each(void)
{
    copied = true;
    one_counter_for_all();
}

static const char private_memory[] = "what a child writes is its own copy";

#define SHARED_BY_TASKS                                                                            \
    {"thread", SLEY_CONFIRMED, ""}, SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),                           \
    {                                                                                              \
        "coroutine", SLEY_CONFIRMED, ""                                                            \
    }

const struct sley_property sley_scenario_address_space[] = {
    {
        .name = "thread-share-memory",
        .claim = "thread-share-memory",
        .source = "000:43",
        .says = "what a task has written to a global, whoever joins it reads there",
        .quantifier = SLEY_ALWAYS,
        .body = seen_after_its_end,
        .exhaustive = true,
        .expect = {SHARED_BY_TASKS,
                   {"process", SLEY_REFUTED, private_memory},
                   {"process:spawn", SLEY_REFUTED, private_memory}},
    },
    {
        .name = "thread-share-memory.meanwhile",
        .claim = "thread-share-memory",
        .source = "001:18",
        .says = "two tasks that are alive see in a global what the other has written",
        .quantifier = SLEY_ALWAYS,
        .body = seen_meanwhile,
        .runs = 500,
        .expect = {SHARED_BY_TASKS, {"process", SLEY_REFUTED, private_memory}},
    },
    {
        .name = "thread-no-ipc-needed",
        .claim = "thread-no-ipc-needed",
        .source = "001:24",
        .says = "an object of 1 to 4 words that one task has built another reads in place, by a "
                "variable that holds its address: nothing is copied",
        .quantifier = SLEY_ALWAYS,
        .body = by_reference,
        .exhaustive = true,
        .expect = {SHARED_BY_TASKS,
                   {"process", SLEY_REFUTED, private_memory},
                   {"process:spawn", SLEY_REFUTED, private_memory}},
    },
    {
        .name = "ipc-explicit-channel-required",
        .claim = "ipc-explicit-channel-required",
        .source = "002:64",
        .says = "a child's result reaches its parent by a pipe, a queue or shared memory, and "
                "without them not at all",
        .falsifier = "fault:process.shared-globals",
        .quantifier = SLEY_ALWAYS,
        .body = through_a_channel,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "threads read each other's variables"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, "coroutines read each other's variables"}},
    },
    {
        .name = "coro-shared-memory",
        .claim = "coro-shared-memory",
        .source = "002:192",
        .says = "1 to 3 coroutines count in one variable, without a lock, and none disturbs "
                "another between two awaits",
        .falsifier = "coro-shared-memory.copies",
        .quantifier = SLEY_ALWAYS,
        .body = one_counter_for_all,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "the claim speaks of coroutines on one loop"},
                   {"process", SLEY_NOT_APPLICABLE, "the claim speaks of coroutines on one loop"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-shared-memory.copies",
        .claim = "coro-shared-memory",
        .source = "002:192",
        .says = "1 to 3 coroutines that each count in a copy count in one variable",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = a_copy_for_each,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_REFUTED, "none counts in the variable"}},
    },
    {0},
};
