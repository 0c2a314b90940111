/* Linearizability of histories (oracle/linear.c, oracle/spec.c) and their recording. */
#include <sley/history.h>

#include "base/note.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "oracle/linear.h"
#include "search/replay.h"

#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* --- by hand --- */

static struct sley_history hand;

static void
call(uint64_t begin, uint64_t end, uint32_t op, int64_t argument, int64_t result)
{
    hand.calls[hand.count++] = (struct sley_call){
        .begin = begin, .end = end, .op = op, .argument = argument, .result = result};
}

static int
new_history(void **state)
{
    (void)state;
    hand = (struct sley_history){0};
    return 0;
}

static void
put(uint64_t begin, uint64_t end, int64_t item)
{
    call(begin, end, SLEY_PUT, item, 0);
}

static void
get(uint64_t begin, uint64_t end, int64_t item)
{
    call(begin, end, SLEY_GET, 0, item);
}

static const uint64_t never = UINT64_MAX;

static void
calls_one_after_the_other_must_be_in_order(void **state)
{
    assert_true(sley_history_is_fifo(&hand, 1));
    put(1, 2, 7);
    put(3, 4, 8);
    get(5, 6, 7);
    get(7, 8, 8);
    assert_true(sley_history_is_fifo(&hand, 4));
    new_history(state);
    put(1, 2, 7);
    put(3, 4, 8);
    get(5, 6, 8);
    get(7, 8, 7);
    assert_false(sley_history_is_fifo(&hand, 4));
    assert_int_equal(sley_history_judge(&hand, sley_spec_stack(4)), SLEY_LINEARIZABLE);
}

static void
calls_that_overlap_may_take_either_order(void **state)
{
    put(1, 9, 7);
    put(2, 8, 8);
    get(10, 11, 8);
    get(12, 13, 7);
    assert_true(sley_history_is_fifo(&hand, 2));
    new_history(state);
    put(1, 2, 7);
    put(3, 4, 8);
    get(5, 9, 8);
    get(6, 10, 7);
    assert_true(sley_history_is_fifo(&hand, 2));
}

static void
an_end_at_the_time_of_a_begin_is_before_it(void **state)
{
    get(0, 4, 7);
    put(4, 5, 7);
    assert_false(sley_history_is_fifo(&hand, 1));
    new_history(state);
    get(0, 5, 7);
    put(4, 6, 7);
    assert_true(sley_history_is_fifo(&hand, 1));
}

static void
an_item_is_taken_once_and_after_it_was_put(void **state)
{
    get(0, 1, 7);
    put(2, 3, 7);
    assert_false(sley_history_is_fifo(&hand, 4));
    new_history(state);
    put(0, 1, 7);
    get(2, 3, 7);
    get(2, 3, 7);
    assert_false(sley_history_is_fifo(&hand, 4));
    new_history(state);
    put(0, 1, 7);
    get(2, 3, 8);
    assert_false(sley_history_is_fifo(&hand, 4));
}

static void
the_capacity_is_never_exceeded(void **state)
{
    put(0, 1, 7);
    put(2, 3, 8);
    get(4, 5, 7);
    assert_true(sley_history_is_fifo(&hand, 2));
    assert_false(sley_history_is_fifo(&hand, 1));
    new_history(state);
    put(0, 1, 7);
    put(2, 6, 8);
    get(4, 5, 7);
    assert_true(sley_history_is_fifo(&hand, 1));
}

static void
a_pending_call_may_have_had_its_effect_or_not(void **state)
{
    put(1, never, 7);
    get(2, 3, 7);
    assert_true(sley_history_is_fifo(&hand, 1));
    new_history(state);
    put(1, never, 7);
    get(2, 3, SLEY_NONE);
    assert_true(sley_history_is_fifo(&hand, 1));
    new_history(state);
    put(1, 2, 7);
    get(3, never, 0); /* may have taken it */
    get(4, 5, SLEY_NONE);
    assert_true(sley_history_is_fifo(&hand, 1));
    new_history(state);
    get(3, 4, 7);
    put(5, never, 7);
    assert_false(sley_history_is_fifo(&hand, 1));
}

/* M. Herlihy, J. Wing, TOPLAS 1990, figure 1: H2 and H4 are not linearizable FIFO histories. */
static void
the_histories_of_herlihy_and_wing_are_judged_as_in_the_paper(void **state)
{
    put(1, 3, 'x');
    put(2, 4, 'y');
    get(5, 8, 'y');
    get(6, 9, 'x');
    put(7, 10, 'z');
    assert_true(sley_history_is_fifo(&hand, 8)); /* H1 */
    new_history(state);
    put(1, 2, 'x');
    put(3, 5, 'y');
    get(4, 6, 'y');
    assert_false(sley_history_is_fifo(&hand, 8)); /* H2 */
    new_history(state);
    put(1, never, 'x');
    get(2, 3, 'x');
    assert_true(sley_history_is_fifo(&hand, 8)); /* H3 */
    new_history(state);
    put(1, 4, 'x');
    put(2, 3, 'y');
    get(5, 7, 'y');
    get(6, 8, 'y');
    assert_false(sley_history_is_fifo(&hand, 8)); /* H4 */
}

static void
objects_are_judged_apart(void **state)
{
    (void)state;
    put(1, 2, 7);
    get(3, 4, 7);
    hand.calls[1].object = 1;
    assert_false(sley_history_is_fifo(&hand, 4));
    hand.calls[0].object = 1;
    assert_true(sley_history_is_fifo(&hand, 4));
}

/* --- against every order --- */

enum { SMALL_MAX = 6, OBJECTS = 2, KEYS = 3 };

enum kind { FIFO, STACK, REGISTER, COUNTER, SET, MAP, LOCK, KIND_COUNT };

/* A specification of its own: what the object holds, written down without the one under test. */
struct world {
    int64_t value[KEYS]; /* of a register or counter; of the keys of a set or map */
    bool in[KEYS];
    int64_t items[SMALL_MAX];
    int count;
    int64_t owner;
    int depth;
};

static bool
result_is(const struct sley_call *c, int64_t result)
{
    return c->end == never || c->result == result;
}

static bool
world_items(struct world *w, const struct sley_call *c, bool fifo, int64_t capacity)
{
    if (c->op == SLEY_PUT) {
        if (w->count == capacity) {
            return c->end != never && c->result == SLEY_NONE;
        }
        w->items[w->count++] = c->argument;
        return c->end == never || c->result != SLEY_NONE;
    }
    if (w->count == 0) {
        return c->end != never && c->result == SLEY_NONE;
    }
    int64_t item = w->items[fifo ? 0 : w->count - 1];
    w->count--;
    for (int i = 0; fifo && i < w->count; i++) {
        w->items[i] = w->items[i + 1];
    }
    return result_is(c, item);
}

static bool
world_value(struct world *w, const struct sley_call *c, enum kind kind)
{
    int64_t before = w->value[0];
    if (kind == COUNTER) {
        w->value[0] += c->op == SLEY_ADD ? c->argument : 0;
        return result_is(c, before);
    }
    if (c->op == SLEY_WRITE || (c->op == SLEY_REPLACE && before == c->argument)) {
        w->value[0] = c->op == SLEY_WRITE ? c->argument : c->second;
    }
    return c->op == SLEY_WRITE || result_is(c, c->op == SLEY_READ ? before : before == c->argument);
}

static bool
world_keys(struct world *w, const struct sley_call *c, enum kind kind)
{
    int64_t key = c->argument;
    bool in = w->in[key];
    int64_t before = in ? w->value[key] : SLEY_NONE;
    if (kind == SET) {
        w->in[key] = c->op == SLEY_INSERT || (c->op == SLEY_HAS && in);
        return result_is(c, c->op == SLEY_INSERT ? !in : in);
    }
    w->in[key] = c->op == SLEY_SET || (c->op == SLEY_LOOK && in);
    if (c->op == SLEY_SET) {
        w->value[key] = c->second;
    }
    return result_is(c, before);
}

static bool
world_lock(struct world *w, const struct sley_call *c, bool reentrant)
{
    bool own = w->depth > 0 && w->owner == c->task;
    if (c->op == SLEY_RELEASE) {
        w->depth -= own;
        return own;
    }
    bool can = w->depth == 0 || (own && reentrant);
    if (c->op == SLEY_TRY && c->end != never) {
        w->depth += can;
        w->owner = can ? c->task : w->owner;
        return c->result == can;
    }
    w->depth += can;
    w->owner = can ? c->task : w->owner;
    return can;
}

static bool
world_apply(struct world *w, const struct sley_call *c, enum kind kind, int64_t parameter)
{
    if (kind == FIFO || kind == STACK) {
        return world_items(w, c, kind == FIFO, parameter);
    }
    if (kind == REGISTER || kind == COUNTER) {
        return world_value(w, c, kind);
    }
    return kind == LOCK ? world_lock(w, c, parameter) : world_keys(w, c, kind);
}

/* Tries every order of all calls; a pending one may also be left out. */
static bool
some_order(const struct sley_history *h, uint32_t done, const struct world *worlds, enum kind kind,
           int64_t parameter)
{
    bool all = true;
    for (int i = 0; i < h->count; i++) {
        all &= (done >> i & 1) || h->calls[i].end == never;
    }
    for (int i = 0; i < h->count && !all; i++) {
        struct world next[OBJECTS];
        bool may = !(done >> i & 1);
        for (int k = 0; k < h->count; k++) {
            may &= (done >> k & 1) || k == i || h->calls[k].end > h->calls[i].begin;
        }
        memcpy(next, worlds, sizeof next);
        if (may && world_apply(&next[h->calls[i].object], &h->calls[i], kind, parameter) &&
            some_order(h, done | 1u << i, next, kind, parameter)) {
            return true;
        }
    }
    return all;
}

static int64_t
draw_result(struct sley_rng *rng, enum kind kind, const struct sley_call *c)
{
    int64_t value = (int64_t)sley_rng_below(rng, 3);
    bool none = sley_rng_below(rng, 4) == 0;
    if (kind == FIFO || kind == STACK || kind == MAP) {
        return c->op == SLEY_PUT && kind != MAP && !none ? 0 : none ? SLEY_NONE : value;
    }
    return kind == SET || kind == LOCK || c->op == SLEY_REPLACE ? value % 2 : value;
}

static void
draw_history(struct sley_rng *rng, enum kind kind, struct sley_history *history)
{
    static const uint32_t op_counts[KIND_COUNT] = {2, 2, 3, 2, 3, 3, 3};
    uint64_t spread = 1 + sley_rng_below(rng, 10);
    uint64_t objects = 1 + sley_rng_below(rng, OBJECTS);
    *history = (struct sley_history){.count = 1 + (int)sley_rng_below(rng, SMALL_MAX)};
    for (int i = 0; i < history->count; i++) {
        struct sley_call *c = &history->calls[i];
        c->begin = 2 * (uint64_t)i + sley_rng_below(rng, spread);
        c->end = sley_rng_below(rng, 8) == 0 ? never : c->begin + 1 + sley_rng_below(rng, spread);
        c->op = (uint32_t)sley_rng_below(rng, op_counts[kind]);
        c->object = (uint32_t)sley_rng_below(rng, objects);
        c->task = (uint32_t)sley_rng_below(rng, 2);
        c->argument = (int64_t)sley_rng_below(rng, KEYS);
        c->second = (int64_t)sley_rng_below(rng, 3);
        c->result = draw_result(rng, kind, c);
    }
}

static struct sley_spec
spec_of(enum kind kind, int64_t parameter)
{
    const struct sley_spec specs[KIND_COUNT] = {sley_spec_fifo(parameter),
                                                sley_spec_stack(parameter),
                                                sley_spec_register(0),
                                                sley_spec_counter(0),
                                                sley_spec_set(),
                                                sley_spec_map(),
                                                sley_spec_lock(parameter == 1)};
    return specs[kind];
}

static void
small_histories_are_judged_as_by_trying_every_order(void **state)
{
    (void)state;
    struct sley_rng rng;
    sley_rng_init(&rng, 5, 0);
    for (enum kind kind = FIFO; kind < KIND_COUNT; kind++) {
        int linearizable = 0;
        for (int i = 0; i < 6000; i++) {
            static struct sley_history history;
            static const struct world empty[OBJECTS];
            draw_history(&rng, kind, &history);
            int64_t parameter = kind == LOCK ? (int64_t)sley_rng_below(&rng, 2)
                                             : 1 + (int64_t)sley_rng_below(&rng, 3);
            bool expected = some_order(&history, 0, empty, kind, parameter);
            enum sley_linearizable found = sley_history_judge(&history, spec_of(kind, parameter));
            if (found != (expected ? SLEY_LINEARIZABLE : SLEY_NOT_LINEARIZABLE)) {
                fail_msg("kind %d, history %d: %d", (int)kind, i, (int)found);
            }
            linearizable += expected;
        }
        assert_in_range(linearizable, 300, 5700);
    }
}

/* A linearizable history by construction: calls take effect at an instant between begin and end. */
static void
draw_linearizable(struct sley_rng *rng, struct sley_history *history, uint32_t tasks, int each)
{
    int64_t items[SLEY_HISTORY_MAX], item = 0;
    int first = 0, last = 0;
    uint64_t free_at[8] = {0};
    *history = (struct sley_history){0};
    for (int i = 0; i < (int)tasks * each; i++) {
        uint64_t instant = 10 * (uint64_t)i + 100;
        uint32_t task = (uint32_t)i % tasks;
        struct sley_call *c = &history->calls[history->count++];
        bool puts = first == last || (last - first < 8 && sley_rng_below(rng, 2));
        uint64_t early = instant - sley_rng_below(rng, 60);
        *c = (struct sley_call){.begin = early > free_at[task] ? early : free_at[task],
                                .end = instant + 1 + sley_rng_below(rng, 20),
                                .task = task};
        free_at[task] = c->end;
        c->op = puts ? SLEY_PUT : SLEY_GET;
        if (puts) {
            c->argument = items[last++] = ++item;
        } else {
            c->result = items[first++];
        }
    }
}

static void
histories_of_four_tasks_and_twelve_calls_each_are_decided(void **state)
{
    (void)state;
    struct sley_rng rng;
    sley_rng_init(&rng, 9, 0);
    for (int i = 0; i < 300; i++) {
        static struct sley_history history;
        draw_linearizable(&rng, &history, 4, 12);
        assert_int_equal(sley_history_judge(&history, sley_spec_fifo(0)), SLEY_LINEARIZABLE);
        for (int k = history.count - 1; k >= 0; k--) {
            if (history.calls[k].op == SLEY_GET) {
                history.calls[k].result = 1000;
                break;
            }
        }
        assert_int_equal(sley_history_judge(&history, sley_spec_fifo(0)), SLEY_NOT_LINEARIZABLE);
    }
}

/* In any order, and the read fits none. */
static void
many_writes(void)
{
    for (int64_t i = 0; i < 40; i++) {
        call(1, 100, SLEY_WRITE, i, 0);
    }
    call(101, 102, SLEY_READ, 0, 1000);
}

static void
a_search_beyond_its_bound_is_not_decided(void **state)
{
    (void)state;
    many_writes();
    assert_int_equal(sley_history_judge(&hand, sley_spec_register(0)), SLEY_NOT_DECIDED);
}

/* --- the report --- */

static char note_text[4096];
static struct sley_mark marks[SLEY_MARKS_MAX];
static uint32_t mark_count;

static void
note_failure(struct sley_spec spec)
{
    static struct sley_linear linear;
    struct sley_note note = {
        .text = note_text, .size = sizeof note_text, .marks = marks, .mark_count = &mark_count};
    uint64_t taken = 0;
    mark_count = 0;
    note_text[0] = '\0';
    assert_true(sley_linear_part(&linear, &hand, spec, UINT64_MAX, &taken));
    assert_int_equal(sley_linear_search(&linear), SLEY_NOT_LINEARIZABLE);
    sley_linear_shorten(&linear);
    sley_note_current = &note;
    sley_linear_note(&linear, &hand);
    sley_note_current = NULL;
}

static void
the_report_shows_the_shortest_prefix_and_why_nothing_fits(void **state)
{
    (void)state;
    put(10, 20, 7);
    put(30, 40, 8);
    get(50, 60, 8);
    get(70, 80, 7);
    put(90, 95, 9);
    hand.calls[2].task = hand.calls[3].task = 1;
    note_failure(sley_spec_fifo(4));
    assert_string_equal(
        note_text,
        "history of FIFO queue 0, its shortest prefix that fits no order (begin to end, counted):\n"
        "    1 to 2    task 0   put 7\n"
        "    3 to 4    task 0   put 8\n"
        "    5 to 6    task 1   get -> 8\n"
        "the longest order that fits: task 0 put 7; task 0 put 8\n"
        "which leaves: 7 8\n"
        "what could come next does not fit:\n"
        "  task 1 get -> 8: another item is the first\n");
}

static void
each_call_of_the_prefix_is_marked_and_what_does_not_fit_is_guilty(void **state)
{
    (void)state;
    put(10, 20, 7);
    put(30, 40, 8);
    get(50, 60, 8);
    get(70, 80, 7);
    note_failure(sley_spec_fifo(4));
    assert_int_equal(mark_count, 3);
    for (uint32_t i = 0; i < mark_count; i++) {
        assert_true(marks[i].address == (uintptr_t)&hand.calls[i]);
        assert_int_equal(marks[i].guilty, i == 2);
        assert_false(marks[i].pending);
    }
    assert_string_equal(marks[0].call, "put 7");
    assert_string_equal(marks[2].call, "get");
    assert_string_equal(marks[2].returned, "get -> 8");
}

static void
the_report_counts_a_call_that_ends_later_as_pending(void **state)
{
    (void)state;
    put(1, 9, 7);
    get(2, 3, 8);
    hand.calls[1].task = 1;
    note_failure(sley_spec_fifo(4));
    assert_non_null(strstr(note_text, "put 7 (pending)"));
    assert_non_null(strstr(note_text, "1 to ..   task 0"));
    assert_non_null(strstr(note_text, "task 1 get -> 8: "));
}

static void
every_shortened_prefix_fails_and_is_shortest(void **state)
{
    (void)state;
    struct sley_rng rng;
    int failing = 0;
    sley_rng_init(&rng, 11, 0);
    for (int i = 0; i < 3000; i++) {
        static struct sley_linear linear;
        uint64_t taken = 0, last = 0;
        draw_history(&rng, REGISTER, &hand);
        for (int k = 0; k < hand.count; k++) {
            hand.calls[k].object = 0;
        }
        assert_true(sley_linear_part(&linear, &hand, sley_spec_register(0), UINT64_MAX, &taken));
        if (sley_linear_search(&linear) != SLEY_NOT_LINEARIZABLE) {
            continue;
        }
        failing++;
        sley_linear_shorten(&linear);
        assert_int_equal(sley_linear_search(&linear), SLEY_NOT_LINEARIZABLE);
        for (uint32_t k = 0; k < linear.count; k++) {
            last = linear.calls[k].end != never && linear.calls[k].end > last ? linear.calls[k].end
                                                                              : last;
        }
        taken = 0;
        assert_true(sley_linear_part(&linear, &hand, sley_spec_register(0), last, &taken));
        assert_int_equal(sley_linear_search(&linear), SLEY_LINEARIZABLE);
    }
    assert_in_range(failing, 300, 2900);
}

/* --- recording --- */

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

static struct sley_history recorded;

static void *
record_calls(void *argument)
{
    intptr_t count = (intptr_t)argument;
    recorded = (struct sley_history){0};
    for (intptr_t i = 0; i < count; i++) {
        sley_history_put(&recorded, NULL, i);
        sley_history_get(&recorded, NULL);
    }
    return NULL;
}

static void *
check_wrong(void *unused)
{
    sley_check_linearizable(&hand, sley_spec_fifo(0));
    return unused;
}

static void *
check_register(void *unused)
{
    sley_check_linearizable(&hand, sley_spec_register(0));
    return unused;
}

static struct sley_run_result result;

static uint32_t
verdicts_of(void *(*entry)(void *), intptr_t argument)
{
    static const struct sley_model_queue_ops queue_ops = {.put = put_last, .get = get_last};
    static const struct sley_model model = {.name = "last", .queue = &queue_ops};
    struct sley_replay replay;
    const struct sley_run_options options = {
        .source = sley_replay_source(&replay, NULL, 0),
        .entry = entry,
        .argument = (void *)argument,
    };
    sley_model_current = &model;
    sley_engine_run(&options, &result);
    return result.verdicts;
}

static void
recorded_calls_carry_their_times_and_cost_no_point(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of(record_calls, SLEY_HISTORY_MAX / 2), 0);
    assert_int_equal(recorded.count, SLEY_HISTORY_MAX);
    assert_int_equal(result.step_count, SLEY_HISTORY_MAX); /* those of the queue itself */
    for (int i = 0; i < recorded.count; i++) {
        const struct sley_call *c = &recorded.calls[i];
        assert_int_equal(c->op, i % 2 == 0 ? SLEY_PUT : SLEY_GET);
        assert_int_equal(i % 2 == 0 ? c->argument : c->result, i / 2);
        assert_true(c->begin < c->end);
        assert_true(i == 0 || c->begin > recorded.calls[i - 1].end);
    }
    assert_true(sley_history_is_fifo(&recorded, 1));
}

static void
a_history_that_is_full_ends_the_run(void **state)
{
    (void)state;
    assert_int_equal(verdicts_of(record_calls, SLEY_HISTORY_MAX), SLEY_BIT(MISUSE));
    assert_int_equal(recorded.count, SLEY_HISTORY_MAX);
}

static void
a_failing_check_ends_the_run_with_an_assertion(void **state)
{
    (void)state;
    put(1, 2, 7);
    assert_int_equal(verdicts_of(check_wrong, 0), 0);
    get(3, 4, 8);
    assert_int_equal(verdicts_of(check_wrong, 0), SLEY_BIT(ASSERTION));
    assert_string_equal(result.failure[0].text, "2 calls on FIFO queue 0 are not linearizable");
}

static void
a_check_that_is_not_decided_is_no_pass(void **state)
{
    (void)state;
    many_writes();
    assert_int_equal(verdicts_of(check_register, 0), SLEY_BIT(MISUSE));
    assert_string_equal(result.failure[0].text, "linearizability not decided within 65536 states");
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup(name, new_history)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_one_after_the_other_must_be_in_order),
        TEST(calls_that_overlap_may_take_either_order),
        TEST(an_end_at_the_time_of_a_begin_is_before_it),
        TEST(an_item_is_taken_once_and_after_it_was_put),
        TEST(the_capacity_is_never_exceeded),
        TEST(a_pending_call_may_have_had_its_effect_or_not),
        TEST(the_histories_of_herlihy_and_wing_are_judged_as_in_the_paper),
        TEST(objects_are_judged_apart),
        TEST(small_histories_are_judged_as_by_trying_every_order),
        TEST(histories_of_four_tasks_and_twelve_calls_each_are_decided),
        TEST(a_search_beyond_its_bound_is_not_decided),
        TEST(the_report_shows_the_shortest_prefix_and_why_nothing_fits),
        TEST(each_call_of_the_prefix_is_marked_and_what_does_not_fit_is_guilty),
        TEST(the_report_counts_a_call_that_ends_later_as_pending),
        TEST(every_shortened_prefix_fails_and_is_shortest),
        TEST(recorded_calls_carry_their_times_and_cost_no_point),
        TEST(a_history_that_is_full_ends_the_run),
        TEST(a_failing_check_ends_the_run_with_an_assertion),
        TEST(a_check_that_is_not_decided_is_no_pass),
    };
    return cmocka_run_group_tests_name("history", tests, engine_init, NULL);
}
