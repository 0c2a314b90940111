/* What the cases share. */
#include "tests/python/loop/order.h"

uint32_t
time_now(void)
{
    return (uint32_t)(sley_loop_time_ns() / 1000000000u);
}

struct sley_awaited
nap(uint32_t seconds)
{
    return sley_loop_sleep_ms(1000 * seconds);
}

void
block(uint32_t seconds)
{
    sley_block_ms(1000 * seconds);
}

void
note_word(void *word)
{
    note("%s", (const char *)word);
}

void
note_word_and_time(void *word)
{
    note("%s@%u", (const char *)word, time_now());
}

void
cancel(void *future)
{
    sley_loop_cancel(future);
}

struct sley_awaited
steps(void *spec)
{
    const struct steps *self = spec;
    for (int i = 0; i < self->count; i++) {
        note("%s%d", self->name, i);
        struct sley_awaited slept = nap(0);
        if (slept.kind != SLEY_RESULT) {
            return slept;
        }
    }
    return sley_result(0);
}

void
await_all(struct sley_async_future *const futures[], int count)
{
    for (int i = 0; i < count; i++) {
        sley_await(futures[i]);
    }
}

void
note_raised(struct sley_awaited outcome)
{
    if (outcome.kind == SLEY_CANCELLED) {
        note("CancelledError");
    } else if (outcome.kind == SLEY_EXCEPTION) {
        note("%s", error_name(outcome.value));
    }
}
