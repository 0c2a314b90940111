/* Inputs and oracles of a run on real threads. */
#include "native/native.h"

#include "base/rng.h"

#include <sley/oracle.h>
#include <sley/sley.h>

static uint64_t run_key;             /* names the inputs of the run under way */
static _Atomic uint64_t draw_count;  /* of the run */
static _Atomic uint64_t stamp_count; /* of the run */

void
sley_native_oracle_begin(uint64_t seed, uint64_t run)
{
    run_key = sley_mix64(sley_mix64(seed) ^ run);
    draw_count = 0;
    stamp_count = 0;
}

void
sley_check_failed(const char *text)
{
    (void)text;
    sley_native_end(SLEY_VERDICT_ASSERTION);
}

void
sley_assume_failed(void)
{
    sley_native_end(SLEY_VERDICT_DISCARDED);
}

/* Nobody watches an uncontrolled run from outside. */
bool
sley_run_shows(uint32_t verdicts)
{
    (void)verdicts;
    return false;
}

/* The n-th draw of a run is a function of (seed, run, n). Relaxed, as draws order no tasks. */
int
sley_draw(int low, int high)
{
    uint32_t bound = high > low ? (uint32_t)(high - low) + 1 : 1;
    uint64_t number = atomic_fetch_add_explicit(&draw_count, 1, memory_order_relaxed);
    uint64_t value = sley_mix64(run_key + sley_mix64(number));
    return low + (int)((value >> 32) * bound >> 32);
}

/* Sequentially consistent: a call that returned before another began has the lower stamp. The
 * sanitizer does not see the counter, so that it orders nothing in its eyes. */
uint64_t
sley_stamp(void)
{
    return atomic_fetch_add(&stamp_count, 1);
}

static void
append(struct sley_queue_history *history, const struct sley_queue_call *call)
{
    int index = __atomic_fetch_add(&history->count, 1, __ATOMIC_RELAXED);
    if (index >= SLEY_HISTORY_MAX) {
        sley_native_end(SLEY_VERDICT_MISUSE);
    }
    history->calls[index] = *call;
}

void
sley_history_put(struct sley_queue_history *history, struct sley_queue *queue, intptr_t item)
{
    struct sley_queue_call call = {.begin = sley_stamp(), .item = item, .is_put = true};
    sley_queue_put(queue, item);
    call.end = sley_stamp() + 1;
    append(history, &call);
}

intptr_t
sley_history_get(struct sley_queue_history *history, struct sley_queue *queue)
{
    struct sley_queue_call call = {.begin = sley_stamp()};
    call.item = sley_queue_get(queue);
    call.end = sley_stamp() + 1;
    append(history, &call);
    return call.item;
}
