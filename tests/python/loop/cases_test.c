/* The event loop of the model `coroutine` beside that of CPython: the same cases in C and in
 * Python, and the same traces.
 *
 * usage: order_cases_test MODULE|expected. Python is taken from the environment variable
 * SLEY_PYTHON, if set, else as the build found it. Without a Python 3.11 the traces of expected.txt
 * stand for it. */
#include "search/exhaustive.h"
#include "tests/python/loop/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CASES_MAX = 64, SEEDS = 3, ORDERS_MAX = 256, RUNS_MAX = 200000, PYTHON_RUNS = 5 };

static const char expected_file[] = SLEY_TEST_LOOP "/expected.txt";

static const char *python;
static bool live; /* Python is there and has the right version */
static const char *module;
static const struct order_case *cases;
static struct order_lines shown[PYTHON_RUNS]; /* by Python; the first decides */

/* --- one case --- */

static void
print_verdicts(const struct order_trace *trace)
{
    for (uint32_t i = 0; i < trace->result.failure_count; i++) {
        print_error("  verdict: %s: %s\n", sley_verdict_text(trace->result.failure[i].verdict),
                    trace->result.failure[i].text);
    }
}

/* Asked for when a case differs only: it takes another start of Python. */
static const char *
rule_of(const struct order_case *the_case)
{
    static struct order_lines rules;
    char arguments[64];
    snprintf(arguments, sizeof arguments, "--rules %s", module);
    if (rules.count == 0 && live) {
        order_python_read(&rules, python, arguments);
    }
    const char *rule = order_line(&rules, the_case->name);
    return rule ? rule : "(see the Python module)";
}

/* Whether the case shows that trace and no verdict; if not, says why. */
static bool
shows(const struct order_case *the_case, const struct order_trace *trace, const char *wanted)
{
    if (trace->result.verdicts == 0 && !trace->overflown && strcmp(trace->text, wanted) == 0) {
        return true;
    }
    print_error("%s\n  rule:   %s\n  python: %s\n  model:  %s\n", the_case->name, rule_of(the_case),
                wanted, trace->text);
    print_verdicts(trace);
    return false;
}

static void
the_model_shows_what_python_shows(void **state)
{
    const struct order_case *the_case = *state;
    const char *wanted = order_line(&shown[0], the_case->name);
    if (!the_case->body) {
        print_message("%s: not in the model: %s\n", the_case->name, the_case->absent);
        skip();
    }
    assert_non_null(wanted);
    if (strcmp(wanted, order_no_trace) == 0) {
        print_message("%s: this release of Python breaks the rule\n", the_case->name);
        skip();
    }
    assert_true(shows(the_case, order_run_by_default(the_case), wanted));
}

/* --- all strategies --- */

static bool
same_for_every_seed(const struct order_case *the_case, const struct sley_strategy_ops *ops,
                    const char *wanted)
{
    struct sley_parameters parameters = {.count = SLEY_PARAMETERS_MAX};
    void *state = calloc(1, ops->state_size);
    bool same = state != NULL;
    memcpy(parameters.value, ops->defaults, sizeof parameters.value);
    for (uint32_t i = 0; i < SLEY_PARAMETERS_MAX; i++) {
        /* What a campaign measures: tasks, and points. */
        parameters.value[i] = parameters.value[i] ? parameters.value[i] : 20;
    }
    for (uint64_t seed = 1; same && seed <= SEEDS; seed++) {
        ops->begin(state, &parameters, seed, seed);
        same = shows(the_case, order_run(the_case, (struct sley_source){ops, state}), wanted);
        if (!same) {
            print_error("  under %s, seed %d\n", ops->name, (int)seed);
        }
    }
    free(state);
    return same;
}

static void
the_loop_leaves_no_choice_to_any_strategy_and_seed(void **state)
{
    int different = 0;
    (void)state;
    for (const struct order_case *c = cases; c->name; c++) {
        if (!c->body || c->open) {
            continue;
        }
        char wanted[ORDER_TEXT_MAX];
        strcpy(wanted, order_run_by_default(c)->text);
        for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
            different += !same_for_every_seed(c, *s, wanted);
        }
    }
    assert_int_equal(different, 0);
}

/* --- all schedules --- */

struct orders {
    uint32_t count;
    uint32_t runs;
    bool exhausted;
    char text[ORDERS_MAX][ORDER_TEXT_MAX];
};

static bool
orders_contain(const struct orders *orders, const char *text)
{
    for (uint32_t i = 0; i < orders->count; i++) {
        if (strcmp(orders->text[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* Every order that some schedule shows. A verdict fails the test. */
static void
explore(struct orders *orders, const struct order_case *the_case)
{
    const struct sley_search_options options = {.bound_preemptions = true, .preemptions_max = 2};
    struct sley_search *search = sley_search_create(&options);
    bool more = true;
    assert_non_null(search);
    orders->count = 0;
    orders->runs = 0;
    while (more && orders->runs < RUNS_MAX) {
        const struct order_trace *trace = order_run(the_case, sley_search_source(search));
        orders->runs++;
        if (trace->result.verdicts) {
            print_error("%s: %s\n", the_case->name, trace->text);
            print_verdicts(trace);
            fail();
        }
        if (!trace->result.pruned && !orders_contain(orders, trace->text)) {
            assert_in_range(orders->count, 0, ORDERS_MAX - 1);
            strcpy(orders->text[orders->count++], trace->text);
        }
        more = sley_search_next(search);
    }
    orders->exhausted = !more && !sley_search_truncated(search);
    sley_search_destroy(search);
}

static void
print_orders(const struct order_case *the_case, const struct orders *orders)
{
    print_message("%s: %u orders in %u runs, %s\n", the_case->name, orders->count, orders->runs,
                  orders->exhausted ? "exhausted" : "not exhausted");
    for (uint32_t i = 0; i < orders->count && i < 8; i++) {
        print_message("  %s\n", orders->text[i]);
    }
}

/* Whether every order that Python showed is one of the model's. expected.txt has none of an open
 * case. */
static bool
orders_contain_python(const struct orders *orders, const struct order_case *the_case)
{
    for (int i = 0; i < PYTHON_RUNS; i++) {
        const char *text = order_line(&shown[i], the_case->name);
        if (text && !orders_contain(orders, text)) {
            print_error("%s: no schedule shows '%s'\n", the_case->name, text);
            return false;
        }
    }
    return true;
}

static void
the_orders_of_all_schedules_contain_those_of_python(void **state)
{
    static struct orders orders;
    (void)state;
    for (int i = 1; live && i < PYTHON_RUNS; i++) {
        assert_int_equal(order_python_read(&shown[i], python, module), ORDER_PYTHON_READ);
    }
    for (const struct order_case *c = cases; c->name; c++) {
        if (c->outside) {
            explore(&orders, c);
            print_orders(c, &orders);
            assert_true(orders.exhausted);
            assert_true(c->open ? orders.count > 1 : orders.count == 1);
            assert_true(orders_contain_python(&orders, c));
        }
    }
}

/* --- the lists --- */

static void
the_cases_in_c_are_those_in_python(void **state)
{
    const struct order_case *c = cases;
    (void)state;
    if (!live) {
        print_message("no Python 3.11 to ask for its list of cases\n");
        skip();
    }
    for (uint32_t i = 0; i < shown[0].count; i++, c++) {
        assert_non_null(c->name);
        assert_string_equal(c->name, shown[0].line[i].name);
    }
    assert_null(c->name);
}

static void
python_shows_what_expected_txt_says(void **state)
{
    static struct order_lines expected;
    (void)state;
    if (!live) {
        print_message("no Python 3.11 to compare with\n");
        skip();
    }
    assert_true(order_file_read(&expected, expected_file));
    assert_int_equal(expected.count, shown[0].count);
    for (uint32_t i = 0; i < expected.count; i++) {
        assert_string_equal(expected.line[i].name, shown[0].line[i].name);
        if (strcmp(shown[0].line[i].text, order_no_trace) != 0) {
            assert_string_equal(expected.line[i].text, shown[0].line[i].text);
        }
    }
}

/* --- main --- */

/* What Python shows for the arguments, or else the file. */
static bool
read_shown(const char *arguments)
{
    enum order_python read = order_python_read(&shown[0], python, arguments);
    live = read == ORDER_PYTHON_READ;
    if (read == ORDER_PYTHON_ABSENT) {
        print_message("'%s' is no Python 3.11: comparing with %s\n", python, expected_file);
        return order_file_read(&shown[0], expected_file);
    }
    return live;
}

static int
run_expected(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(python_shows_what_expected_txt_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

static int
run_module(void)
{
    static struct CMUnitTest tests[CASES_MAX + 3];
    size_t count = 0;
    bool outside = false;
    for (const struct order_case *c = cases; c->name && count < CASES_MAX; c++) {
        outside |= c->outside;
        if (!c->open) {
            tests[count++] = (struct CMUnitTest){c->name, the_model_shows_what_python_shows, NULL,
                                                 NULL, (void *)(uintptr_t)c};
        }
    }
    tests[count++] =
        (struct CMUnitTest)cmocka_unit_test(the_loop_leaves_no_choice_to_any_strategy_and_seed);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(the_cases_in_c_are_those_in_python);
    if (outside) {
        tests[count++] = (struct CMUnitTest)cmocka_unit_test(
            the_orders_of_all_schedules_contain_those_of_python);
    }
    return _cmocka_run_group_tests(module, tests, count, NULL, NULL);
}

int
main(int argc, char **argv)
{
    module = argc == 2 ? argv[1] : "";
    python = getenv("SLEY_PYTHON") ? getenv("SLEY_PYTHON") : SLEY_TEST_PYTHON;
    bool expected = strcmp(module, "expected") == 0;
    for (const struct order_suite *suite = order_suites; suite->module; suite++) {
        if (strcmp(suite->module, module) == 0) {
            cases = suite->cases;
        }
    }
    if (!(cases || expected) || sley_engine_init(NULL) != SLEY_OK ||
        !read_shown(cases ? module : "--expected")) {
        fprintf(stderr, "order_cases_test: '%s' cannot be run\n", module);
        return 2;
    }
    return expected ? run_expected() : run_module();
}
