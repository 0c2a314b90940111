/* Pipes and files between processes. */
#include <sley/process.h>
#include <sley/shared.h>

#include <string.h>

enum { LARGE = SLEY_PIPE_BYTES + 1000 };

static struct sley_pipe wire;
static struct sley_file file;
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

static void *
write_one(void *word)
{
    sley_pipe_write(&wire, &word, sizeof word);
    return NULL;
}

/* Two writers: who is first is anybody's guess. */
static void
bytes_of_two(void)
{
    sley_pipe_init(&wire);
    uintptr_t first = sley_spawn(write_one, (void *)11);
    uintptr_t second = sley_spawn(write_one, (void *)22);
    long words[2];
    char *at = (char *)words;
    for (size_t got = 0; got < sizeof words;) {
        got += sley_pipe_read(&wire, at + got, sizeof words - got);
    }
    sley_check(words[0] == 11 && words[1] == 22);
    sley_join(first);
    sley_join(second);
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
drain_large_write(bool wait)
{
    done = sley_shared_allocate(sizeof *done);
    sley_pipe_init(&wire);
    uintptr_t child = sley_spawn(write_large, NULL);
    static char bytes[LARGE];
    for (size_t got = 0; got < LARGE;) {
        got += sley_pipe_read(&wire, bytes, sizeof bytes);
    }
    if (wait) {
        sley_join(child);
    }
    sley_check(__atomic_load_n(done, __ATOMIC_ACQUIRE) == 1);
    if (!wait) {
        sley_join(child);
    }
}

static void
large_write_drained(void)
{
    drain_large_write(true);
}

static void
large_write_not_joined(void)
{
    drain_large_write(false);
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
    sley_check(sley_file_read(&file, &byte, 1) == 1 && byte == 'a');
}

const struct sley_property sley_scenario_process_channel[] = {
    {
        .name = "process-pipe.bytes-in-order",
        .claim = "contract",
        .source = "pipe(7)",
        .says = "what one process writes to a pipe another reads in order",
        .falsifier = "process-pipe.two-writers",
        .quantifier = SLEY_ALWAYS,
        .body = bytes_in_order,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-pipe.two-writers",
        .claim = "contract",
        .source = "pipe(7)",
        .says = "what two processes write to a pipe is read in the order of their start",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = bytes_of_two,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "whoever writes first is first"}},
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
        .falsifier = "process-pipe.large-write.not-joined",
        .quantifier = SLEY_ALWAYS,
        .body = large_write_drained,
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "process-pipe.large-write.not-joined",
        .claim = "contract",
        .source = "pipe(7)",
        .says = "whoever has read everything knows that the writer is done",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = large_write_not_joined,
        .runs = 300,
        .expect = {{"process", SLEY_REFUTED, "the writer may not have come back yet"}},
    },
    {
        .name = "proc-no-interference",
        .claim = "proc-no-interference",
        .source = "002:26",
        .says = "two processes that count in one file never disturb each other",
        .when = "they work on one file",
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
        .twin = true,
        .falsifier = "proc-no-interference",
        .quantifier = SLEY_ALWAYS,
        .body = file_counter_flock,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-memory-isolated.file-offset",
        .claim = "proc-memory-isolated",
        .source = "000:238",
        .says = "a child that reads from a descriptor does not move its parent's offset",
        .when = "a descriptor that was inherited",
        .quantifier = SLEY_ALWAYS,
        .body = shared_offset,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "both have one open file description"}},
    },
    {0},
};
