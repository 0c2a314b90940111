/* When C extensions call for processes (000:274-276, 003:41): where they keep the interpreter lock,
 * where they are not safe for threads, and where they crash. */
#include "scenarios/extension.h"

#include <sley/process.h>

enum { KIB = 1024 };

/* --- speed --- */

struct matrix_task {
    uint32_t kib; /* shipped to the task, where memory is not shared */
    uint32_t duration_us;
    bool releases;
};

/* kib * 2^32 + duration * 2 + releases. */
static void *
receive_and_call(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_deserialise_bytes((uint32_t)(value >> 32) * KIB);
    sley_call_us((uint32_t)value >> 1, value & 1);
    return NULL;
}

/* The least that threads need on a core each: one call if they overlap, else all of them. */
static uint64_t
threads_need_ns(int count, const struct matrix_task *task)
{
    return (uint64_t)(task->releases ? 1 : count) * task->duration_us * 1000;
}

static void
sooner_than_threads(const struct matrix_task *task)
{
    int count = sley_draw(2, EXTENSION_TASKS_MAX);
    uintptr_t argument = (uintptr_t)task->kib << 32 | task->duration_us << 1 | task->releases;
    sley_machine_set((uint32_t)count, "cpython");
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        sley_serialise_bytes(task->kib * KIB);
    }
    together_ns(count, receive_and_call, argument);
    sley_check(sley_now_ns() - start_ns < threads_need_ns(count, task));
}

static void
kept_with_little_to_ship(void)
{
    uint32_t kib = (uint32_t)sley_draw(1, 64);
    sooner_than_threads(&(struct matrix_task){kib, (uint32_t)sley_draw(20000, 100000), false});
}

static void
kept_with_much_to_ship(void)
{
    uint32_t kib = (uint32_t)sley_draw(8, 32) * KIB;
    sooner_than_threads(&(struct matrix_task){kib, (uint32_t)sley_draw(500, 5000), false});
}

static void
released_with_little_to_ship(void)
{
    uint32_t kib = (uint32_t)sley_draw(1, 64);
    sooner_than_threads(&(struct matrix_task){kib, (uint32_t)sley_draw(20000, 100000), true});
}

static void
kept_with_nothing_to_ship(void)
{
    sooner_than_threads(&(struct matrix_task){0, (uint32_t)sley_draw(20000, 100000), false});
}

static void
released_with_nothing_to_ship(void)
{
    sooner_than_threads(&(struct matrix_task){0, (uint32_t)sley_draw(20000, 100000), true});
}

/* --- safety --- */

static long library_sum; /* a library's state, for which it has no lock */

/* a * 16 + b; the lock is released between the library's two steps. */
static void *
call_library(void *argument)
{
    library_sum = (long)argument / 16;
    sley_call_us(10, true);
    library_sum += (long)argument % 16;
    return (void *)library_sum;
}

static void
library_answers_as_if_alone(void)
{
    long a = sley_draw(1, 2), b = sley_draw(1, 2);
    uintptr_t first = sley_spawn(call_library, (void *)(a * 16 + 1));
    uintptr_t second = sley_spawn(call_library, (void *)(b * 16 + 2));
    sley_check((long)sley_join(first) == a + 1);
    sley_check((long)sley_join(second) == b + 2);
}

static void *
crash_in_library(void *unused)
{
    sley_call_us(10, true);
    *(volatile int *)0 = 1;
    return unused;
}

static void
never_goes_on_after_a_crash(void)
{
    bool ended = false;
    uintptr_t other = sley_spawn(call_library, (void *)16);
    sley_join(sley_spawn(crash_in_library, NULL));
    ended = sley_join(other) == (void *)1;
    sley_check(!ended);
}

static const char threads_lose[] = "threads take turns at the lock";
static const char threads_do[] = "threads need no copy and are sooner made";
static const char shipping[] = "shipping takes longer than the operation";
static const char in_turns[] = "on the loop's thread one call follows the other";
static const char shared_state[] = "two calls share the library's state";
static const char all_crash[] = "a crash ends the whole process";

#define SOONER                                                                                     \
    .says = "2 to 8 tasks with a call each are done sooner than threads of an interpreter could "  \
            "be, on a core each, by the CPython profile",                                          \
    .quantifier = SLEY_ALWAYS, .timed = true, .runs = 100

#define MATRIX .claim = "select-processes-for-numpy-holding-gil", SOONER
#define HEAVY .claim = "select-processes-for-heavy-c-extension", .source = "000:276"

const struct sley_property sley_scenario_select_extension[] = {
    {
        .name = "select-processes-for-numpy-holding-gil",
        MATRIX,
        .source = "000:274",
        .when = "the operation keeps the lock for 20 ms or more, on 64 KiB or less",
        .body = kept_with_little_to_ship,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, threads_lose),
                   {"gil:free", SLEY_NOT_APPLICABLE, "there is no lock to keep"},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "select-processes-for-numpy-holding-gil.shipping",
        MATRIX,
        .source = "000:274",
        .when = "the operation keeps the lock for 5 ms or less, on 8 MiB or more",
        .body = kept_with_much_to_ship,
        .expect = {{"process", SLEY_REFUTED, shipping}},
    },
    {
        .name = "select-processes-for-numpy-holding-gil.released",
        MATRIX,
        .source = "003:41",
        .when = "the operation releases the lock",
        .body = released_with_little_to_ship,
        .expect = {{"process", SLEY_REFUTED, threads_do}},
    },
    {
        .name = "select-processes-for-heavy-c-extension",
        HEAVY,
        SOONER,
        .when = "the library keeps the lock for 20 ms or more",
        .body = kept_with_nothing_to_ship,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, threads_lose),
                   {"gil:free", SLEY_NOT_APPLICABLE, "there is no lock to keep"},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "select-processes-for-heavy-c-extension.released",
        HEAVY,
        SOONER,
        .when = "the library releases the lock, and is safe for threads",
        .body = released_with_nothing_to_ship,
        .expect = {{"process", SLEY_REFUTED, threads_do}},
    },
    {
        .name = "select-processes-for-heavy-c-extension.unsafe",
        HEAVY,
        .says = "two tasks that call the library at the same time each get what they would alone",
        .when = "the library releases the lock, and is not safe for threads",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = library_answers_as_if_alone,
        .exhaustive = true,
        .expect = {{"thread", SLEY_REFUTED, shared_state},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, shared_state),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, in_turns}},
    },
    {
        .name = "select-processes-for-heavy-c-extension.crash",
        HEAVY,
        .says = "when the library crashes in one task, another and the program go on",
        .when = "the library crashes",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(CRASH) | SLEY_BIT(RACE),
        .body = never_goes_on_after_a_crash,
        .exhaustive = true,
        .expect = {{"gil:py310", SLEY_REFUTED, all_crash},
                   {"gil:free", SLEY_REFUTED, all_crash},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
