/* What campaigns say of themselves, against programs whose exact probabilities are known.
 *
 * The probabilities are those of the uniform random walk, from the model of program.h: at each
 * question every task that can run is equally likely. */
#include "campaign/statistics.h"
#include "guarantee/cells.h"
#include "guarantee/program.h"
#include "models/registry.h"
#include "strategy/registry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void
enumerate(const struct program_state *state, double probability,
          uint64_t (*key)(const struct program *program, program_order order), struct cells *cells)
{
    if (program_over(state)) {
        cells_add(cells, key(state->program, state->order), probability);
        return;
    }
    uint8_t tasks[PROGRAM_TASKS_MAX];
    uint32_t count = program_candidates(state, tasks);
    for (uint32_t i = 0; i < count; i++) {
        struct program_state next = *state;
        program_step(&next, tasks[i]);
        enumerate(&next, probability / count, key, cells);
    }
}

static uint64_t
key_of_order(const struct program *program, program_order order)
{
    (void)program;
    return order;
}

/* --- a property with a known probability --- */

/* Two tasks of n independent steps. It fails when the second is over before the first begins: of
 * all orders the one that reads 2..2 1..1 0 0. Each task begins and has three steps, and task 0 can
 * only wait: so four picks of task 2 must come before the second of task 1, and of fair coins that
 * is 1/16 + 4/32 = 3/16. */
static const struct program independent = {3, {"j1j2", "w0w0w0", "w1w1w1"}};
static const char failing[] = "22211100";

static double
truth(void)
{
    static struct cells cells;
    struct program_state start = program_begin(&independent, false);
    cells.count = 0;
    enumerate(&start, 1, key_of_order, &cells);
    for (uint32_t i = 0; i < cells.count; i++) {
        if (cells.cell[i].key == program_order_of(failing)) {
            return cells.cell[i].probability;
        }
    }
    return 0;
}

static void
body(void)
{
    if (program_execute(&independent) == program_order_of(failing)) {
        sley_verdict(SLEY_VERDICT_ASSERTION, 0, 1, "the second task was over first");
    }
}

static const struct sley_property property = {
    .name = "second-after-first",
    .quantifier = SLEY_ALWAYS,
    .body = body,
    .alone = true,
};

static const struct sley_model *
thread_model(void)
{
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        if (strcmp((*m)->name, "thread") == 0) {
            return *m;
        }
    }
    return NULL;
}

static void
run_campaign(struct sley_campaign *campaign, const struct sley_campaign_options *options)
{
    struct sley_target target = {.property = &property, .model = thread_model()};
    struct sley_error error;
    if (sley_campaign_run(campaign, &target, options, &error) != SLEY_OK) {
        fail_msg("%s", error.text);
    }
}

/* --- tests --- */

/* The exact interval covers with at least 95 %; of 100 campaigns 84 or fewer would do so with
 * probability below 1e-4 at the least, and the seeds are fixed. */
static void
the_true_probability_lies_in_the_interval(void **state)
{
    (void)state;
    double p = truth();
    uint32_t covered = 0;
    assert_true(fabs(p - 3.0 / 16) < 1e-12);
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct sley_campaign campaign;
        struct sley_statistics s;
        run_campaign(&campaign, &(struct sley_campaign_options){
                                    .strategy = "random", .seed = seed, .runs = 1000});
        sley_statistics_of(&s, &campaign);
        assert_true(s.sampled && s.has_hits && s.all.speaks && !s.waiting);
        assert_int_equal(s.all.run_count, 1000);
        assert_int_equal(s.all.hit_count, campaign.tally->run_count - campaign.tally->event_count);
        covered += s.all.interval.low <= p && p <= s.all.interval.high;
        sley_campaign_deinit(&campaign);
    }
    print_message("p = %.5f, covered by %u of 100 campaigns\n", p, covered);
    assert_in_range(covered, 90, 100);
}

/* Stopped at the first failure, the number of runs is no longer fixed. */
static void
a_campaign_that_stops_at_its_first_failure_uses_the_waiting_time(void **state)
{
    (void)state;
    double p = truth();
    uint32_t covered = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct sley_campaign campaign;
        struct sley_statistics s;
        run_campaign(&campaign,
                     &(struct sley_campaign_options){
                         .strategy = "random", .seed = seed, .runs = 100000, .until_event = true});
        sley_statistics_of(&s, &campaign);
        assert_true(s.waiting && s.first_hit > 0);
        struct sley_interval expected = sley_interval_waiting(s.first_hit);
        assert_memory_equal(&s.all.interval.low, &expected.low, sizeof expected.low);
        covered += s.all.interval.low <= p && p <= s.all.interval.high;
        sley_campaign_deinit(&campaign);
    }
    print_message("covered by %u of 100 campaigns\n", covered);
    assert_in_range(covered, 88, 100);
}

static void
assert_same(const struct sley_statistics *a, const struct sley_statistics *b)
{
    assert_int_equal(a->run_count, b->run_count);
    assert_int_equal(a->step_count, b->step_count);
    assert_int_equal(a->first_hit, b->first_hit);
    assert_int_equal(a->all.hit_count, b->all.hit_count);
    assert_int_equal(a->schedule_runs, b->schedule_runs);
    assert_int_equal(a->distinct, b->distinct);
    assert_int_equal(a->single, b->single);
    assert_int_equal(a->share_count, b->share_count);
    for (uint32_t i = 0; i < a->share_count; i++) {
        assert_string_equal(a->share[i].name, b->share[i].name);
        assert_int_equal(a->share[i].run_count, b->share[i].run_count);
        assert_int_equal(a->share[i].hit_count, b->share[i].hit_count);
    }
}

static void
every_number_of_workers_gives_the_same_statistics(void **state)
{
    (void)state;
    struct sley_statistics first = {0};
    for (uint32_t jobs = 1; jobs <= 3; jobs++) {
        struct sley_campaign campaign;
        struct sley_statistics s;
        run_campaign(&campaign, &(struct sley_campaign_options){
                                    .strategy = "mix", .runs = 9000, .jobs = jobs});
        sley_statistics_of(&s, &campaign);
        sley_campaign_deinit(&campaign);
        if (jobs == 1) {
            first = s;
        }
        assert_same(&s, &first);
    }
}

/* The rate of the random walk alone is known. */
static void
a_mix_tells_its_strategies_apart(void **state)
{
    (void)state;
    struct sley_campaign campaign;
    struct sley_statistics s;
    uint64_t runs = 0, hits = 0;
    run_campaign(&campaign, &(struct sley_campaign_options){.strategy = "mix", .runs = 8000});
    sley_statistics_of(&s, &campaign);
    assert_int_equal(s.share_count, 7);
    for (uint32_t i = 0; i < s.share_count; i++) {
        runs += s.share[i].run_count;
        hits += s.share[i].hit_count;
        assert_true(s.share[i].speaks);
        assert_int_equal(s.share[i].run_count, i == 2 ? 2000 : 1000);
    }
    assert_int_equal(runs, 8000);
    assert_int_equal(hits, s.all.hit_count);
    assert_string_equal(s.share[0].name, "random");
    assert_string_equal(s.share[3].name, "sticky:4");
    assert_string_equal(s.share[5].name, "surw"); /* its runs have parameters of their own */
    double p = truth();
    assert_true(s.share[0].interval.low <= p && p <= s.share[0].interval.high);
    sley_campaign_deinit(&campaign);
}

static void
a_search_has_a_count_and_no_probability(void **state)
{
    (void)state;
    struct sley_campaign campaign;
    struct sley_statistics s;
    run_campaign(&campaign, &(struct sley_campaign_options){.strategy = "exhaustive:99"});
    sley_statistics_of(&s, &campaign);
    assert_true(campaign.exhausted);
    assert_false(s.sampled || s.has_hits || s.all.speaks);
    assert_int_equal(s.run_count, 35); /* C(7, 3): tests/guarantee/search_test.c */
    sley_campaign_deinit(&campaign);
}

/* A campaign that is cut at a block's end and taken up again is the same campaign. */
static void
a_resumed_campaign_has_the_statistics_of_a_whole_one(void **state)
{
    (void)state;
    struct sley_campaign whole, part, rest;
    struct sley_statistics a, b;
    struct sley_sums sums;
    run_campaign(&whole, &(struct sley_campaign_options){.strategy = "mix", .runs = 8192});
    run_campaign(&part, &(struct sley_campaign_options){.strategy = "mix", .runs = 1024});
    sley_tally_sums(part.tally, 1024, &sums);
    run_campaign(&rest, &(struct sley_campaign_options){.strategy = "mix",
                                                        .runs = 8192,
                                                        .resume = &sums,
                                                        .resume_schedules = part.schedules});
    sley_statistics_of(&a, &whole);
    sley_statistics_of(&b, &rest);
    assert_same(&a, &b);
    assert_int_equal(rest.resumed_count, 1024);
    sley_campaign_deinit(&whole);
    sley_campaign_deinit(&part);
    sley_campaign_deinit(&rest);
}

/* --- schedules not seen yet --- */

enum { UNSEEN_CAMPAIGNS = 2000, UNSEEN_RUNS = 60 };

/* E[f1/n] is the sum of p (1-p)^(n-1), that of the mass not seen the sum of p (1-p)^n. Both lie in
 * [0, 1] and deviate little; the mean of 2,000 campaigns of each is off by more than 0.03 with
 * probability at most 2 exp(-2 * 2000 * 0.03^2) = 0.06 by W. Hoeffding (1963) without knowledge of
 * the variance, which is below 0.01: then below 1e-30 (S. Bernstein). The seeds are fixed. */
static void
good_turing_agrees_with_the_true_share_of_unseen_schedules(void **state)
{
    (void)state;
    static struct cells classes;
    static struct sley_schedules schedules;
    static struct sley_run_result result;
    static _Alignas(16) unsigned char memory[256];
    const struct program program = {3, {"j1j2", "w0w0w0w0", "w0w0w0w0"}};
    const struct sley_strategy_ops *ops = &sley_strategy_random_walk;
    struct sley_parameters parameters = {0};
    struct program_state start = program_begin(&program, false);
    classes.count = 0;
    enumerate(&start, 1, program_class, &classes);
    assert_int_equal(classes.count, 70);
    double estimate = 0, unseen = 0, expected_estimate = 0, expected_unseen = 0;
    for (uint32_t c = 0; c < UNSEEN_CAMPAIGNS; c++) {
        memset(&schedules, 0, sizeof schedules);
        for (uint32_t i = 0; i < classes.count; i++) {
            classes.cell[i].hits = 0;
        }
        for (uint64_t run = 0; run < UNSEEN_RUNS; run++) {
            ops->begin(memory, &parameters, c, run);
            program_order order = program_run(&program, (struct sley_source){ops, memory}, &result);
            assert_true(cells_hit(&classes, program_class(&program, order)));
            sley_schedules_add(&schedules, result.canonical, result.coarse);
        }
        uint32_t seen = 0;
        for (uint32_t i = 0; i < classes.count; i++) {
            seen += classes.cell[i].hits > 0;
            unseen += classes.cell[i].hits ? 0 : classes.cell[i].probability;
        }
        assert_int_equal(sley_schedules_distinct(&schedules), seen);
        estimate += sley_unseen_share(sley_schedules_single(&schedules), UNSEEN_RUNS);
    }
    estimate /= UNSEEN_CAMPAIGNS;
    unseen /= UNSEEN_CAMPAIGNS;
    for (uint32_t i = 0; i < classes.count; i++) {
        double p = classes.cell[i].probability;
        expected_estimate += p * pow(1 - p, UNSEEN_RUNS - 1);
        expected_unseen += p * pow(1 - p, UNSEEN_RUNS);
    }
    print_message("unseen %.4f (%.4f expected), estimated %.4f (%.4f expected)\n", unseen,
                  expected_unseen, estimate, expected_estimate);
    assert_true(fabs(unseen - expected_unseen) < 0.01);
    assert_true(fabs(estimate - expected_estimate) < 0.01);
    assert_true(expected_unseen > 0.05);
}

/* --- PCT --- */

/* Task 2 must run between the first two steps of task 1: a bug of depth 2. */
static void
pcts_bound_lies_below_the_measured_rate(void **state)
{
    (void)state;
    enum { RUNS = 20000 };
    static struct sley_run_result result;
    static _Alignas(16) unsigned char memory[1 << 16];
    const struct program program = {3, {"j1j2", "w0w0w0", "w0w0w0"}};
    const struct sley_strategy_ops *ops = &sley_strategy_pct;
    assert_true(ops->state_size <= sizeof memory);
    for (uint32_t depth = 2; depth <= 3; depth++) {
        struct sley_parameters parameters = {3, {depth, 3, 9}};
        uint64_t hits = 0;
        uint32_t points = 0, tasks = 0;
        for (uint64_t run = 0; run < RUNS; run++) {
            ops->begin(memory, &parameters, 5, run);
            program_order order = program_run(&program, (struct sley_source){ops, memory}, &result);
            hits += order == program_order_of("12221100");
            points = result.step_count > points ? result.step_count : points;
            tasks = result.task_count > tasks ? result.task_count : tasks;
        }
        struct sley_pct_bound bound = sley_pct_bound(&parameters, tasks, points, RUNS);
        struct sley_interval interval = sley_interval_binomial(hits, RUNS);
        print_message("depth %u: bound %.5f, measured %.5f (%.5f to %.5f), %u points\n", depth,
                      bound.probability, (double)hits / RUNS, interval.low, interval.high, points);
        assert_true(bound.stated);
        assert_true(bound.probability > 0 && bound.probability < interval.low);
        assert_true(bound.missed < 1e-6);
    }
}

static void
pct_promises_nothing_beyond_what_it_was_told(void **state)
{
    (void)state;
    const struct sley_parameters parameters = {3, {3, 4, 50}};
    struct sley_pct_bound bound = sley_pct_bound(&parameters, 4, 50, 100);
    assert_true(bound.stated);
    assert_true(fabs(bound.probability - 1.0 / (4 * 50 * 50)) < 1e-12);
    assert_true(fabs(bound.missed - pow(1 - 1e-4, 100)) < 1e-9);
    assert_false(sley_pct_bound(&parameters, 5, 50, 100).stated);
    assert_false(sley_pct_bound(&parameters, 4, 51, 100).stated);
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
        cmocka_unit_test(the_true_probability_lies_in_the_interval),
        cmocka_unit_test(a_campaign_that_stops_at_its_first_failure_uses_the_waiting_time),
        cmocka_unit_test(every_number_of_workers_gives_the_same_statistics),
        cmocka_unit_test(a_mix_tells_its_strategies_apart),
        cmocka_unit_test(a_search_has_a_count_and_no_probability),
        cmocka_unit_test(a_resumed_campaign_has_the_statistics_of_a_whole_one),
        cmocka_unit_test(good_turing_agrees_with_the_true_share_of_unseen_schedules),
        cmocka_unit_test(pcts_bound_lies_below_the_measured_rate),
        cmocka_unit_test(pct_promises_nothing_beyond_what_it_was_told),
    };
    return cmocka_run_group_tests_name("statistics", tests, engine_init, NULL);
}
