#include "search/shrink.h"

#include <string.h>

enum {
    DEPTH_MAX = 2,            /* decisions of the runs that are all tried */
    FEWER_MAX = 64,           /* decisions of such a run, inputs included */
    QUESTIONS_MAX = 512,      /* of a run, at which others follow */
    DEEP_STEPS_MAX = 1000000, /* points of all these runs */
};

/* What one shrinking works with; too large for the stack, and only one is under way. */
struct shrinker {
    const struct sley_shrink_options *options;
    struct sley_shrink_run *best;
    uint32_t try_count;
    uint32_t tries_max;
    uint64_t deep_steps; /* points of runs that were extended */
    bool improved;       /* in the current pass */
    struct sley_choice questions[DEPTH_MAX][QUESTIONS_MAX];
};

static struct sley_choice candidate[SLEY_SHRINK_CHOICES_MAX];
static struct sley_shrink_run taken;

struct measure {
    uint64_t inputs;
    uint64_t values;
    uint64_t points; /* of the decisions: later is better */
    uint32_t choices;
    uint32_t steps;
};

static struct measure
measure_of(const struct sley_shrink_run *run)
{
    struct measure measure = {.choices = run->choice_count, .steps = run->step_count};
    for (uint32_t i = 0; i < run->choice_count; i++) {
        const struct sley_choice *choice = &run->choices[i];
        if (choice->kind == SLEY_CHOICE_INPUT) {
            measure.inputs += choice->value;
        } else {
            measure.values += choice->value;
            measure.points += choice->point;
        }
    }
    return measure;
}

/* Negative: a is simpler than b. */
static int
compare(const struct measure *a, const struct measure *b)
{
    if (a->inputs != b->inputs) {
        return a->inputs < b->inputs ? -1 : 1;
    }
    if (a->choices != b->choices) {
        return a->choices < b->choices ? -1 : 1;
    }
    if (a->values != b->values) {
        return a->values < b->values ? -1 : 1;
    }
    if (a->steps != b->steps) {
        return a->steps < b->steps ? -1 : 1;
    }
    if (a->points != b->points) {
        return a->points > b->points ? -1 : 1;
    }
    return 0;
}

static bool
out_of_tries(const struct shrinker *shrinker)
{
    return shrinker->try_count >= shrinker->tries_max ||
           (shrinker->options->stops && shrinker->options->stops());
}

/* Executes the first count choices of the candidate; keeps the run if it fails and is simpler. */
static bool
attempt(struct shrinker *shrinker, uint32_t count)
{
    if (out_of_tries(shrinker)) {
        return false;
    }
    shrinker->try_count++;
    taken.choice_count = 0;
    taken.question_count = 0;
    if (!shrinker->options->fails(shrinker->options->context, candidate, count, &taken)) {
        return false;
    }
    struct measure now = measure_of(&taken), before = measure_of(shrinker->best);
    if (compare(&now, &before) >= 0) {
        return false;
    }
    shrinker->best->choice_count = taken.choice_count;
    shrinker->best->step_count = taken.step_count;
    memcpy(shrinker->best->choices, taken.choices, taken.choice_count * sizeof taken.choices[0]);
    shrinker->improved = true;
    return true;
}

static uint32_t
copy_best(const struct shrinker *shrinker)
{
    const struct sley_shrink_run *best = shrinker->best;
    memcpy(candidate, best->choices, best->choice_count * sizeof candidate[0]);
    return best->choice_count;
}

static bool
attempt_without(struct shrinker *shrinker, uint32_t first, uint32_t count)
{
    uint32_t all = copy_best(shrinker);
    memmove(candidate + first, candidate + first + count,
            (all - first - count) * sizeof candidate[0]);
    return attempt(shrinker, all - count);
}

static bool
attempt_value(struct shrinker *shrinker, uint32_t index, uint32_t value)
{
    uint32_t all = copy_best(shrinker);
    candidate[index].value = value;
    return attempt(shrinker, all);
}

/* Leaves out parts of the list: halves, quarters, ... single decisions; from the end, so that what
 * comes late, and depends on the rest, goes first. */
static void
leave_out(struct shrinker *shrinker)
{
    for (uint32_t size = shrinker->best->choice_count; size > 0; size /= 2) {
        uint32_t end = shrinker->best->choice_count;
        while (end > 0 && !out_of_tries(shrinker)) {
            uint32_t first = end > size ? end - size : 0;
            bool gone = attempt_without(shrinker, first, end - first);
            end =
                gone && shrinker->best->choice_count < first ? shrinker->best->choice_count : first;
        }
    }
}

/* Lowers each value: to 1, by halving what is between, then by one. */
static void
lower(struct shrinker *shrinker)
{
    for (uint32_t i = 0; i < shrinker->best->choice_count && !out_of_tries(shrinker); i++) {
        uint32_t low = 0; /* does not fail, or was not simpler */
        uint32_t value = shrinker->best->choices[i].value;
        while (value > low + 1 && !out_of_tries(shrinker)) {
            uint32_t middle = low + (value - low) / 2;
            if (!attempt_value(shrinker, i, middle)) {
                low = middle;
            }
            if (i >= shrinker->best->choice_count) {
                return; /* the list became shorter than this place */
            }
            value = shrinker->best->choices[i].value;
        }
        if (value > 1 && i < shrinker->best->choice_count) {
            attempt_value(shrinker, i, value - 1);
        }
    }
}

/* Puts a preemption off, by ever larger steps while that fails still. */
static void
put_off(struct shrinker *shrinker)
{
    for (uint32_t i = 0; i < shrinker->best->choice_count && !out_of_tries(shrinker); i++) {
        if (shrinker->best->choices[i].kind != SLEY_CHOICE_SCHEDULE) {
            continue;
        }
        for (uint32_t distance = 1; distance <= 64;) {
            uint32_t all = copy_best(shrinker);
            candidate[i].point += distance;
            bool later = attempt(shrinker, all);
            if (i >= shrinker->best->choice_count) {
                return;
            }
            if (!later && distance == 1) {
                break;
            }
            distance = later ? distance * 2 : distance / 2;
        }
    }
}

/* Tries every run that decides otherwise than base[count] at up to depth further questions, each
 * after the one before. */
static bool
extend(struct shrinker *shrinker, const struct sley_choice *base, uint32_t count, uint32_t depth)
{
    struct sley_choice list[FEWER_MAX];
    memcpy(list, base, count * sizeof list[0]);
    memcpy(candidate, base, count * sizeof list[0]);
    if (attempt(shrinker, count)) {
        return true;
    }
    if (depth == 0 || shrinker->deep_steps > DEEP_STEPS_MAX) {
        return false;
    }
    shrinker->deep_steps += taken.step_count;
    uint32_t question_count =
        taken.question_count < QUESTIONS_MAX ? taken.question_count : QUESTIONS_MAX;
    struct sley_choice *questions = shrinker->questions[depth - 1];
    memcpy(questions, taken.questions, question_count * sizeof questions[0]);
    const struct sley_choice *last = count ? &list[count - 1] : NULL;
    bool after = !last || last->kind == SLEY_CHOICE_INPUT;
    for (uint32_t q = 0; q < question_count && !out_of_tries(shrinker); q++) {
        if (after && questions[q].kind != SLEY_CHOICE_INPUT) {
            list[count] = questions[q];
            for (list[count].value = 1; list[count].value < questions[q].bound;
                 list[count].value++) {
                if (extend(shrinker, list, count + 1, depth - 1)) {
                    return true;
                }
            }
        }
        after = after || (questions[q].kind == last->kind && questions[q].task == last->task &&
                          questions[q].point == last->point);
    }
    return false;
}

/* Looks for a run with the same inputs and fewer decisions. */
static void
try_fewer(struct shrinker *shrinker)
{
    struct sley_choice inputs[FEWER_MAX];
    uint32_t input_count = 0, other_count = 0;
    const struct sley_shrink_run *best = shrinker->best;
    for (uint32_t i = 0; i < best->choice_count; i++) {
        if (best->choices[i].kind != SLEY_CHOICE_INPUT) {
            other_count++;
        } else if (input_count < FEWER_MAX - DEPTH_MAX) {
            inputs[input_count++] = best->choices[i];
        } else {
            return;
        }
    }
    for (uint32_t depth = 0; depth < other_count && depth <= DEPTH_MAX; depth++) {
        shrinker->deep_steps = 0;
        if (extend(shrinker, inputs, input_count, depth)) {
            return;
        }
    }
}

struct sley_shrink_result
sley_shrink(struct sley_shrink_run *run, const struct sley_shrink_options *options)
{
    static struct shrinker shrinker;
    shrinker.options = options;
    shrinker.best = run;
    shrinker.try_count = 0;
    shrinker.tries_max = options->tries_max ? options->tries_max : 4000;
    do {
        shrinker.improved = false;
        leave_out(&shrinker);
        lower(&shrinker);
        try_fewer(&shrinker);
        put_off(&shrinker);
    } while (shrinker.improved && !out_of_tries(&shrinker));
    return (struct sley_shrink_result){shrinker.try_count, !shrinker.improved};
}
