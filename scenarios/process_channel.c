/* Pipes, files and queues between processes. */
#include <sley/process.h>
#include <sley/shared.h>

#include <string.h>

enum { LARGE = SLEY_PIPE_BYTES + 1000 };

static struct sley_pipe wire;
static struct sley_file file;
static struct sley_mpqueue queue;
static long *done;

/* --- pipes --- */

static void *
write_two(void *argument)
{
    long words[2] = {11, 22};
    sley_pipe_write(&wire, &words[0], sizeof words[0]);
    sley_pipe_write(&wire, &words[1], sizeof words[1]);
    return argument;
}

static void
bytes_in_order(void)
{
    sley_pipe_init(&wire);
    uintptr_t child = sley_spawn(write_two, NULL);
    long words[2];
    char *at = (char *)words;
    for (size_t got = 0; got < sizeof words;) {
        got += sley_pipe_read(&wire, at + got, sizeof words - got);
    }
    sley_check(words[0] == 11 && words[1] == 22);
    sley_join(child);
}

static void *
write_large(void *argument)
{
    static char bytes[LARGE];
    sley_pipe_write(&wire, bytes, sizeof bytes);
    __atomic_store_n(done, 1, __ATOMIC_RELEASE);
    return argument;
}

/* Nobody reads until the writer has written everything: it never does. */
static void
full_pipe(void)
{
    done = sley_shared_allocate(sizeof *done);
    sley_pipe_init(&wire);
    uintptr_t child = sley_spawn(write_large, NULL);
    sley_join(child);
    static char bytes[LARGE];
    sley_pipe_read(&wire, bytes, sizeof bytes);
}

static void
large_write_drained(void)
{
    done = sley_shared_allocate(sizeof *done);
    sley_pipe_init(&wire);
    uintptr_t child = sley_spawn(write_large, NULL);
    static char bytes[LARGE];
    for (size_t got = 0; got < LARGE;) {
        got += sley_pipe_read(&wire, bytes, sizeof bytes);
    }
    sley_join(child);
    sley_check(*done == 1);
}

/* --- files --- */

static void
count_once(void)
{
    int number = 0;
    sley_file_seek(&file, 0);
    sley_file_read(&file, &number, sizeof number);
    number++;
    sley_file_seek(&file, 0);
    sley_file_write(&file, &number, sizeof number);
}

static void *
count_in_file(void *argument)
{
    count_once();
    return argument;
}

static void *
count_under_flock(void *argument)
{
    sley_file_lock(&file);
    count_once();
    sley_file_unlock(&file);
    return argument;
}

static void
count_with(void *(*entry)(void *))
{
    int number = 0;
    sley_file_init(&file);
    sley_file_write(&file, &number, sizeof number);
    sley_gather(2, entry);
    sley_file_seek(&file, 0);
    sley_file_read(&file, &number, sizeof number);
    sley_check(number == 2);
}

static void
file_counter(void)
{
    count_with(count_in_file);
}

static void
file_counter_flock(void)
{
    count_with(count_under_flock);
}

static void *
read_five(void *argument)
{
    char bytes[5];
    sley_check(sley_file_read(&file, bytes, sizeof bytes) == 5 && bytes[0] == 'a');
    return argument;
}

/* The offset is the open file description's, which parent and child share. */
static void
shared_offset(void)
{
    char byte;
    sley_file_init(&file);
    sley_file_write(&file, "abcdefgh", 8);
    sley_file_seek(&file, 0);
    sley_join(sley_spawn(read_five, NULL));
    sley_check(sley_file_read(&file, &byte, 1) == 1 && byte == 'f');
}

/* --- multiprocessing.Queue --- */

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

const struct sley_property sley_scenario_process_channel[] = {
    {
        .name = "process-pipe.bytes-in-order",
        .claim = "contract",
        .source = "pipe(7)",
        .says = "what one process writes to a pipe another reads in order",
        .quantifier = SLEY_ALWAYS,
        .body = bytes_in_order,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-pipe.full-pipe-blocks-writer",
        .claim = "contract",
        .source = "pipe(7), capacity",
        .says = "a write of more than the pipe holds waits for a reader",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(BLOCKED),
        .body = full_pipe,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-pipe.large-write",
        .claim = "contract",
        .source = "pipe(7)",
        .says = "a write of more than the pipe holds ends once everything is read, in parts",
        .quantifier = SLEY_ALWAYS,
        .body = large_write_drained,
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-no-interference",
        .claim = "proc-no-interference",
        .source = "002:26",
        .says = "two processes that count in one file never disturb each other",
        .quantifier = SLEY_ALWAYS,
        .body = file_counter,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "a file is shared, and so is its offset"}},
    },
    {
        .name = "proc-no-interference.flock",
        .claim = "proc-no-interference",
        .source = "002:26",
        .says = "under flock two processes that count in one file lose nothing",
        .quantifier = SLEY_ALWAYS,
        .body = file_counter_flock,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-memory-isolated.file-offset",
        .claim = "proc-memory-isolated",
        .source = "000:238",
        .says = "an inherited descriptor's offset is not isolated: a child's read moves it",
        .quantifier = SLEY_ALWAYS,
        .body = shared_offset,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-queue.join-before-drain",
        .claim = "contract",
        .source = "multiprocessing, programming guidelines, joining processes that use queues",
        .says = "a parent that joins before it has taken the items waits for ever",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(BLOCKED),
        .body = join_before_drain,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-queue.drain-before-join",
        .claim = "contract",
        .source = "multiprocessing, programming guidelines, joining processes that use queues",
        .says = "a parent that takes the items first ends, with the items in order",
        .quantifier = SLEY_ALWAYS,
        .body = drain_before_join,
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
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
