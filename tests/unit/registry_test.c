#include "strategy/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const struct sley_strategy_ops *ops;
static struct sley_parameters parameters;
static struct sley_error error;

static enum sley_status
parse(const char *text)
{
    ops = NULL;
    memset(&parameters, 0xff, sizeof parameters);
    memset(&error, 0, sizeof error);
    return sley_strategy_parse(text, &ops, &parameters, &error);
}

static void
every_strategy_describes_itself(void **state)
{
    (void)state;
    for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
        assert_true(strlen((*s)->name) > 0);
        assert_int_equal(strspn((*s)->name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen((*s)->name));
        assert_true(strlen((*s)->summary) > 0 && strlen((*s)->source) > 0);
        assert_non_null((*s)->parameters);
        assert_non_null((*s)->begin);
        assert_non_null((*s)->pick);
        assert_non_null((*s)->value);
        assert_true((*s)->state_size >= sizeof(struct sley_streams));
        for (const struct sley_strategy_ops *const *t = sley_strategies; t < s; t++) {
            assert_string_not_equal((*s)->name, (*t)->name);
        }
    }
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    assert_string_equal(sley_strategies[0]->name, "mix");
}

static void
numbers_left_out_keep_their_default(void **state)
{
    (void)state;
    for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
        assert_int_equal(parse((*s)->name), SLEY_OK);
        assert_ptr_equal(ops, *s);
        for (uint32_t i = 0; i < parameters.count; i++) {
            assert_int_equal(parameters.value[i], (*s)->defaults[i]);
        }
    }
    assert_int_equal(parse("pct:5"), SLEY_OK);
    assert_int_equal(parameters.count, 3);
    assert_int_equal(parameters.value[0], 5);
    assert_int_equal(parameters.value[1], sley_strategy_pct.defaults[1]);
}

static void
what_is_printed_parses_to_the_same(void **state)
{
    (void)state;
    static const uint32_t values[] = {1, 4, 16};
    for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            assert_int_equal(parse((*s)->name), SLEY_OK);
            struct sley_parameters given = {.count = parameters.count};
            for (uint32_t p = 0; p < given.count; p++) {
                given.value[p] = p == 0 ? values[i] : UINT32_MAX - p;
            }
            char text[48];
            int length = sley_strategy_print(text, sizeof text, *s, &given);
            assert_int_equal(length, strlen(text));
            assert_int_equal(parse(text), SLEY_OK);
            assert_ptr_equal(ops, *s);
            assert_int_equal(parameters.count, given.count);
            assert_memory_equal(parameters.value, given.value, given.count * sizeof given.value[0]);
        }
    }
}

static void
printing_without_room_tells_the_length(void **state)
{
    (void)state;
    assert_int_equal(parse("pct:3,4,5"), SLEY_OK);
    char text[6];
    assert_int_equal(sley_strategy_print(text, sizeof text, ops, &parameters), 9);
    assert_string_equal(text, "pct:3");
}

static void
an_unknown_name_is_told_with_those_that_are_known(void **state)
{
    (void)state;
    static const char *const unknown[] = {"pctt", "pc", "", "PCT", ":3", "unheard-of:1"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        char quoted[64];
        snprintf(quoted, sizeof quoted, "'%s'", unknown[i]);
        assert_int_equal(parse(unknown[i]), SLEY_ERROR_USAGE);
        assert_int_equal(error.status, SLEY_ERROR_USAGE);
        assert_non_null(strstr(error.text, quoted));
        for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
            assert_non_null(strstr(error.text, (*s)->name));
        }
    }
}

static void
numbers_that_do_not_fit_are_told(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "pct:",    "pct:x",    "pct:1,",     "pct:,1",         "pct:1,2,3,4",
        "pct:-1",  "pct:+1",   "pct: 1",     "pct:1 ",         "pct:1.5",
        "pct:0x3", "random:1", "sticky:4;5", "pct:4294967296", "pct:3,99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(parse(wrong[i]), SLEY_ERROR_USAGE);
        assert_non_null(strstr(error.text, wrong[i]));
    }
}

static void
values_out_of_a_strategys_range_are_told(void **state)
{
    (void)state;
    assert_int_equal(parse("pct:0"), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "'pct:0'"));
    assert_int_equal(parse("pct:17,2,3"), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "pct:17"));
    assert_int_equal(parse("sticky:0"), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "sticky:0"));
    assert_int_equal(sley_strategy_parse("sticky:0", &ops, &parameters, NULL), SLEY_ERROR_USAGE);
}

static void
surw_takes_no_numbers_or_a_key_tasks_and_counts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"surw:7", "'surw:7': 1 of KEY,TASKS,EVENTS... given"},
        {"surw:7,3", "'surw:7,...': 2 of KEY,TASKS,EVENTS... given"},
        {"surw:7,0,1", "'surw:7,0,...': the tasks must lie in 1.."},
        {"surw:7,100000,1", "'surw:7,100000,...': the tasks must lie in 1.."},
        {"surw:7,2,1,1,1", "no more counts of events than tasks (here 3)"},
        {"surw:7,3,1,1000002", "1000002 says that task 1 starts task 1"},
        {"surw:7,3,1000000", "1000000 says that task 1 starts task 0"},
        {"surw:7,3,1,2,x", "expected at most 32 whole numbers (key,tasks,events...)"},
        {"surw:", "expected at most 32 whole numbers"},
        {"surw:1,40,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0", "at most 32"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(parse(wrong[i].text), SLEY_ERROR_USAGE);
        assert_non_null(strstr(error.text, wrong[i].says));
    }
    assert_int_equal(parse("surw"), SLEY_OK);
    assert_int_equal(parameters.count, 0);
    assert_int_equal(parse("surw:0,4,0,1,1000003"), SLEY_OK);
    assert_int_equal(parameters.count, 5);
    assert_int_equal(parameters.value[4], 1000003);
}

static void
an_answer_depends_on_the_place_and_not_on_the_order_of_questions(void **state)
{
    (void)state;
    enum { QUESTIONS = 400 };
    struct sley_streams streams;
    sley_streams_init(&streams, 3, 4);
    uint32_t forward[QUESTIONS];
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t n = 0; n < QUESTIONS; n++) {
            uint32_t i = pass == 0 ? n : QUESTIONS - 1 - n;
            struct sley_value_query query = {SLEY_CHOICE_INPUT, i % 4, i / 4, 1000};
            uint32_t answer = sley_strategy_value(&streams, &query);
            assert_true(answer < 1000);
            if (pass == 0) {
                forward[i] = answer;
            }
            assert_int_equal(answer, forward[i]);
        }
    }
}

/* Of 4,000 independent answers with mean 500 and deviation below 21 (for 1/8), 2,000 and 32 (1/2):
 * six deviations either way. */
static void
rare_events_are_rare(void **state)
{
    (void)state;
    static const enum sley_choice_kind kinds[] = {SLEY_CHOICE_SPURIOUS, SLEY_CHOICE_WEAK_CAS,
                                                  SLEY_CHOICE_REUSE};
    struct sley_streams streams;
    sley_streams_init(&streams, 1, 2);
    for (size_t k = 0; k < 3; k++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < 4000; i++) {
            struct sley_value_query query = {kinds[k], 1, i, 2};
            count += sley_strategy_value(&streams, &query);
        }
        uint32_t mean = kinds[k] == SLEY_CHOICE_REUSE ? 2000 : 500;
        uint32_t slack = kinds[k] == SLEY_CHOICE_REUSE ? 192 : 126;
        assert_in_range(count, mean - slack, mean + slack);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_describes_itself),
        cmocka_unit_test(numbers_left_out_keep_their_default),
        cmocka_unit_test(what_is_printed_parses_to_the_same),
        cmocka_unit_test(printing_without_room_tells_the_length),
        cmocka_unit_test(an_unknown_name_is_told_with_those_that_are_known),
        cmocka_unit_test(numbers_that_do_not_fit_are_told),
        cmocka_unit_test(values_out_of_a_strategys_range_are_told),
        cmocka_unit_test(surw_takes_no_numbers_or_a_key_tasks_and_counts),
        cmocka_unit_test(an_answer_depends_on_the_place_and_not_on_the_order_of_questions),
        cmocka_unit_test(rare_events_are_rare),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
