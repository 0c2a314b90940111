#include "search/shrink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { TASKS = 3, POINTS = 30 };

/* A program of three tasks of thirty points each. What it decides is what it is told, as far as
 * that fits; whether it fails is up to the test. */
struct program {
    bool (*is_bad)(const struct sley_shrink_run *run);
    uint32_t run_count;
};

static void
execute(const struct sley_choice *choices, uint32_t choice_count, struct sley_shrink_run *run)
{
    run->choice_count = 0;
    run->question_count = 0;
    run->step_count = TASKS * POINTS;
    for (uint32_t task = 0; task < TASKS; task++) {
        for (uint32_t point = 1; point <= POINTS; point++) {
            struct sley_choice question = {SLEY_CHOICE_SCHEDULE, SLEY_OP_READ, task, point, 0, 3};
            run->questions[run->question_count++] = question;
            for (uint32_t i = 0; i < choice_count; i++) {
                const struct sley_choice *choice = &choices[i];
                if (choice->kind == SLEY_CHOICE_SCHEDULE && choice->task == task &&
                    choice->point == point && choice->value > 0 && choice->value < 3) {
                    question.value = choice->value;
                    run->choices[run->choice_count++] = question;
                }
            }
        }
    }
    for (uint32_t i = 0; i < choice_count; i++) {
        if (choices[i].kind == SLEY_CHOICE_INPUT && choices[i].value > 0) {
            run->choices[run->choice_count++] = choices[i];
        }
    }
}

static bool
fails(void *context, const struct sley_choice *choices, uint32_t choice_count,
      struct sley_shrink_run *taken)
{
    struct program *program = context;
    program->run_count++;
    execute(choices, choice_count, taken);
    return program->is_bad(taken);
}

static uint32_t
value_at(const struct sley_shrink_run *run, enum sley_choice_kind kind, uint32_t task,
         uint32_t point)
{
    for (uint32_t i = 0; i < run->choice_count; i++) {
        const struct sley_choice *choice = &run->choices[i];
        if (choice->kind == kind && choice->task == task && choice->point == point) {
            return choice->value;
        }
    }
    return 0;
}

/* Every third point is a switch, and three inputs are large. */
static void
start(struct sley_shrink_run *run)
{
    static struct sley_choice choices[SLEY_SHRINK_CHOICES_MAX];
    uint32_t count = 0;
    for (uint32_t input = 0; input < 3; input++) {
        choices[count++] =
            (struct sley_choice){SLEY_CHOICE_INPUT, SLEY_OP_BEGIN, 0, input, 100 + input, 1000};
    }
    for (uint32_t task = 0; task < TASKS; task++) {
        for (uint32_t point = 3; point <= POINTS; point += 3) {
            choices[count++] =
                (struct sley_choice){SLEY_CHOICE_SCHEDULE, SLEY_OP_READ, task, point, 2, 3};
        }
    }
    execute(choices, count, run);
}

static struct sley_shrink_result
shrink(struct sley_shrink_run *run, bool (*is_bad)(const struct sley_shrink_run *run),
       uint32_t tries_max)
{
    struct program program = {.is_bad = is_bad};
    struct sley_shrink_options options = {fails, &program, tries_max, NULL};
    start(run);
    assert_true(is_bad(run));
    struct sley_shrink_result result = sley_shrink(run, &options);
    assert_true(is_bad(run));
    assert_int_equal(program.run_count, result.try_count);
    return result;
}

static struct sley_shrink_run run;

static bool
always(const struct sley_shrink_run *any)
{
    (void)any;
    return true;
}

static void
what_fails_anyway_shrinks_to_nothing(void **state)
{
    (void)state;
    assert_true(shrink(&run, always, 0).minimal);
    assert_int_equal(run.choice_count, 0);
}

static bool
needs_two(const struct sley_shrink_run *any)
{
    return value_at(any, SLEY_CHOICE_SCHEDULE, 0, 9) && value_at(any, SLEY_CHOICE_SCHEDULE, 2, 21);
}

static void
only_the_decisions_that_matter_stay_and_are_lowered(void **state)
{
    (void)state;
    assert_true(shrink(&run, needs_two, 0).minimal);
    assert_int_equal(run.choice_count, 2);
    assert_int_equal(value_at(&run, SLEY_CHOICE_SCHEDULE, 0, 9), 1);
    assert_int_equal(value_at(&run, SLEY_CHOICE_SCHEDULE, 2, 21), 1);
}

static bool
needs_large_input(const struct sley_shrink_run *any)
{
    return value_at(any, SLEY_CHOICE_INPUT, 0, 1) >= 37;
}

static void
an_input_is_lowered_to_the_least_that_fails(void **state)
{
    (void)state;
    assert_true(shrink(&run, needs_large_input, 0).minimal);
    assert_int_equal(run.choice_count, 1);
    assert_int_equal(value_at(&run, SLEY_CHOICE_INPUT, 0, 1), 37);
}

static bool
needs_early(const struct sley_shrink_run *any)
{
    for (uint32_t point = 1; point <= 17; point++) {
        if (value_at(any, SLEY_CHOICE_SCHEDULE, 1, point)) {
            return true;
        }
    }
    return false;
}

static void
a_preemption_is_put_off_as_far_as_it_may(void **state)
{
    (void)state;
    assert_true(shrink(&run, needs_early, 0).minimal);
    assert_int_equal(run.choice_count, 1);
    assert_int_equal(run.choices[0].point, 17);
}

/* Two decisions that no single removal gets rid of, while another one alone does the same. */
static bool
has_a_shorter_twin(const struct sley_shrink_run *any)
{
    return (value_at(any, SLEY_CHOICE_SCHEDULE, 1, 3) &&
            value_at(any, SLEY_CHOICE_SCHEDULE, 2, 6)) ||
           value_at(any, SLEY_CHOICE_SCHEDULE, 0, 8) == 2;
}

static void
a_run_with_fewer_decisions_is_found_where_leaving_out_does_not_lead(void **state)
{
    (void)state;
    assert_true(shrink(&run, has_a_shorter_twin, 0).minimal);
    assert_int_equal(run.choice_count, 1);
    assert_int_equal(value_at(&run, SLEY_CHOICE_SCHEDULE, 0, 8), 2);
}

static void
the_number_of_executions_is_bounded(void **state)
{
    (void)state;
    struct sley_shrink_result result = shrink(&run, needs_two, 5);
    assert_int_equal(result.try_count, 5);
    assert_false(result.minimal);
}

static void
shrinking_twice_gives_the_same_run(void **state)
{
    (void)state;
    static struct sley_shrink_run again;
    shrink(&run, needs_early, 0);
    shrink(&again, needs_early, 0);
    assert_int_equal(run.choice_count, again.choice_count);
    assert_memory_equal(run.choices, again.choices, run.choice_count * sizeof run.choices[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fails_anyway_shrinks_to_nothing),
        cmocka_unit_test(only_the_decisions_that_matter_stay_and_are_lowered),
        cmocka_unit_test(an_input_is_lowered_to_the_least_that_fails),
        cmocka_unit_test(a_preemption_is_put_off_as_far_as_it_may),
        cmocka_unit_test(a_run_with_fewer_decisions_is_found_where_leaving_out_does_not_lead),
        cmocka_unit_test(the_number_of_executions_is_bounded),
        cmocka_unit_test(shrinking_twice_gives_the_same_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
