#include "tests/unit/machine_run.h"

#include "model/machine.h"
#include "pthread/front.h"
#include "search/replay.h"

static uint32_t outside_answer;

/* The replay without a list, but for what the outside decides. */
static uint32_t
answer_outside(void *state, const struct sley_value_query *query)
{
    (void)state;
    return query->kind == SLEY_CHOICE_OUTSIDE ? outside_answer : 0;
}

void
machine_run(const struct machine_run *run, void *(*body)(void *), struct sley_run_result *result)
{
    struct sley_replay replay;
    struct sley_source source = sley_replay_source(&replay, NULL, 0);
    struct sley_strategy_ops ops = *source.ops;
    ops.value = answer_outside;
    source.ops = &ops;
    outside_answer = run->outside;
    const struct sley_model_task_ops *task = run->model->task;
    struct sley_run_options options = {
        .source = source,
        .entry = body,
        .strict_time = !run->untimed,
        .early_max = 1,
        .task_end = task->ended ? task->ended : sley_pthread_task_end,
    };
    sley_profile_add(run->profile);
    sley_model_current = run->model;
    sley_machine_reset();
    task->begin();
    sley_engine_run(&options, result);
    sley_profile_add(NULL);
}

int
machine_run_begin(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}
