/* The default: a fixed rotation of strategies, so that a campaign has no blind spot of a single
 * one. Which of them run k uses is a function of k alone.
 *
 * A campaign draws the parameters of SURW's runs from its census, and begins these runs by
 * themselves. What is begun here has no census, and there SURW is the random walk whose place it
 * took in the rotation: a token of the mix never names an object. */
#include "strategy/registry.h"

#include <string.h>

static const struct {
    const struct sley_strategy_ops *ops;
    uint32_t count;     /* of its parameters */
    uint32_t parameter; /* PCT's depth, the sticky walk's mean stay */
} rotation[SLEY_ROTATION] = {
    {&sley_strategy_random_walk, 0, 0}, {&sley_strategy_pct, 3, 2},     {&sley_strategy_pos, 0, 0},
    {&sley_strategy_sticky, 1, 4},      {&sley_strategy_pct, 3, 3},     {&sley_strategy_surw, 0, 0},
    {&sley_strategy_pos, 0, 0},         {&sley_strategy_sticky, 1, 16},
};

enum { STATE_MAX = 1 << 15 };

struct mix {
    /* The state of the strategy in use lies first: its streams are the mix's own. */
    _Alignas(16) unsigned char state[STATE_MAX];
    const struct sley_strategy_ops *ops;
};

static const struct sley_strategy_ops *
part(const struct sley_parameters *parameters, uint64_t run, struct sley_parameters *own)
{
    *own = (struct sley_parameters){
        .count = rotation[run % SLEY_ROTATION].count,
        .value = {rotation[run % SLEY_ROTATION].parameter, parameters->value[0],
                  parameters->value[1]},
    };
    return rotation[run % SLEY_ROTATION].ops;
}

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    struct mix *mix = state;
    struct sley_parameters inner;
    mix->ops = part(parameters, run, &inner);
    mix->ops->begin(mix->state, &inner, seed, run);
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct mix *mix = state;
    mix->ops->pick(mix->state, view, pick);
}

const struct sley_strategy_ops sley_strategy_mix = {
    .name = "mix",
    .summary =
        "rotates random, pct 2 and 3, pos, surw and sticky 4 and 16 over the runs (the default)",
    .source = "the rotation is ours; each strategy names its own source",
    .parameters = "tasks,points",
    .defaults = {0, 0},
    .state_size = sizeof(struct mix),
    .begin = begin,
    .pick = pick,
    .value = sley_strategy_value,
    .part = part,
};
