/* Laws that hold for every program: what one execution model may do, another may do as well; and an
 * operation on private memory changes no outcome. Held against programs drawn from fixed seeds,
 * each searched to its end in each model. */
#include "tests/guarantee/law_program.h"

#include "base/rng.h"
#include "campaign/outcomes.h"
#include "campaign/target.h"
#include "models/registry.h"
#include "search/exhaustive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum {
    PROGRAMS = 300,
    COMPARED_MIN = 100, /* of those programs; the others are too large to be searched */
    RUNS_MAX = 20000,
};

/* Every outcome of the first is one of the second. A pair counts once both models are registered
 * and built. */
static const struct {
    const char *inner, *outer;
    bool strict; /* some program tells them apart: both of the last switch at every bytecode */
} inclusions[] = {
    {"coroutine", "thread", true},
    {"gil:py310", "gil:py32", true},
    {"gil:py32", "gil:free", false},
};

/* Models in which private operations change nothing: those that do not count operations. */
static const char *const indifferent[] = {"thread", "coroutine", "gil:py32", "gil:py310",
                                          "gil:free"};

/* --- programs --- */

const struct law_program *law_running;

static uint64_t seen[LAW_TASKS_MAX];

int
law_count(int task)
{
    return task < 0 ? law_running->task_count : law_running->count[task];
}

int
law_kind(int task, int index)
{
    return (int)law_running->operation[task][index].kind;
}

int
law_object(int task, int index)
{
    return law_running->operation[task][index].object;
}

int
law_value(int task, int index)
{
    return law_running->operation[task][index].value;
}

void
law_note(int task, int value)
{
    seen[task] = sley_mix64(seen[task] ^ (uint64_t)value);
}

int64_t
law_digest(int first, int second)
{
    uint64_t digest = sley_mix64((uint64_t)first << 32 ^ (uint64_t)second);
    for (int i = 0; i < LAW_TASKS_MAX; i++) {
        digest = sley_mix64(digest ^ seen[i]);
    }
    return (int64_t)digest;
}

/* Under an interpreter lock every two operations conflict, so that only two short tasks can be
 * searched to the end. */
static bool
is_small(const struct sley_model *model)
{
    return strncmp(model->name, "gil:", 4) == 0;
}

static void
draw_program(struct law_program *program, uint64_t seed, bool small)
{
    struct sley_rng rng;
    sley_rng_init(&rng, seed, 0);
    *program = (struct law_program){.task_count = 2 + (int)sley_rng_below(&rng, small ? 1 : 2)};
    uint64_t most = program->task_count == 2 && !small ? 4 : 2;
    for (int task = 0; task < program->task_count; task++) {
        program->count[task] = 1 + (int)sley_rng_below(&rng, most);
        for (int i = 0; i < program->count[task]; i++) {
            program->operation[task][i].kind = (enum law_kind)sley_rng_below(&rng, LAW_PRIVATE);
            program->operation[task][i].object = (int)sley_rng_below(&rng, LAW_VARIABLES);
            program->operation[task][i].value = 10 * (task + 1) + i;
        }
    }
}

/* The program with one private operation more, at a drawn place. */
static void
insert_private(struct law_program *program, const struct law_program *from, uint64_t seed)
{
    struct sley_rng rng;
    sley_rng_init(&rng, seed, 1);
    *program = *from;
    int task = (int)sley_rng_below(&rng, (uint64_t)program->task_count);
    int at = (int)sley_rng_below(&rng, (uint64_t)program->count[task] + 1);
    for (int i = program->count[task]; i > at; i--) {
        program->operation[task][i] = program->operation[task][i - 1];
    }
    program->operation[task][at].kind = LAW_PRIVATE;
    program->count[task]++;
}

/* --- outcomes --- */

static const struct sley_property property = {
    .name = "law", .quantifier = SLEY_OUTCOMES, .body = law_body, .also = SLEY_BIT(RACE)};

/* Fills outcomes with every outcome of the program in the model. False: there are too many runs. */
static bool
explore(const struct law_program *program, const struct sley_model *model,
        struct sley_outcomes *outcomes)
{
    static struct sley_run_result result;
    const struct sley_target target = {.property = &property, .model = model};
    const struct sley_search_options options = {0};
    struct sley_search *search = sley_search_create(&options);
    bool more = true;
    memset(outcomes, 0, sizeof *outcomes);
    law_running = program;
    for (uint64_t run = 0; more && run < RUNS_MAX; run++) {
        struct sley_source source = sley_search_source(search);
        memset(seen, 0, sizeof seen);
        sley_target_run(&target, &source, NULL, &result);
        if (result.reported.has_outcome && !result.pruned) {
            const struct sley_outcome_entry entry = {result.reported.outcome, 1, run, ""};
            sley_outcomes_add(outcomes, &entry);
        }
        more = sley_search_next(search);
    }
    bool whole = !more && !sley_search_truncated(search) && !outcomes->overflow;
    sley_search_destroy(search);
    return whole;
}

static bool
lies_in(const struct sley_outcomes *inner, const struct sley_outcomes *outer)
{
    bool in = inner->count > 0;
    for (uint32_t i = 0; i < inner->count; i++) {
        in &= sley_outcomes_find(outer, inner->entry[i].value) != NULL;
    }
    return in;
}

static const struct sley_model *
model_of(const char *name)
{
    for (const struct sley_model *const *m = sley_models; *m; m++) {
        if (strcmp((*m)->name, name) == 0 && !(*m)->missing) {
            return *m;
        }
    }
    return NULL;
}

static struct law_program program, longer;
static struct sley_outcomes first, second;

static void
check_inclusion(const struct sley_model *inner, const struct sley_model *outer, bool is_strict)
{
    int compared = 0, strict = 0, broken = 0;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        draw_program(&program, seed, is_small(outer));
        if (!explore(&program, outer, &second) || !explore(&program, inner, &first)) {
            continue;
        }
        compared++;
        strict += first.count < second.count;
        if (!lies_in(&first, &second)) {
            broken++;
            print_error("seed %llu: an outcome of %s is none of %s\n", (unsigned long long)seed,
                        inner->name, outer->name);
        }
    }
    print_message("%s in %s: %d programs, in %d of them strictly\n", inner->name, outer->name,
                  compared, strict);
    assert_int_equal(broken, 0);
    assert_true(compared >= COMPARED_MIN);
    assert_true(strict > 0 || !is_strict);
}

static void
what_the_stricter_model_may_do_the_other_may_do(void **state)
{
    int pairs = 0;
    (void)state;
    for (size_t i = 0; i < sizeof inclusions / sizeof inclusions[0]; i++) {
        const struct sley_model *inner = model_of(inclusions[i].inner);
        const struct sley_model *outer = model_of(inclusions[i].outer);
        if (inner && outer) {
            check_inclusion(inner, outer, inclusions[i].strict);
            pairs++;
        }
    }
    assert_true(pairs > 0);
}

/* The law can fail: threads do more than coroutines. */
static void
the_reverse_of_an_inclusion_does_not_hold(void **state)
{
    (void)state;
    int broken = 0;
    for (uint64_t seed = 1; seed <= PROGRAMS && broken == 0; seed++) {
        draw_program(&program, seed, false);
        broken = explore(&program, model_of("thread"), &first) &&
                 explore(&program, model_of("coroutine"), &second) && !lies_in(&first, &second);
    }
    assert_int_equal(broken, 1);
}

static void
check_private(const struct sley_model *model)
{
    int compared = 0, changed = 0;
    uint32_t most = 0;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        draw_program(&program, seed, is_small(model));
        insert_private(&longer, &program, seed);
        if (!explore(&longer, model, &second) || !explore(&program, model, &first)) {
            continue;
        }
        compared++;
        most = first.count > most ? first.count : most;
        if (first.count != second.count || !lies_in(&first, &second)) {
            changed++;
            print_error("seed %llu, %s: %u outcomes, with a private operation %u\n",
                        (unsigned long long)seed, model->name, first.count, second.count);
        }
    }
    print_message("%s: %d programs of up to %u outcomes\n", model->name, compared, most);
    assert_int_equal(changed, 0);
    assert_true(compared >= COMPARED_MIN);
}

static void
a_private_operation_changes_no_outcome(void **state)
{
    int models = 0;
    (void)state;
    for (size_t i = 0; i < sizeof indifferent / sizeof indifferent[0]; i++) {
        const struct sley_model *model = model_of(indifferent[i]);
        if (model) {
            check_private(model);
            models++;
        }
    }
    assert_true(models >= 2);
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
        cmocka_unit_test(what_the_stricter_model_may_do_the_other_may_do),
        cmocka_unit_test(the_reverse_of_an_inclusion_does_not_hold),
        cmocka_unit_test(a_private_operation_changes_no_outcome),
    };
    return cmocka_run_group_tests_name("laws", tests, engine_init, NULL);
}
