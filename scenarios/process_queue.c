/* multiprocessing.Queue: a pipe, and a feeder in each process that puts. */
#include <sley/process.h>
#include <sley/shared.h>

static struct sley_pipe wire;
static struct sley_mpqueue queue;

static void *
put_two_large(void *argument)
{
    sley_mpqueue_put(&queue, 1, 3000);
    sley_mpqueue_put(&queue, 2, 3000);
    return argument;
}

static void
join_before_drain(void)
{
    sley_mpqueue_init(&queue);
    uintptr_t child = sley_spawn(put_two_large, NULL);
    sley_join(child);
    sley_mpqueue_get(&queue);
    sley_mpqueue_get(&queue);
}

static void *
put_small(void *argument)
{
    sley_mpqueue_put(&queue, 1, 8);
    return argument;
}

/* What fits into the pipe keeps no feeder waiting. */
static void
join_before_drain_of_little(void)
{
    sley_mpqueue_init(&queue);
    sley_join(sley_spawn(put_small, NULL));
    sley_mpqueue_get(&queue);
}

static void
drain_before_join(void)
{
    sley_mpqueue_init(&queue);
    uintptr_t child = sley_spawn(put_two_large, NULL);
    sley_check(sley_mpqueue_get(&queue) == 1);
    sley_check(sley_mpqueue_get(&queue) == 2);
    sley_join(child);
}

static void *
put_one(void *item)
{
    sley_mpqueue_put(&queue, (intptr_t)item, 8);
    return NULL;
}

static void
two_putters(void)
{
    sley_mpqueue_init(&queue);
    uintptr_t first = sley_spawn(put_one, (void *)1);
    uintptr_t second = sley_spawn(put_one, (void *)2);
    sley_check(sley_mpqueue_get(&queue) == 1);
    sley_check(sley_mpqueue_get(&queue) == 2);
    sley_join(first);
    sley_join(second);
}

static void *
put_and_say(void *argument)
{
    sley_mpqueue_put(&queue, 1, 3000);
    sley_mpqueue_put(&queue, 2, 3000);
    long word = 1;
    sley_pipe_write(&wire, &word, sizeof word);
    return argument;
}

/* The putter gets ahead of a pipe that is full: its feeder waits, it does not. */
static void
put_never_waits(void)
{
    sley_mpqueue_init(&queue);
    sley_pipe_init(&wire);
    uintptr_t child = sley_spawn(put_and_say, NULL);
    long word = 0;
    sley_pipe_read(&wire, &word, sizeof word);
    sley_check(word == 1);
    sley_mpqueue_get(&queue);
    sley_mpqueue_get(&queue);
    sley_join(child);
}

const struct sley_property sley_scenario_process_queue[] = {
    {
        .name = "process-queue.join-before-drain",
        .claim = "contract",
        .source = "multiprocessing, programming guidelines, joining processes that use queues",
        .says = "a parent that joins before it has taken the items waits for ever",
        .falsifier = "process-queue.join-before-drain.little",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(BLOCKED),
        .body = join_before_drain,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-queue.join-before-drain.little",
        .claim = "contract",
        .source = "multiprocessing, programming guidelines, joining processes that use queues",
        .says = "a parent that joins before it has taken an item that fits into the pipe waits for "
                "ever",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(BLOCKED),
        .body = join_before_drain_of_little,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "the feeder is done, and so is the child"}},
    },
    {
        .name = "process-queue.drain-before-join",
        .claim = "contract",
        .source = "multiprocessing, programming guidelines, joining processes that use queues",
        .says = "a parent that takes the items first ends, with the items in order",
        .falsifier = "process-queue.two-putters",
        .quantifier = SLEY_ALWAYS,
        .body = drain_before_join,
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-queue.two-putters",
        .claim = "contract",
        .source = "multiprocessing.Queue",
        .says = "the items of two processes come in the order of their start",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = two_putters,
        .runs = 300,
        .expect = {{"process", SLEY_REFUTED, "whose feeder writes first is first"}},
    },
    {
        .name = "process-queue.put-never-waits",
        .claim = "contract",
        .source = "multiprocessing.Queue",
        .says = "put returns although the pipe is full: a feeder does the waiting",
        .quantifier = SLEY_ALWAYS,
        .body = put_never_waits,
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
