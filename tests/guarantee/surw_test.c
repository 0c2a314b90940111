/* SURW: all orders of the interesting operations are equally likely; what spins gets on; and the
 * parameters of a run are drawn by the number of operations. */
#include "base/rng.h"
#include "engine/engine.h"
#include "guarantee/cells.h"
#include "strategy/census.h"
#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { RUNS = 200000, TASKS_MAX = 4, OBJECTS = 3, KEY = 7000 };

static _Alignas(16) unsigned char memory[1 << 16];
static const struct sley_strategy_ops *const surw = &sley_strategy_surw;

/* What each task does, two characters for each operation: a letter and an object or task.
 *   wN rN  writes, reads object N; what is done to object 0 is interesting
 *   sN jN  starts task N, waits for its end (nothing interesting comes after a wait)
 *   f0     says that it came here         z0 y0    asks until somebody did; y0 yields in between
 * Tasks are started in the order of their numbers. */
struct tasks {
    uint32_t count;
    const char *text[TASKS_MAX];
};

/* --- runs --- */

static const struct tasks *running;
static uint64_t objects[OBJECTS];
static uint64_t order; /* tasks of the interesting operations: base-4 digits behind a 1 */
static bool flag;

static void *run_task(void *number);

static void
act(uint32_t task, char letter, uint32_t object)
{
    uintptr_t pc = 1;
    switch (letter) {
    case 's':
        sley_task_spawn(run_task, (void *)(uintptr_t)object, NULL, pc);
        return;
    case 'j':
        sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[object].done, UINT64_MAX, pc);
        return;
    case 'f':
        flag = true;
        return;
    case 'y':
    case 'z':
        while (!flag) {
            sley_point(SLEY_OP_READ, (uintptr_t)&objects[1], pc);
            if (letter == 'y') {
                sley_point_yield(pc);
            }
        }
        return;
    default:
        sley_point(letter == 'w' ? SLEY_OP_WRITE : SLEY_OP_READ, (uintptr_t)&objects[object], pc);
        order = object == 0 ? order * 4 + task : order;
        return;
    }
}

static void *
run_task(void *number)
{
    uint32_t task = (uint32_t)(uintptr_t)number;
    for (const char *at = running->text[task]; *at; at += 2) {
        act(task, at[0], (uint32_t)(at[1] - '0'));
    }
    return NULL;
}

/* Memory of a test is no code under test and has no keys of its own. */
static uint64_t
key_of(uintptr_t address)
{
    return KEY + (address - (uintptr_t)objects) / sizeof objects[0];
}

static const struct sley_strategy_ops *asked;
static uint32_t passed_by; /* questions at which an interesting operation was left waiting */

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct sley_view mine = *view;
    mine.key = key_of;
    asked->pick(state, &mine, pick);
    bool holds = false;
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        holds |= view->pending[view->candidates[i]].address == (uintptr_t)&objects[0];
    }
    uint32_t chosen = view->candidates[pick->index];
    passed_by += holds && view->pending[chosen].address != (uintptr_t)&objects[0];
}

static uint64_t
run(const struct tasks *tasks, const struct sley_strategy_ops *ops,
    const struct sley_parameters *parameters, uint64_t seed, uint64_t number,
    struct sley_run_result *result)
{
    struct sley_strategy_ops wrapped = *ops;
    struct sley_run_options options = {.source = {&wrapped, memory}, .entry = run_task};
    asked = ops;
    running = tasks;
    order = 1;
    flag = false;
    passed_by = 0;
    wrapped.pick = pick;
    ops->begin(memory, parameters, seed, number);
    sley_engine_run(&options, result);
    return order;
}

/* --- what the orders are --- */

static struct sley_parameters
exact_counts(const struct tasks *tasks)
{
    struct sley_parameters parameters = {.count = 2 + tasks->count, .value = {KEY, tasks->count}};
    bool alone = true; /* what task 0 does before it starts the first does not count */
    for (uint32_t t = 0; t < tasks->count; t++) {
        for (const char *at = tasks->text[t]; *at; at += 2) {
            bool interesting = (at[0] == 'w' || at[0] == 'r') && at[1] == '0';
            parameters.value[2 + t] += interesting && !alone;
            alone &= at[0] != 's';
            if (at[0] == 's') {
                parameters.value[2 + at[1] - '0'] += t * 1000000;
            }
        }
    }
    return parameters;
}

static uint64_t orders[CELLS_MAX];
static uint32_t order_count;
static struct cells cells;

/* Moves a task that has been started to its next interesting operation, starting what it starts on
 * the way. False: it has none. */
static bool
advance(const struct tasks *tasks, const char *at[TASKS_MAX], uint32_t task)
{
    for (; at[task] && *at[task]; at[task] += 2) {
        uint32_t object = (uint32_t)(at[task][1] - '0');
        if (at[task][0] == 's') {
            at[object] = tasks->text[object];
        } else if (object == 0 && (at[task][0] == 'w' || at[task][0] == 'r')) {
            return true;
        }
    }
    return false;
}

static void
enumerate(const struct tasks *tasks, const char *const from[TASKS_MAX], uint64_t so_far)
{
    const char *at[TASKS_MAX];
    bool over = true, ready[TASKS_MAX] = {false};
    memcpy(at, from, sizeof at);
    for (uint32_t t = 0; t < tasks->count; t++) { /* who starts a task has a lower number */
        ready[t] = advance(tasks, at, t);
        over &= !ready[t];
    }
    for (uint32_t t = 0; t < tasks->count; t++) {
        if (ready[t]) {
            const char *next[TASKS_MAX];
            memcpy(next, at, sizeof next);
            next[t] += 2;
            enumerate(tasks, next, so_far * 4 + t);
        }
    }
    if (over) {
        assert_true(order_count < CELLS_MAX);
        orders[order_count++] = so_far;
    }
}

/* Runs of a strategy over the cells of all orders, each taken to be equally likely. */
static uint32_t
misfits(const struct tasks *tasks, const struct sley_strategy_ops *ops,
        const struct sley_parameters *parameters, uint64_t seed)
{
    static struct sley_run_result result;
    const char *at[TASKS_MAX] = {tasks->text[0]};
    cells.count = order_count = 0;
    enumerate(tasks, at, 1);
    for (uint32_t i = 0; i < order_count; i++) {
        cells_add(&cells, orders[i], 1 / (double)order_count);
    }
    for (uint64_t number = 0; number < RUNS; number++) {
        assert_true(cells_hit(&cells, run(tasks, ops, parameters, seed, number, &result)));
    }
    return cells_misfits(&cells, RUNS);
}

/* --- uniformity --- */

static const struct tasks flat = {4,
                                  {"s1s2s3j1j2j3", "r1w0w1w0r2", "w0r1r1r1w0", "w1w1w1w1w1r2w0"}};
static const struct tasks staged = {3, {"w0s1w0r1s2w0j1j2", "w0r1r0", "r2r2r2w0w1w0"}};
static const struct tasks nested = {4,
                                    {"w0s1w0r1w0j1", "w0s2r1w0s3w0j2j3", "w0r1r1r1w0", "w1w1w0"}};

/* Miss probability of each: 1e-7 (cells.h). */
static void
all_orders_of_the_interesting_operations_are_equally_likely(void **state)
{
    (void)state;
    struct sley_parameters parameters = exact_counts(&flat);
    assert_int_equal(misfits(&flat, surw, &parameters, 81), 0);
    assert_int_equal(order_count, 30); /* 5! / (2! 2! 1!) */
}

/* Each order of a forest of operations; a walk that goes on with a tree by its size is uniform
 * (D. Knuth, The Art of Computer Programming 3, 5.1.4, exercise 20). */
static void
so_are_they_while_tasks_are_started_between_them(void **state)
{
    (void)state;
    struct sley_parameters parameters = exact_counts(&staged);
    assert_int_equal(misfits(&staged, surw, &parameters, 82), 0);
    assert_true(order_count > 30);
}

static void
so_are_they_when_a_task_is_started_by_one_that_was(void **state)
{
    (void)state;
    struct sley_parameters parameters = exact_counts(&nested);
    assert_int_equal(parameters.value[4], 1000002);
    assert_int_equal(misfits(&nested, surw, &parameters, 83), 0);
    assert_true(order_count > 100);
}

/* What the tests above would not let pass. */
static void
a_random_walk_and_wrong_counts_are_not_uniform(void **state)
{
    (void)state;
    struct sley_parameters none = {0};
    const struct tasks *const all[] = {&flat, &staged, &nested};
    for (uint32_t i = 0; i < 3; i++) {
        struct sley_parameters wrong = exact_counts(all[i]);
        assert_true(misfits(all[i], &sley_strategy_random_walk, &none, 84) > 0);
        assert_true(misfits(all[i], &sley_strategy_pos, &none, 84) > 0);
        wrong.value[2 + 1] += 2;
        assert_true(misfits(all[i], surw, &wrong, 84) > 0);
    }
}

/* Told of one operation of each, the four tasks weigh 1 as long as they can run: each next one has
 * a chance of at least 1/4, an order of five at least 4^-5. 200,000 runs miss one of the 30 with
 * probability below 30 exp(-195). */
static void
every_order_has_a_chance_although_the_counts_are_wrong(void **state)
{
    (void)state;
    struct sley_parameters wrong = {.count = 3, .value = {KEY, 4, 1}};
    misfits(&flat, surw, &wrong, 85);
    for (uint32_t i = 0; i < cells.count; i++) {
        assert_true(cells.cell[i].hits > 0);
    }
}

static void
the_last_count_stands_for_those_that_are_not_listed(void **state)
{
    (void)state;
    static const struct tasks equal = {4, {"s1s2s3j1j2j3", "w0r1w0", "r1r1r1w0w0", "w0w1w1w1w0"}};
    static struct sley_run_result result;
    struct sley_parameters all = exact_counts(&equal);
    struct sley_parameters brief = {.count = 4, .value = {KEY, 4, 0, 2}};
    assert_int_equal(misfits(&equal, surw, &brief, 86), 0);
    assert_int_equal(order_count, 90); /* 6! / (2! 2! 2!) */
    for (uint64_t number = 0; number < 100; number++) {
        run(&equal, surw, &all, 87, number, &result);
        uint64_t hash = result.hash;
        run(&equal, surw, &brief, 87, number, &result);
        assert_int_equal(result.hash, hash);
    }
}

/* --- progress --- */

/* Task 1, which weighs most, asks for ever until task 2 has executed an interesting operation. Of
 * the others there are 4, each of which is left waiting for at most the patience: 1,024 operations,
 * half of that the next time, and so on, or 16 yields. What is not yet held back waits until it has
 * the highest of 4 priorities, which are all drawn anew after 64 operations at most: for the 20,000
 * operations after which a run is no longer fair, with a probability below (3/4)^300 = 1e-37; by
 * yields, for 200 of them below (3/4)^100 = 1e-12. */
static void
a_task_that_spins_does_not_keep_the_others_from_their_operations(void **state)
{
    (void)state;
    static const struct tasks spins = {4, {"s1s2s3j1j2j3", "z0w0", "w0f0w0", "w0"}};
    static const struct tasks yields = {4, {"s1s2s3j1j2j3", "y0w0", "w0f0w0", "w0"}};
    static struct sley_run_result result;
    const struct sley_parameters parameters = {.count = 6, .value = {KEY, 4, 0, 1000, 2, 1}};
    uint32_t most = 0;
    for (uint64_t number = 0; number < 2000; number++) {
        run(&spins, surw, &parameters, 88, number, &result);
        assert_false(result.unfair);
        assert_int_equal(result.verdicts, 0);
        assert_in_range(passed_by, 0, 1024 + 512 + 256 + 128);
        most = passed_by > most ? passed_by : most;
        run(&yields, surw, &parameters, 88, number, &result);
        assert_false(result.unfair);
        assert_in_range(result.step_count, 1, 1000);
    }
    assert_true(most > 1024); /* the bound is one: the patience is used up */
}

/* --- drawing --- */

static struct sley_census census;

static void
fill_census(uint32_t task_count, uint32_t object_count)
{
    memset(&census, 0, sizeof census);
    census.task_count = task_count;
    census.object_count = object_count;
}

/* Miss probability: 1e-7 (cells.h). */
static void
an_object_is_drawn_by_the_number_of_its_operations(void **state)
{
    (void)state;
    static const uint32_t counts[] = {50, 30, 15, 5};
    fill_census(2, 4);
    cells.count = 0;
    for (uint32_t i = 0; i < 4; i++) {
        census.object[i] = (struct sley_census_object){100 + i, counts[i], {counts[i] - 2, 2}};
        census.event_count += counts[i];
        cells_add(&cells, 100 + i, counts[i] / 100.0);
    }
    uint32_t same = 0;
    for (uint64_t number = 0; number < RUNS; number++) {
        struct sley_parameters drawn = {0}, again = {0}, other = {0};
        surw->draw(&drawn, &census, 5, number);
        surw->draw(&again, &census, 5, number);
        surw->draw(&other, &census, 6, number);
        assert_memory_equal(&drawn, &again, sizeof drawn);
        assert_true(cells_hit(&cells, drawn.value[0]));
        assert_int_equal(drawn.count, 4);
        assert_int_equal(drawn.value[2] + drawn.value[3], counts[drawn.value[0] - 100]);
        same += drawn.value[0] == other.value[0];
    }
    assert_int_equal(cells_misfits(&cells, RUNS), 0);
    assert_true(same < RUNS / 2); /* 0.365 of them */
}

static void
where_nothing_is_shared_nothing_is_drawn(void **state)
{
    (void)state;
    struct sley_parameters drawn = {0};
    fill_census(2, 0);
    surw->draw(&drawn, &census, 5, 7);
    assert_int_equal(drawn.count, 0);
}

/* --- packing --- */

static const char *
packed(char text[SLEY_STRATEGY_TEXT])
{
    struct sley_parameters drawn = {0};
    struct sley_error error;
    surw->draw(&drawn, &census, 1, 1);
    assert_int_equal(surw->check(&drawn, &error), SLEY_OK);
    int length = sley_strategy_print(text, SLEY_STRATEGY_TEXT, surw, &drawn);
    assert_true(length < SLEY_STRATEGY_TEXT);
    const struct sley_strategy_ops *ops;
    struct sley_parameters read;
    assert_int_equal(sley_strategy_parse(text, &ops, &read, &error), SLEY_OK);
    assert_memory_equal(&read, &drawn, sizeof read);
    return text;
}

static void
equal_threads_stay_short_and_who_starts_them_is_told(void **state)
{
    char text[SLEY_STRATEGY_TEXT];
    (void)state;
    fill_census(101, 1);
    census.event_count = census.object[0].event_count = 501;
    census.object[0].key = 4294967295u;
    census.object[0].by_task[0] = 1;
    for (uint32_t t = 1; t < 101; t++) {
        census.object[0].by_task[t] = 5;
    }
    assert_string_equal(packed(text), "surw:4294967295,101,1,5");
    census.parent[3] = 2;
    assert_string_equal(packed(text), "surw:4294967295,101,1,5,5,2000005,5");
    census.task_count = 1;
    assert_string_equal(packed(text), "surw:4294967295,1,1");
}

/* Of 200 different counts 29 are listed, and the mean of the others: 71 numbers from 29+29 on. */
static void
more_counts_than_fit_end_with_the_mean_of_the_rest(void **state)
{
    char text[SLEY_STRATEGY_TEXT];
    (void)state;
    fill_census(200, 1);
    census.event_count = census.object[0].event_count = 1;
    for (uint32_t t = 0; t < 200; t++) {
        census.parent[t] = (uint16_t)(t > 0 ? t - 1 : 0);
        census.object[0].by_task[t] = t;
    }
    const char *last = strrchr(packed(text), ',');
    assert_string_equal(last, ",28000114"); /* task 29 and the rest: (29 + ... + 199) / 171 */
    for (uint32_t t = 0; t < 200; t++) {
        census.object[0].by_task[t] = UINT32_MAX - t; /* beyond what a number has room for */
    }
    assert_true(strstr(packed(text), ",999999,") != NULL);
}

static int
engine_init(void **state)
{
    (void)state;
    return surw->state_size <= sizeof memory && sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_orders_of_the_interesting_operations_are_equally_likely),
        cmocka_unit_test(so_are_they_while_tasks_are_started_between_them),
        cmocka_unit_test(so_are_they_when_a_task_is_started_by_one_that_was),
        cmocka_unit_test(a_random_walk_and_wrong_counts_are_not_uniform),
        cmocka_unit_test(every_order_has_a_chance_although_the_counts_are_wrong),
        cmocka_unit_test(the_last_count_stands_for_those_that_are_not_listed),
        cmocka_unit_test(a_task_that_spins_does_not_keep_the_others_from_their_operations),
        cmocka_unit_test(an_object_is_drawn_by_the_number_of_its_operations),
        cmocka_unit_test(where_nothing_is_shared_nothing_is_drawn),
        cmocka_unit_test(equal_threads_stay_short_and_who_starts_them_is_told),
        cmocka_unit_test(more_counts_than_fit_end_with_the_mean_of_the_rest),
    };
    return cmocka_run_group_tests_name("surw", tests, engine_init, NULL);
}
