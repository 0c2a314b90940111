/* Sticky random walk: leaves the current task with probability 1/m at each point, for another
 * candidate chosen uniformly. Long stretches without a switch make it complement the uniform walk,
 * which almost never lets a task run far ahead. */
#include "strategy/registry.h"

struct sticky {
    struct sley_streams streams;
    uint32_t mean;
};

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    struct sticky *sticky = state;
    sley_streams_init(&sticky->streams, seed, run);
    sticky->mean = parameters->value[0];
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct sticky *sticky = state;
    struct sley_rng *rng = &sticky->streams.schedule;
    uint32_t count = view->candidate_count;
    uint32_t stay = 1;
    while (stay < 32 * sticky->mean && sley_rng_below(rng, sticky->mean) != 0) {
        stay++;
    }
    pick->stay = stay;
    if (count == 1) {
        pick->index = 0;
        return;
    }
    bool may_keep = view->current_runnable && !view->current_yields;
    if (may_keep && view->changed && sley_rng_below(rng, sticky->mean) != 0) {
        pick->index = view->default_index; /* the set changed under way: the task's stay goes on */
        return;
    }
    uint32_t others = view->current_runnable ? count - 1 : count;
    uint32_t index = (uint32_t)sley_rng_below(rng, others);
    pick->index = index + (view->current_runnable && index >= view->default_index);
}

static enum sley_status
check(const struct sley_parameters *parameters, struct sley_error *error)
{
    if (parameters->value[0] < 1 || parameters->value[0] > 1000000) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "strategy 'sticky:%u': the mean stay must lie in 1..1000000 points",
                              parameters->value[0]);
    }
    return SLEY_OK;
}

const struct sley_strategy_ops sley_strategy_sticky = {
    .name = "sticky",
    .summary = "random walk that stays with a task for a geometric number of points (mean given)",
    .source = "folklore; no bound is claimed",
    .parameters = "mean",
    .defaults = {8},
    .state_size = sizeof(struct sticky),
    .begin = begin,
    .pick = pick,
    .value = sley_strategy_value,
    .check = check,
};
