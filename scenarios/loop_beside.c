/* One variable, a coroutine and a thread beside its loop: why there is something to lock with
 * asyncio (001:65), and what orders the two without a lock. */
#include <sley/loop.h>
#include <sley/sley.h>

#include <pthread.h>

static bool done;
static long counter;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct sley_awaited
add_in_thread(void *locked)
{
    if (locked) {
        pthread_mutex_lock(&mutex);
    }
    sley_add(&counter, 1);
    if (locked) {
        pthread_mutex_unlock(&mutex);
    }
    return sley_result(0);
}

static void
add_both(void *locked)
{
    struct sley_async_future *other = sley_loop_run_in_executor(NULL, add_in_thread, locked);
    add_in_thread(locked);
    sley_await(other);
    sley_check(counter == 2);
}

static void
unlocked_counter(void)
{
    add_both(NULL);
}

static void
locked_counter(void)
{
    add_both(&mutex);
}

/* --- what the thread did before its return happens before what its awaiter does --- */

static struct sley_awaited
write_in_thread(void *unused)
{
    counter = 42;
    return sley_result(unused);
}

static void
result_is_published(void)
{
    sley_loop_to_thread(write_in_thread, NULL);
    sley_check(counter == 42);
    counter++;
}

static void
result_is_not_awaited(void)
{
    sley_loop_run_in_executor(NULL, write_in_thread, NULL);
    sley_check(counter == 42);
}

/* --- the loop's own thread does all the adding, so no lock is needed --- */

static void
callback_adds(void *unused)
{
    (void)unused;
    counter++;
    done = true;
}

static struct sley_awaited
post_from_thread(void *unused)
{
    sley_loop_call_soon_threadsafe(callback_adds, NULL);
    return sley_result(unused);
}

static struct sley_awaited
add_from_thread(void *unused)
{
    callback_adds(unused);
    return sley_result(unused);
}

static void add_until_done(struct sley_awaited (*body)(void *))
{
    sley_loop_run_in_executor(NULL, body, NULL);
    while (!done) {
        counter++;
        sley_loop_sleep_ms(1);
        counter--;
    }
    sley_check(counter == 1);
}

static void
posted(void)
{
    add_until_done(post_from_thread);
}

static void
called_in_thread(void)
{
    add_until_done(add_from_thread);
}

#define BESIDE(property, id, origin, text, entry, found, why)                                      \
    .name = property, .claim = id, .source = origin, .says = text, .quantifier = SLEY_ALWAYS,      \
    .body = entry, .expect = {{"coroutine", found, why}}

#define NO_LOCKS "coro-no-locks-needed"

const struct sley_property sley_scenario_loop_beside[] = {
    {
        BESIDE(NO_LOCKS, NO_LOCKS, "001:65",
               "with asyncio no lock is needed: a coroutine and to_thread lose no update",
               unlocked_counter, SLEY_REFUTED, "an executor's thread runs beside the loop"),
        .also = SLEY_BIT(RACE),
    },
    {
        .name = "coro-no-locks-needed.race",
        .claim = NO_LOCKS,
        .source = "001:65",
        .says = "a coroutine and an executor's thread never race for a common variable",
        .quantifier = SLEY_NEVER,
        .event = SLEY_BIT(RACE),
        .also = SLEY_BIT(ASSERTION),
        .body = unlocked_counter,
        .expect = {{"coroutine", SLEY_REFUTED, "nothing orders the two"}},
    },
    {
        BESIDE("coro-no-locks-needed.locked", NO_LOCKS, "001:65",
               "with a lock of threads around both no update is lost", locked_counter,
               SLEY_CONFIRMED, ""),
        .twin = true,
        .falsifier = NO_LOCKS,
    },
    {
        BESIDE("loop-threadsafe.result", "contract", "asyncio.to_thread",
               "what a thread wrote before its return is there for who awaited it",
               result_is_published, SLEY_CONFIRMED, ""),
        .falsifier = "loop-threadsafe.not-awaited",
    },
    {
        BESIDE("loop-threadsafe.not-awaited", "contract", "asyncio.to_thread",
               "what a thread wrote is there without an await", result_is_not_awaited, SLEY_REFUTED,
               "nothing orders the two"),
        .also = SLEY_BIT(RACE),
        .twin = true,
    },
    {
        BESIDE("loop-threadsafe.posted", "contract", "asyncio.loop.call_soon_threadsafe",
               "a callback that a thread posts runs between the steps of coroutines", posted,
               SLEY_CONFIRMED, ""),
        .falsifier = "loop-threadsafe.called",
    },
    {
        BESIDE("loop-threadsafe.called", "contract", "asyncio.loop.call_soon_threadsafe",
               "a function that a thread calls runs between the steps of coroutines",
               called_in_thread, SLEY_REFUTED, "it runs beside them"),
        .also = SLEY_BIT(RACE),
        .twin = true,
    },
    {0},
};
