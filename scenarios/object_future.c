/* Futures: one result, the same for all who ask; exceptions are kept; what runs is not cancelled.
 */
#include "scenarios/object.h"

static struct sley_future future;
static int data, callbacks, callback_order[2];
static bool won[2], cancelled, started;

static void *
set_result(void *unused)
{
    sley_store(&data, 5);
    sley_check(sley_future_start(&future));
    sley_check(sley_future_set(&future, (void *)42));
    return unused;
}

static void *
ask(void *unused)
{
    void *result = NULL;
    sley_check(sley_future_result(&future, &result, NULL) == SLEY_FUTURE_RESULT);
    sley_check(result == (void *)42 && sley_load(&data) == 5);
    return unused;
}

static void
result_for_all(void)
{
    sley_future_init(&future);
    uintptr_t a = sley_spawn(ask, 0);
    uintptr_t setter = sley_spawn(set_result, 0);
    ask(0);
    sley_join(a);
    sley_join(setter);
    ask(0);
    sley_check(sley_future_state(&future) == SLEY_FUTURE_FINISHED);
    sley_future_destroy(&future);
}

static void *
try_set(void *index)
{
    won[(intptr_t)index] = sley_future_set(&future, (void *)((intptr_t)index + 1));
    return index;
}

static void
set_once(void)
{
    void *result = NULL;
    sley_future_init(&future);
    sley_gather(2, try_set);
    sley_check(won[0] != won[1]);
    sley_future_result(&future, &result, NULL);
    sley_check(result == (won[0] ? (void *)1 : (void *)2));
}

static void *
raise_seven(void *unused)
{
    (void)unused;
    return sley_raise(7);
}

static void
exception_is_kept(void)
{
    int code = 0;
    sley_future_init(&future);
    sley_check(sley_future_result_for_ms(&future, 5, NULL, &code) == SLEY_FUTURE_TIMEOUT);
    sley_future_set(&future, raise_seven(0));
    for (int i = 0; i < 2; i++) {
        code = 0;
        sley_check(sley_future_result(&future, NULL, &code) == SLEY_FUTURE_EXCEPTION);
        sley_check(code == 7);
    }
}

static void *
start_and_set(void *unused)
{
    started = sley_future_start(&future);
    if (started) {
        sley_pause();
        sley_future_set(&future, (void *)1);
    }
    return unused;
}

/* Exactly one of start and cancel wins. */
static void
cancel_before_running(void)
{
    sley_future_init(&future);
    uintptr_t worker = sley_spawn(start_and_set, 0);
    cancelled = sley_future_cancel(&future);
    enum sley_future_end end = sley_future_result(&future, NULL, NULL);
    sley_join(worker);
    sley_check(started != cancelled);
    sley_check(end == (cancelled ? SLEY_FUTURE_CANCEL : SLEY_FUTURE_RESULT));
    sley_check(sley_future_cancel(&future) == cancelled);
}

static void
note(struct sley_future *done, void *index)
{
    sley_check(sley_future_done(done));
    callback_order[callbacks++] = (int)(intptr_t)index;
}

/* Registered before, during or after: called once. */
static void
called_once(void)
{
    sley_future_init(&future);
    uintptr_t setter = sley_spawn(set_result, 0);
    sley_check(sley_future_on_done(&future, note, 0));
    sley_join(setter);
    sley_check(callbacks == 1);
}

static void
callbacks_in_order(void)
{
    sley_future_init(&future);
    sley_future_on_done(&future, note, (void *)1);
    sley_future_on_done(&future, note, (void *)2);
    set_result(0);
    sley_check(callbacks == 2 && callback_order[0] == 1 && callback_order[1] == 2);
}

const struct sley_property sley_scenario_object_future[] = {
    {
        SLEY_CONTRACT("object-future.result", "concurrent.futures.Future.result",
                      "all who ask get the one result, after what came before it", result_for_all),
    },
    {
        SLEY_CONTRACT("object-future.once", "concurrent.futures.Future.set_result",
                      "a second result is refused and changes nothing", set_once),
        .exhaustive = true,
    },
    {
        SLEY_CONTRACT("object-future.exception", "concurrent.futures.Future.exception",
                      "an exception is kept for whoever asks; without one yet, a wait times out",
                      exception_is_kept),
        .alone = true,
    },
    {
        SLEY_CONTRACT("object-future.cancel", "concurrent.futures.Future.cancel",
                      "either it starts or it is cancelled, and what runs is not cancelled",
                      cancel_before_running),
    },
    {
        SLEY_CONTRACT("object-future.callback", "concurrent.futures.Future.add_done_callback",
                      "a callback is called once, whenever it is added", called_once),
        .exhaustive = true,
    },
    {
        SLEY_CONTRACT("object-future.callback.order", "concurrent.futures.Future.add_done_callback",
                      "callbacks are called in the order in which they were added",
                      callbacks_in_order),
        .alone = true,
    },
    {0},
};
