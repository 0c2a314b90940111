/* Computing in C extensions: on several cores where they release the interpreter lock (000:150-153,
 * 000:356, 003:128). */
#include "scenarios/extension.h"

#include <sley/loop.h>

enum { LOOP_THREADS = 6 };

static int
drawn_count(void)
{
    return sley_draw(2, EXTENSION_TASKS_MAX);
}

/* --- released, or kept --- */

/* held * 65536 + released. */
static void *
bytecodes_then_released(void *argument)
{
    uintptr_t value = (uintptr_t)argument;
    sley_compute_us((uint32_t)(value >> 16));
    sley_call_us((uint32_t)(value & 65535), true);
    return NULL;
}

/* No later than Amdahl has it: what needs the lock in a row, then one call. */
static void
released_calls_overlap(void)
{
    int count = drawn_count();
    uint64_t held_us = (uint64_t)sley_draw(1, 1000);
    uint64_t released_us = (uint64_t)sley_draw(1, 10000);
    sley_machine_set(EXTENSION_TASKS_MAX, "ideal");
    uint64_t taken_ns = together_ns(count, bytecodes_then_released, held_us << 16 | released_us);
    sley_check(taken_ns <= ((uint64_t)count * held_us + released_us) * 1000);
}

static struct sley_awaited
released_in_a_thread(void *argument)
{
    bytecodes_then_released(argument);
    return sley_result(0);
}

/* Awaits up to six calls, the threads of the default executor, each by to_thread. */
static uint64_t
in_threads_ns(uint32_t count, uintptr_t argument)
{
    struct sley_async_future *calls[LOOP_THREADS];
    uint64_t start_ns = sley_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        calls[i] = sley_loop_run_in_executor(NULL, released_in_a_thread, (void *)argument);
    }
    sley_await(sley_loop_gather(calls, count, false));
    return sley_now_ns() - start_ns;
}

static void
offloaded_calls_overlap(void)
{
    uint32_t count = (uint32_t)sley_draw(2, LOOP_THREADS);
    uint64_t held_us = (uint64_t)sley_draw(1, 1000);
    uint64_t released_us = (uint64_t)sley_draw(1, 10000);
    sley_machine_set(LOOP_THREADS, "ideal");
    uint64_t taken_ns = in_threads_ns(count, held_us << 16 | released_us);
    sley_check(taken_ns <= (count * held_us + released_us) * 1000);
}

static void
kept_calls_pay(void)
{
    sley_check(pays(drawn_count(), "cpython", call_held, (uintptr_t)sley_draw(20000, 100000)));
}

static void
released_calls_pay(void)
{
    sley_check(pays(drawn_count(), "cpython", call_released, (uintptr_t)sley_draw(20000, 100000)));
}

static void
offloaded_calls_pay(void)
{
    uint32_t count = (uint32_t)sley_draw(2, LOOP_THREADS);
    uintptr_t duration_us = (uintptr_t)sley_draw(20000, 60000);
    sley_machine_set(count, "cpython");
    uint64_t row_ns = in_a_row_ns((int)count, bytecodes_then_released, duration_us);
    sley_check(in_threads_ns(count, duration_us) * 3 <= row_ns * 2);
}

static const char on_the_loop[] = "on the loop's thread they come one after the other";
static const char kept[] = "a call that keeps the lock is one long bytecode";

const struct sley_property sley_scenario_speed_extension[] = {
    {
        .name = "gil-cext-release-parallel",
        .claim = "gil-cext-release-parallel",
        .source = "000:150",
        .says = "calls of 2 to 8 tasks overlap: all are done after what each does under the lock, "
                "in a row, and one call",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls_overlap,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-cext-release-parallel.to-thread",
        .claim = "gil-cext-release-parallel",
        .source = "000:150",
        .says = "calls of 2 to 6 coroutines overlap: all are done after what each does under the "
                "lock, in a row, and one call",
        .when = "handed to the loop's executor",
        .falsifier = "gil-cext-release-parallel",
        .quantifier = SLEY_ALWAYS,
        .body = offloaded_calls_overlap,
        .timed = true,
        .runs = 100,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-c-library-means-multicore",
        .claim = "gil-c-library-means-multicore",
        .source = "000:153",
        .says = "2 to 8 tasks in a library written in C are done in two thirds of the time of one "
                "that does it all, or less",
        .when = "the library keeps the interpreter lock",
        .quantifier = SLEY_ALWAYS,
        .body = kept_calls_pay,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, kept),
                   {"gil:free", SLEY_CONFIRMED, "there is no lock"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, "the claim speaks of threads"}},
    },
    {
        .name = "gil-c-library-means-multicore.released",
        .claim = "gil-c-library-means-multicore",
        .source = "000:153",
        .says = "2 to 8 tasks in a library written in C are done in two thirds of the time of one "
                "that does it all, or less",
        .when = "the library releases the interpreter lock",
        .falsifier = "gil-c-library-means-multicore",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls_pay,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-scrypt-parallel",
        .claim = "gil-scrypt-parallel",
        .source = "003:128",
        .says = "2 to 8 tasks with a scrypt of 20 to 100 ms each, one call that releases the lock, "
                "are done in two thirds of the time of one that does all, or less",
        .quantifier = SLEY_ALWAYS,
        .body = released_calls_pay,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-scrypt-parallel.to-thread",
        .claim = "gil-scrypt-parallel",
        .source = "003:128",
        .says = "2 to 6 coroutines with a scrypt of 20 to 60 ms each are done in two thirds of the "
                "time of one that does all, or less",
        .when = "handed to the loop's executor",
        .falsifier = "gil-scrypt-parallel",
        .quantifier = SLEY_ALWAYS,
        .body = offloaded_calls_pay,
        .timed = true,
        .runs = 100,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
