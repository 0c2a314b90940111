/* Queues built by hand: wrong, to show that the properties of scenarios/queue.c can fail, and
 * right.
 */
#include <sley/sley.h>

#include <pthread.h>

enum { CAPACITY = 1 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
static int items[CAPACITY + 1];
static int count, delivered;
static bool locks, waits_again, signals;

static void
enter(void)
{
    if (locks) {
        pthread_mutex_lock(&mutex);
    }
}

static void
leave(void)
{
    if (locks) {
        pthread_mutex_unlock(&mutex);
    }
}

static void *
put(void *index)
{
    enter();
    items[count % (CAPACITY + 1)] = (int)(intptr_t)index + 1;
    sley_add(&count, 1);
    if (signals) {
        pthread_cond_broadcast(&not_empty);
    }
    leave();
    return index;
}

static void *
get(void *index)
{
    enter();
    while (locks && count == 0) {
        pthread_cond_wait(&not_empty, &mutex);
        if (!waits_again) {
            break; /* `if` where `while` is needed */
        }
    }
    sley_check(count > 0 || !locks);
    if (count > 0) {
        sley_add(&count, -1);
        sley_add(&delivered, 1);
    }
    leave();
    return index;
}

static void
run(int consumers)
{
    uintptr_t tasks[4];
    for (intptr_t i = 0; i < consumers; i++) {
        tasks[2 * i] = sley_spawn(get, (void *)i);
        tasks[2 * i + 1] = sley_spawn(put, (void *)i);
    }
    for (int i = 0; i < 2 * consumers; i++) {
        sley_join(tasks[i]);
    }
}

static void
without_mutex(void)
{
    uintptr_t a = sley_spawn(put, (void *)0);
    uintptr_t b = sley_spawn(put, (void *)1);
    sley_join(a);
    sley_join(b);
    sley_check(count == 2);
}

static void
if_for_while(void)
{
    locks = signals = true;
    run(2);
}

static void
notify_lost(void)
{
    locks = waits_again = true;
    run(1);
}

static void
correct(void)
{
    locks = signals = waits_again = true;
    run(2);
    sley_check(delivered == 2 && count == 0);
}

/* Right, but each process has one of its own. */
static void
one_each(void)
{
    locks = signals = waits_again = true;
    uintptr_t producer = sley_spawn(put, (void *)0);
    get(0);
    sley_join(producer);
}

#define MUTANT(mutant, text, verdicts, others, entry)                                              \
    {                                                                                              \
        .name = "queue-thread-safe." mutant, .claim = "queue-thread-safe", .source = "000:75",     \
        .says = text, .quantifier = SLEY_SOMETIMES, .event = verdicts, .also = others,             \
        .body = entry, .twin = true, .expect = {{"thread", SLEY_CONFIRMED, ""}},                   \
    }

const struct sley_property sley_scenario_queue_mutants[] = {
    MUTANT("no-mutex", "a queue without a mutex loses an item in some schedule",
           SLEY_BIT(ASSERTION), SLEY_BIT(RACE), without_mutex),
    MUTANT("if-for-while", "a get that waits with `if` takes from an empty queue in some schedule",
           SLEY_BIT(ASSERTION), 0, if_for_while),
    MUTANT("lost-notify", "a put that does not signal leaves a get waiting in some schedule",
           SLEY_BIT(BLOCKED), 0, notify_lost),
    {
        .name = "queue-thread-safe.by-hand",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "the same queue built right delivers every item in every run",
        .quantifier = SLEY_ALWAYS,
        .body = correct,
        .twin = true,
        .falsifier = "queue-thread-safe.if-for-while",
        .expect = {{"thread", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "queue-thread-safe.copied",
        .claim = "queue-thread-safe",
        .source = "000:75",
        .says = "who gets from a queue.Queue never waits for ever for what another task puts",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .body = one_each,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"process", SLEY_REFUTED, "a fork copies it: what is put stays with the putter"},
                   {"process:spawn", SLEY_REFUTED, "each process makes one of its own"}},
    },
    {0},
};
