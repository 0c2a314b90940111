/* One counter and several tasks: in a process's own memory, in memory or a file that processes
 * share (002:61, 000:238), and without an interpreter lock (002:81). */
#include <sley/gil.h>
#include <sley/process.h>
#include <sley/program.h>
#include <sley/shared.h>

enum { TASKS_MAX = 4 };

static long own;
static long *shared;
static int tasks, increments;
static struct sley_lock lock;
static struct sley_file file;

static void
increment(long *counter)
{
    long value = sley_load(counter);
    sley_bytecode(SLEY_BYTECODE_CALL);
    sley_store(counter, value + 1);
}

/* --- private and shared --- */

static void *
increment_own(void *count)
{
    for (intptr_t i = 0; i < (intptr_t)count; i++) {
        increment(&own);
    }
    sley_check(own == (intptr_t)count);
    return NULL;
}

static void
private_memory(void)
{
    uintptr_t task[TASKS_MAX];
    tasks = sley_draw(2, TASKS_MAX);
    increments = sley_draw(1, 3);
    for (int i = 0; i < tasks; i++) {
        task[i] = sley_spawn(increment_own, (void *)(intptr_t)increments);
    }
    for (int i = 0; i < tasks; i++) {
        sley_join(task[i]);
    }
}

static void *
increment_shared(void *unused)
{
    for (int i = 0; i < increments; i++) {
        increment(shared);
    }
    return unused;
}

static void *
increment_locked(void *unused)
{
    for (int i = 0; i < increments; i++) {
        sley_with (&lock) {
            increment(shared);
        }
    }
    return unused;
}

static void
shared_memory(void *(*entry)(void *))
{
    tasks = sley_draw(2, TASKS_MAX);
    increments = sley_draw(1, 3);
    shared = sley_shared_allocate(sizeof *shared);
    sley_lock_init(&lock);
    sley_gil_ticks(1);
    sley_gather(tasks, entry);
    sley_check(*shared == (long)tasks * increments);
}

static void
shared_unlocked(void)
{
    shared_memory(increment_shared);
}

static void
shared_locked(void)
{
    shared_memory(increment_locked);
}

/* The offset is common to all: a seek and what follows it may be parted as well. */
static void *
increment_in_file(void *unused)
{
    int number = 0;
    sley_file_seek(&file, 0);
    sley_file_read(&file, &number, sizeof number);
    number++;
    sley_file_seek(&file, 0);
    sley_file_write(&file, &number, sizeof number);
    return unused;
}

static void
shared_file(void)
{
    int number = 0;
    tasks = sley_draw(2, TASKS_MAX);
    sley_file_init(&file);
    sley_file_write(&file, &number, sizeof number);
    sley_gather(tasks, increment_in_file);
    sley_file_seek(&file, 0);
    sley_file_read(&file, &number, sizeof number);
    sley_check(number == tasks);
}

/* --- without the interpreter lock --- */

static const char program[] = "counter = 0\n"
                              "items = []\n"
                              "count():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     counter\n"
                              "    LOAD_CONST      1\n"
                              "    BINARY_OP       +=\n"
                              "    STORE_GLOBAL    counter\n"
                              "    RETURN_CONST    None\n"
                              "append():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     items\n"
                              "    LOAD_METHOD     append\n"
                              "    LOAD_CONST      1\n"
                              "    CALL            1\n"
                              "    POP_TOP\n"
                              "    RETURN_CONST    None\n";

static void
run_twice(const char *function)
{
    const char *const functions[] = {function, function};
    sley_program_load(program);
    sley_program_gather(2, functions);
}

static void
total(void)
{
    run_twice("count");
    sley_outcome(sley_program_int("counter"));
}

static void
total_is_right(void)
{
    run_twice("count");
    sley_check(sley_program_int("counter") == 2);
}

static void
all_appended(void)
{
    run_twice("append");
    sley_check(sley_program_length("items") == 2);
}

static const char one_process[] = "the claim speaks of processes; coroutines of a loop are in one";
static const char without_lock[] = "the claim speaks of threads without an interpreter lock";

#define UNLIKELY                                                                                   \
    .claim = "proc-race-unlikely", .source = "002:61", .quantifier = SLEY_ALWAYS,                  \
    .also = SLEY_BIT(RACE)
#define WORSE                                                                                      \
    .claim = "ft-races-get-worse", .source = "002:81", .exhaustive = true, .preemptions_max = 2

const struct sley_property sley_scenario_shared_counter[] = {
    {
        .name = "proc-race-unlikely",
        .says = "2 to 4 processes that count without a lock lose no update",
        .when = "the counter is a variable of the program",
        UNLIKELY,
        .body = private_memory,
        .runs = 200,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, "threads share the variable"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, one_process}},
    },
    {
        .name = "proc-race-unlikely.mapping",
        .says = "2 to 4 processes that count without a lock lose no update",
        .when = "the counter lies in shared memory",
        UNLIKELY,
        .body = shared_unlocked,
        .expect = {{"thread", SLEY_REFUTED, "threads share all memory"},
                   {"process", SLEY_REFUTED, "what is shared on purpose races as in threads"}},
    },
    {
        .name = "proc-race-unlikely.file",
        .says = "2 to 4 processes that count without a lock lose no update",
        .when = "the counter stands in a file",
        UNLIKELY,
        .body = shared_file,
        .expect = {{"process", SLEY_REFUTED, "a file is no process's own"}},
    },
    {
        .name = "ipc-shared-memory-race",
        .claim = "ipc-shared-memory-race",
        .source = "000:238",
        .says = "2 to 4 processes that count in shared memory lose an update in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = shared_unlocked,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, one_process}},
    },
    {
        .name = "ipc-shared-memory-race.locked",
        .claim = "ipc-shared-memory-race",
        .source = "000:238",
        .says = "under one lock in shared memory 2 to 4 processes lose no update",
        .twin = true,
        .falsifier = "ipc-shared-memory-race",
        .quantifier = SLEY_ALWAYS,
        .body = shared_locked,
        .runs = 300,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ft-races-get-worse",
        .says = "without the lock counter += 1 by two threads leaves what 3.10 leaves, and 1",
        WORSE,
        .quantifier = SLEY_OUTCOMES,
        .outcomes = {.relation = SLEY_CONTAINS, .values = {1}, .count = 1, .of_model = "gil:py310"},
        .body = total,
        .expect = {{"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_NOT_APPLICABLE, without_lock},
                   {"coroutine", SLEY_NOT_APPLICABLE, without_lock}},
    },
    {
        .name = "ft-races-get-worse.with-lock",
        .says = "with the lock of 3.10 counter += 1 by two threads loses no update",
        WORSE,
        .falsifier = "fault:gil-eager",
        .quantifier = SLEY_ALWAYS,
        .body = total_is_right,
        .expect = {{"gil:py310", SLEY_CONFIRMED, ""}, {"gil:per-interpreter", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ft-races-get-worse.append",
        .says = "without the lock list.append by two threads loses nothing: each list has its own",
        WORSE,
        .falsifier = "fault:program-append-split",
        .quantifier = SLEY_ALWAYS,
        .body = all_appended,
        .expect = {{"gil:free", SLEY_CONFIRMED, ""}},
    },
    {0},
};
