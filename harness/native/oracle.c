/* Inputs and oracles of a run on real threads. */
#include "native/native.h"

#include "base/rng.h"
#include "oracle/lane.h"

#include <sley/oracle.h>
#include <sley/sley.h>

static uint64_t run_key;             /* names the inputs of the run under way */
static _Atomic uint64_t draw_count;  /* of the run */
static _Atomic uint64_t stamp_count; /* of the run */
static _Atomic uint64_t task_count;  /* threads that were numbered in this process */

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

/* Threads are numbered in the order in which they record something first. */
uint32_t
sley_oracle_task(void)
{
    static _Thread_local uint32_t number;
    if (number == 0) {
        number = (uint32_t)atomic_fetch_add_explicit(&task_count, 1, memory_order_relaxed) + 1;
    }
    return number;
}

/* Results of uncontrolled runs are nobody's: the lane speaks of verdicts. */
void
sley_outcome(int64_t value)
{
    (void)value;
}

void
sley_outcome_text(int64_t value, const char *text)
{
    (void)value;
    (void)text;
}

void
sley_report_ratio(int64_t numerator, int64_t denominator)
{
    (void)numerator;
    (void)denominator;
}

void
sley_oracle_fail(uintptr_t pc, const char *text)
{
    (void)pc;
    (void)text;
    sley_native_end(SLEY_VERDICT_ASSERTION);
}

void
sley_oracle_misuse(uintptr_t pc, const char *text)
{
    (void)pc;
    (void)text;
    sley_native_end(SLEY_VERDICT_MISUSE);
}

/* Nor does anybody see its steps. */
void
sley_oracle_observe(const struct sley_call *call, bool leaves, uintptr_t pc)
{
    (void)call;
    (void)leaves;
    (void)pc;
}
