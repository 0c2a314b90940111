/* Uniform random walk: at every point each candidate is equally likely.
 *
 * Instead of one draw at each point, the number of points until the walk leaves the current task is
 * drawn at once; while the candidates stay the same the two have the same distribution, and when
 * they change the walk starts afresh, since it has no memory. */
#include "strategy/registry.h"

struct random_walk {
    struct sley_streams streams;
    uint32_t task; /* that was picked last */
};

/* Points until the next one that picks another of count candidates: 1, 2, ... with probability
 * (1/count)^(stay-1) (1 - 1/count). */
static uint32_t
draw_stay(struct sley_rng *rng, uint32_t count)
{
    if (count == 2) {
        return 1 + (uint32_t)__builtin_ctzll(sley_rng_next(rng) | (uint64_t)1 << 63);
    }
    uint32_t stay = 1;
    while (stay < 64 && sley_rng_below(rng, count) == 0) {
        stay++;
    }
    return stay;
}

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    struct random_walk *walk = state;
    (void)parameters;
    sley_streams_init(&walk->streams, seed, run);
    walk->task = SLEY_TASKS_MAX;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct random_walk *walk = state;
    struct sley_rng *rng = &walk->streams.schedule;
    uint32_t count = view->candidate_count;
    if (count == 1) {
        walk->task = view->candidates[0];
        *pick = (struct sley_pick){.index = 0, .stay = UINT32_MAX};
        return;
    }
    bool leaves = !view->changed && view->current_runnable && walk->task == view->current;
    uint32_t index;
    if (leaves && count == 2) {
        index = view->candidates[0] == walk->task;
    } else if (leaves) {
        index = (uint32_t)sley_rng_below(rng, count - 1);
        index += index >= view->default_index;
    } else {
        index = (uint32_t)sley_rng_below(rng, count);
    }
    walk->task = view->candidates[index];
    *pick = (struct sley_pick){.index = index, .stay = draw_stay(rng, count)};
}

const struct sley_strategy_ops sley_strategy_random_walk = {
    .name = "random",
    .summary = "uniform random walk: every candidate equally likely at every point",
    .source = "folklore; exact, tests/guarantee/random_walk_test.c",
    .parameters = "",
    .state_size = sizeof(struct random_walk),
    .begin = begin,
    .pick = pick,
    .value = sley_strategy_value,
};
