/* Coroutines without stacks, as Python has them: state machines whose suspension every caller has
 * to pass on.
 *
 *     struct fetch {
 *         struct sley_co co;
 *         int i;
 *     };
 *
 *     static enum sley_co_step
 *     fetch_step(struct sley_co *co)
 *     {
 *         struct fetch *self = (struct fetch *)co;
 *         SLEY_CO_BEGIN(co);
 *         for (self->i = 0; self->i < 3; self->i++) {
 *             SLEY_CO_AWAIT(co, sley_co_sleep_ms(10));
 *         }
 *         SLEY_CO_RETURN(co, sley_result(42));
 *         SLEY_CO_END(co);
 *     }
 *
 * What lives across an await is a member of the state, not a local variable. sley_co_init makes the
 * object and runs nothing of it, like a call of an async function without await. Only what is
 * awaited by a coroutine that is itself awaited can suspend; a plain function between them cannot.
 *
 * They run on the loop of sley/loop.h. In the model coroutine:stackless nothing else can suspend:
 * the body is a plain function, which enters the loop by sley_co_run. */
#ifndef SLEY_STACKLESS_H
#define SLEY_STACKLESS_H

#include <sley/loop.h>

enum sley_co_step {
    SLEY_CO_SUSPENDED,
    SLEY_CO_DONE,
};

struct sley_co {
    enum sley_co_step (*step)(struct sley_co *self);
    uint32_t at; /* line at which it goes on; 0: not begun; UINT32_MAX: has ended */
    bool suspended;
    struct sley_async_future *awaits;
    struct sley_awaited sent;    /* what the last await ended with */
    struct sley_awaited outcome; /* once it has ended */
};

void sley_co_init(struct sley_co *co, enum sley_co_step (*step)(struct sley_co *self));

/* asyncio.create_task. co must live until the task is done. */
struct sley_async_future *sley_co_task(struct sley_co *co);

/* asyncio.run from a plain function: runs the loop until the coroutine has ended. */
struct sley_awaited sley_co_run(struct sley_co *co);

/* send(None): one step, by whoever calls. A coroutine that has ended raises RuntimeError. */
enum sley_co_step sley_co_send(struct sley_co *co);

/* What asyncio.sleep awaits. */
struct sley_async_future *sley_co_sleep_ms(uint32_t duration_ms);

/* Parts of the macros. await: false: future (NULL: a bare yield) is done, nothing to suspend for;
 * the outcome is in sent. resume: takes over what ended the suspension. end: notes the outcome. */
bool sley_co_await(struct sley_co *co, struct sley_async_future *future);
void sley_co_resume(struct sley_co *co);
enum sley_co_step sley_co_end(struct sley_co *co, struct sley_awaited outcome);

#define SLEY_CO_BEGIN(co)                                                                          \
    switch ((co)->at) {                                                                            \
    case 0:                                                                                        \
        if (sley_co_cancelled_early(co)) {                                                         \
            return sley_co_end(co, sley_cancellation());                                           \
        }

bool sley_co_cancelled_early(struct sley_co *co);

/* `await future`; (co)->sent is what it ended with. */
#define SLEY_CO_AWAIT(co, future)                                                                  \
    do {                                                                                           \
        (co)->at = __LINE__;                                                                       \
        if (sley_co_await(co, future)) {                                                           \
            return SLEY_CO_SUSPENDED;                                                              \
        }                                                                                          \
        __attribute__((fallthrough));                                                              \
    case __LINE__:                                                                                 \
        sley_co_resume(co);                                                                        \
    } while (0)

/* `await asyncio.sleep(0)`. */
#define SLEY_CO_YIELD(co) SLEY_CO_AWAIT(co, NULL)

/* `await child()`: runs its steps as one's own. */
#define SLEY_CO_CALL(co, child)                                                                    \
    do {                                                                                           \
        (co)->at = __LINE__;                                                                       \
        __attribute__((fallthrough));                                                              \
    case __LINE__:                                                                                 \
        if (sley_co_send(child) == SLEY_CO_SUSPENDED) {                                            \
            return SLEY_CO_SUSPENDED;                                                              \
        }                                                                                          \
        (co)->sent = (child)->outcome;                                                             \
    } while (0)

#define SLEY_CO_RETURN(co, ended) return sley_co_end(co, ended)

#define SLEY_CO_END(co)                                                                            \
    }                                                                                              \
    return sley_co_end(co, sley_exception(SLEY_RUNTIME_ERROR))

#endif
