/* The oracle for histories of queues (oracle/fifo.c). */
#include <sley/oracle.h>

#include "base/rng.h"
#include "engine/engine.h"
#include "search/replay.h"

#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define PUT(begin, end, item)                                                                      \
    {                                                                                              \
        begin, end, item, true                                                                     \
    }
#define GET(begin, end, item)                                                                      \
    {                                                                                              \
        begin, end, item, false                                                                    \
    }

static bool
is_fifo(uint32_t capacity, int count, const struct sley_queue_call *calls)
{
    struct sley_queue_history history = {.count = count};
    memcpy(history.calls, calls, (size_t)count * sizeof calls[0]);
    return sley_history_is_fifo(&history, capacity);
}

static void
calls_one_after_the_other_must_be_in_order(void **state)
{
    (void)state;
    const struct sley_queue_call right[] = {PUT(0, 1, 7), PUT(2, 3, 8), GET(4, 5, 7), GET(6, 7, 8)};
    const struct sley_queue_call wrong[] = {PUT(0, 1, 7), PUT(2, 3, 8), GET(4, 5, 8), GET(6, 7, 7)};
    assert_true(is_fifo(4, 4, right));
    assert_false(is_fifo(4, 4, wrong));
    assert_true(is_fifo(1, 0, right));
}

static void
calls_that_overlap_may_take_either_order(void **state)
{
    (void)state;
    const struct sley_queue_call puts[] = {PUT(0, 9, 7), PUT(0, 9, 8), GET(10, 11, 8),
                                           GET(12, 13, 7)};
    const struct sley_queue_call gets[] = {PUT(0, 1, 7), PUT(2, 3, 8), GET(4, 9, 8), GET(4, 9, 7)};
    assert_true(is_fifo(2, 4, puts));
    assert_true(is_fifo(2, 4, gets));
}

static void
an_end_at_the_stamp_of_a_begin_is_before_it(void **state)
{
    (void)state;
    const struct sley_queue_call apart[] = {GET(0, 4, 7), PUT(4, 5, 7)};
    const struct sley_queue_call overlap[] = {GET(0, 5, 7), PUT(4, 6, 7)};
    assert_false(is_fifo(1, 2, apart));
    assert_true(is_fifo(1, 2, overlap));
}

static void
an_item_is_taken_once_and_after_it_was_put(void **state)
{
    (void)state;
    const struct sley_queue_call early[] = {GET(0, 1, 7), PUT(2, 3, 7)};
    const struct sley_queue_call twice[] = {PUT(0, 1, 7), GET(2, 3, 7), GET(2, 3, 7)};
    const struct sley_queue_call invented[] = {PUT(0, 1, 7), GET(2, 3, 8)};
    const struct sley_queue_call left[] = {PUT(0, 1, 7), PUT(2, 3, 8), GET(4, 5, 7)};
    assert_false(is_fifo(4, 2, early));
    assert_false(is_fifo(4, 3, twice));
    assert_false(is_fifo(4, 2, invented));
    assert_true(is_fifo(4, 3, left));
}

static void
the_capacity_is_never_exceeded(void **state)
{
    (void)state;
    const struct sley_queue_call calls[] = {PUT(0, 1, 7), PUT(2, 3, 8), GET(4, 5, 7)};
    assert_true(is_fifo(2, 3, calls));
    assert_false(is_fifo(1, 3, calls));
    const struct sley_queue_call waited[] = {PUT(0, 1, 7), PUT(2, 6, 8), GET(4, 5, 7)};
    assert_true(is_fifo(1, 3, waited));
}

/* The reference: tries every order of the calls. */
static bool
order_is_run(const struct sley_queue_history *h, const int *order, uint32_t capacity)
{
    intptr_t queue[SLEY_HISTORY_MAX];
    uint32_t first = 0, last = 0;
    for (int i = 0; i < h->count; i++) {
        const struct sley_queue_call *call = &h->calls[order[i]];
        for (int later = i + 1; later < h->count; later++) {
            if (h->calls[order[later]].end <= call->begin) {
                return false;
            }
        }
        if (call->is_put) {
            if (last - first == capacity) {
                return false;
            }
            queue[last++] = call->item;
        } else if (first == last || queue[first++] != call->item) {
            return false;
        }
    }
    return true;
}

static bool
some_order_is_run(const struct sley_queue_history *h, int *order, int placed, uint32_t capacity)
{
    if (placed == h->count) {
        return order_is_run(h, order, capacity);
    }
    for (int i = placed; i < h->count; i++) {
        int other = order[i];
        order[i] = order[placed];
        order[placed] = other;
        if (some_order_is_run(h, order, placed + 1, capacity)) {
            return true;
        }
        order[placed] = order[i];
        order[i] = other;
    }
    return false;
}

/* Each item is put at most once; the times are narrow or wide, so that both outcomes are common. */
static void
draw_history(struct sley_rng *rng, struct sley_queue_history *history)
{
    history->count = 1 + (int)sley_rng_below(rng, 6);
    intptr_t items = 0;
    uint64_t spread = 1 + sley_rng_below(rng, 12);
    for (int i = 0; i < history->count; i++) {
        bool is_put = i == 0 || sley_rng_below(rng, 2) == 0;
        uint64_t begin = (uint64_t)i + sley_rng_below(rng, spread);
        items += is_put;
        history->calls[i] = (struct sley_queue_call){
            .begin = begin,
            .end = begin + 1 + sley_rng_below(rng, spread),
            .item = is_put ? items : 1 + (intptr_t)sley_rng_below(rng, (uint64_t)items),
            .is_put = is_put,
        };
    }
}

static void
small_histories_are_judged_as_by_trying_every_order(void **state)
{
    (void)state;
    struct sley_rng rng;
    sley_rng_init(&rng, 5, 0);
    int linearizable = 0;
    for (int i = 0; i < 2000; i++) {
        struct sley_queue_history history;
        draw_history(&rng, &history);
        uint32_t capacity = 1 + (uint32_t)sley_rng_below(&rng, 3);
        int order[] = {0, 1, 2, 3, 4, 5};
        bool expected = some_order_is_run(&history, order, 0, capacity);
        assert_int_equal(sley_history_is_fifo(&history, capacity), expected);
        linearizable += expected;
    }
    assert_in_range(linearizable, 400, 1600);
}

/* All calls overlap: the worst case for the search. The last item was never put. */
static void
a_long_history_of_overlapping_calls_is_judged_as_well(void **state)
{
    (void)state;
    struct sley_queue_history history = {.count = SLEY_HISTORY_MAX};
    for (int i = 0; i < SLEY_HISTORY_MAX; i++) {
        bool is_put = i % 2 == 0;
        history.calls[i] = (struct sley_queue_call){0, 100, i / 2, is_put};
    }
    assert_true(sley_history_is_fifo(&history, 1));
    history.calls[SLEY_HISTORY_MAX - 1].item = 99;
    assert_false(sley_history_is_fifo(&history, 1));
}

/* A queue that is no more than the last item. */
static intptr_t last_item;

static void
put_last(struct sley_queue *queue, intptr_t item)
{
    (void)queue;
    sley_point(SLEY_OP_AWAIT, 0, 0);
    last_item = item;
}

static intptr_t
get_last(struct sley_queue *queue)
{
    (void)queue;
    sley_point(SLEY_OP_AWAIT, 0, 0);
    return last_item;
}

static struct sley_queue_history recorded;

static void *
record_calls(void *argument)
{
    intptr_t count = (intptr_t)argument;
    recorded.count = 0;
    for (intptr_t i = 0; i < count; i++) {
        sley_history_put(&recorded, NULL, i);
        sley_history_get(&recorded, NULL);
    }
    return NULL;
}

static uint32_t
verdicts_of_recording(intptr_t count)
{
    static const struct sley_model_queue_ops queue_ops = {.put = put_last, .get = get_last};
    static const struct sley_model model = {.name = "last", .queue = &queue_ops};
    static struct sley_run_result result;
    struct sley_replay replay;
    const struct sley_run_options options = {
        .source = sley_replay_source(&replay, NULL, 0),
        .entry = record_calls,
        .argument = (void *)count,
    };
    sley_model_current = &model;
    sley_engine_run(&options, &result);
    return result.verdicts;
}

static void
recorded_calls_carry_their_times(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of_recording(SLEY_HISTORY_MAX / 2), 0);
    assert_int_equal(recorded.count, SLEY_HISTORY_MAX);
    for (int i = 0; i < recorded.count; i++) {
        assert_int_equal(recorded.calls[i].is_put, i % 2 == 0);
        assert_int_equal(recorded.calls[i].item, i / 2);
        assert_true(recorded.calls[i].begin < recorded.calls[i].end);
        assert_true(i == 0 || recorded.calls[i].begin >= recorded.calls[i - 1].begin);
    }
    assert_true(sley_history_is_fifo(&recorded, 1));
}

static void
a_history_that_is_full_ends_the_run(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of_recording(SLEY_HISTORY_MAX), SLEY_BIT(MISUSE));
    assert_int_equal(recorded.count, SLEY_HISTORY_MAX);
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_one_after_the_other_must_be_in_order),
        cmocka_unit_test(calls_that_overlap_may_take_either_order),
        cmocka_unit_test(an_end_at_the_stamp_of_a_begin_is_before_it),
        cmocka_unit_test(an_item_is_taken_once_and_after_it_was_put),
        cmocka_unit_test(the_capacity_is_never_exceeded),
        cmocka_unit_test(small_histories_are_judged_as_by_trying_every_order),
        cmocka_unit_test(a_long_history_of_overlapping_calls_is_judged_as_well),
        cmocka_unit_test(recorded_calls_carry_their_times),
        cmocka_unit_test(a_history_that_is_full_ends_the_run),
    };
    return cmocka_run_group_tests_name("fifo", tests, engine_init, NULL);
}
