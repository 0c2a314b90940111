/* Conditions: no wake-up is lost, and the lock is held again whatever ended the wait. */
#include "scenarios/object.h"

#include <sley/shared.h>

static struct sley_lock lock;
static struct sley_condition condition;

/* What the tasks find out, where all of them see it. */
static struct {
    int tokens, waiters;
    bool returned;
    int order[3], woken_count;
} * shared;

static void
begin(void)
{
    sley_lock_init(&lock);
    sley_condition_init(&condition, &lock);
}

static void *
take_token(void *unused)
{
    sley_with (&lock) {
        while (sley_load(&shared->tokens) == 0) {
            sley_condition_wait(&condition);
        }
        sley_add(&shared->tokens, -1);
    }
    return unused;
}

static void *
give_token(void *unused)
{
    sley_with (&lock) {
        sley_add(&shared->tokens, 1);
        sley_condition_notify(&condition, 1);
    }
    return unused;
}

static void
notify_one(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin();
    uintptr_t waiter = sley_spawn(take_token, 0);
    give_token(0);
    sley_join(waiter);
    sley_check(shared->tokens == 0);
}

static void
notify_each(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin();
    uintptr_t a = sley_spawn(take_token, 0);
    uintptr_t b = sley_spawn(take_token, 0);
    give_token(0);
    give_token(0);
    sley_join(a);
    sley_join(b);
    sley_check(shared->tokens == 0);
}

/* One notification for all; how many wait at that moment differs. */
static void
notify_all(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    uintptr_t tasks[3];
    begin();
    shared->waiters = sley_draw(1, 3);
    for (int i = 0; i < shared->waiters; i++) {
        tasks[i] = sley_spawn(take_token, 0);
    }
    sley_with (&lock) {
        sley_add(&shared->tokens, shared->waiters);
        sley_condition_notify_all(&condition);
    }
    for (int i = 0; i < shared->waiters; i++) {
        sley_join(tasks[i]);
    }
    sley_check(shared->tokens == 0);
}

static void *
look(void *unused)
{
    sley_check(!sley_lock_try(&lock));
    return unused;
}

static void
look_after_wait(bool releases)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin();
    sley_lock_acquire(&lock);
    while (sley_condition_wait_for_ms(&condition, 10)) {
        /* woken without a notification, where a model does so */
    }
    if (releases) {
        sley_lock_release(&lock);
    }
    uintptr_t other = sley_spawn(look, 0);
    sley_join(other);
    if (!releases) {
        sley_lock_release(&lock);
    }
}

static void
lock_is_held_again(void)
{
    look_after_wait(false);
}

static void
lock_is_released(void)
{
    look_after_wait(true);
}

static void *
wait_blindly(void *unused)
{
    sley_with (&lock) {
        sley_condition_wait(&condition);
        sley_store(&shared->returned, true);
    }
    return unused;
}

/* Without a state that the waiter looks at, a notification before the wait is lost. */
static void
notify_too_early(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin();
    uintptr_t waiter = sley_spawn(wait_blindly, 0);
    sley_with (&lock) {
        sley_condition_notify(&condition, 1);
    }
    sley_join(waiter);
    sley_check(shared->returned);
}

/* In order of arrival, where the model promises it. */

static void *
wait_and_note(void *index)
{
    sley_with (&lock) {
        while (sley_load(&shared->tokens) == 0) {
            sley_condition_wait(&condition);
        }
        sley_add(&shared->tokens, -1);
        shared->order[shared->woken_count++] = (int)(intptr_t)index;
    }
    return index;
}

static void
first_come_first_woken(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    uintptr_t tasks[3];
    begin();
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_spawn(wait_and_note, (void *)i);
        sley_sleep_ms(1);
    }
    for (int i = 0; i < 3; i++) {
        give_token(0);
        sley_sleep_ms(1);
    }
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
        sley_check(shared->order[i] == i);
    }
}

static const char no_order[] = "POSIX wakes any waiter; a condition of C threads has no order";

const struct sley_property sley_scenario_object_condition[] = {
    {
        SLEY_CONTRACT_EVERYWHERE(
            "object-condition.notify", "threading.Condition.notify",
            "a notification under the lock lets the waiter go on, whoever comes first", notify_one),
        .falsifier = "fault:gil-notify-lost",
        .exhaustive = true,
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-condition.notify-each", "threading.Condition.notify",
                                 "two notifications under the lock let two waiters go on",
                                 notify_each),
        .falsifier = "fault:gil-notify-lost",
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-condition.notify-all", "threading.Condition.notify_all",
                                 "one notification to all lets every waiter go on", notify_all),
        .falsifier = "fault:gil-notify-lost",
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-condition.timeout", "threading.Condition.wait",
                                 "a wait that times out says so, and holds the lock again",
                                 lock_is_held_again),
        .falsifier = "object-condition.released",
        .alone = true,
    },
    {
        .name = "object-condition.released",
        .claim = "contract",
        .source = "threading.Condition.wait",
        .says = "who releases the lock after the wait holds it",
        .quantifier = SLEY_ALWAYS,
        .body = lock_is_released,
        .alone = true,
        .twin = true,
        .expect = {{"thread", SLEY_REFUTED, "a released lock is free"},
                   {"coroutine", SLEY_REFUTED, "a released lock is free"},
                   {"process", SLEY_REFUTED, "a released lock is free"}},
    },
    {
        .name = "object-condition.too-early",
        .claim = "contract",
        .source = "threading.Condition",
        .says = "a notification that comes before the wait is lost",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(LOST_WAKEUP) | SLEY_BIT(BLOCKED),
        .body = notify_too_early,
        .expect = {SLEY_SHARING_CONFIRMED, {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "object-condition.order",
        .claim = "contract",
        .source = "asyncio.Condition.notify",
        .says = "who waits first is woken first",
        .quantifier = SLEY_ALWAYS,
        .body = first_come_first_woken,
        .strict_time = true,
        .expect = {{"thread", SLEY_REFUTED, no_order}, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
