#include "search/replay.h"

#include <stdio.h>

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    (void)state;
    (void)parameters;
    (void)seed;
    (void)run;
}

/* The recorded choice at (kind, task, point), or -1. */
static int32_t
find(const struct sley_replay *replay, enum sley_choice_kind kind, uint32_t task, uint32_t point)
{
    for (uint32_t i = 0; i < replay->choice_count; i++) {
        const struct sley_choice *choice = &replay->choices[i];
        if (choice->kind == kind && choice->point == point && choice->task == task) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* The recorded value, or 0 when it lies outside the bound that was met. */
static uint32_t
answer(struct sley_replay *replay, int32_t index, uint32_t bound, enum sley_op op)
{
    const struct sley_choice *choice = &replay->choices[index];
    bool kind_differs =
        choice->kind == SLEY_CHOICE_SCHEDULE && choice->op != op && !replay->lenient;
    replay->used_count++;
    if (choice->value >= bound || kind_differs) {
        if (replay->mismatch < 0) {
            replay->mismatch = index;
            replay->mismatch_bound = bound;
            replay->mismatch_op = op;
        }
        return 0;
    }
    return choice->value;
}

static void
note_question(struct sley_replay *replay, const struct sley_choice *question)
{
    if (!replay->questions || question->bound < 2) {
        return;
    }
    if (replay->question_count < replay->question_max) {
        replay->questions[replay->question_count] = *question;
    }
    replay->question_count++;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct sley_replay *replay = state;
    pick->stay = 1;
    pick->index = view->default_index;
    note_question(replay,
                  &(struct sley_choice){SLEY_CHOICE_SCHEDULE, view->pending[view->current].op,
                                        view->current, view->point, 0, view->candidate_count});
    int32_t index = find(replay, SLEY_CHOICE_SCHEDULE, view->current, view->point);
    if (index < 0) {
        return;
    }
    uint32_t value = answer(replay, index, view->candidate_count, view->pending[view->current].op);
    if (value > 0) {
        pick->index = value <= view->default_index ? value - 1 : value;
    }
}

static uint32_t
value(void *state, const struct sley_value_query *query)
{
    struct sley_replay *replay = state;
    note_question(replay, &(struct sley_choice){query->kind, SLEY_OP_BEGIN, query->task,
                                                query->point, 0, query->bound});
    int32_t index = find(replay, query->kind, query->task, query->point);
    return index < 0 ? 0 : answer(replay, index, query->bound, SLEY_OP_BEGIN);
}

static const struct sley_strategy_ops ops = {
    .name = "replay",
    .summary = "answers with recorded decisions",
    .source = "",
    .parameters = "",
    .begin = begin,
    .pick = pick,
    .value = value,
};

struct sley_source
sley_replay_source(struct sley_replay *replay, const struct sley_choice *choices,
                   uint32_t choice_count)
{
    *replay =
        (struct sley_replay){.choices = choices, .choice_count = choice_count, .mismatch = -1};
    return (struct sley_source){&ops, replay};
}

bool
sley_replay_fits(const struct sley_replay *replay, char *text, size_t text_size)
{
    if (replay->mismatch >= 0) {
        const struct sley_choice *choice = &replay->choices[replay->mismatch];
        snprintf(text, text_size,
                 "choice %u at point %u of task %u was recorded before an operation that %s, but "
                 "there the task %s and %u answers are possible",
                 choice->value, choice->point, choice->task, sley_op_text(choice->op),
                 sley_op_text(replay->mismatch_op), replay->mismatch_bound);
        return false;
    }
    if (replay->used_count < replay->choice_count) {
        snprintf(text, text_size, "only %u of %u recorded choices were met", replay->used_count,
                 replay->choice_count);
        return false;
    }
    return true;
}
