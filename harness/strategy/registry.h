/* The strategies by name. */
#ifndef SLEY_STRATEGY_REGISTRY_H
#define SLEY_STRATEGY_REGISTRY_H

#include "base/rng.h"

#include <sley/strategy.h>

#define SLEY_STRATEGY(symbol) extern const struct sley_strategy_ops sley_strategy_##symbol;
#include "strategy/strategies.def"
#undef SLEY_STRATEGY

/* All strategies, the default first; NULL ends the array. */
extern const struct sley_strategy_ops *const sley_strategies[];

/* Reads "name" or "name:1,2" into ops and parameters; numbers left out keep their default. */
enum sley_status sley_strategy_parse(const char *text, const struct sley_strategy_ops **ops,
                                     struct sley_parameters *parameters, struct sley_error *error);

/* Writes the text that sley_strategy_parse reads; returns its length as snprintf does. */
int sley_strategy_print(char *text, size_t size, const struct sley_strategy_ops *ops,
                        const struct sley_parameters *parameters);

/* The random numbers of one run: inputs and other values have numbers of their own, so that a draw
 * more or less in a schedule never shifts an input. First member of every strategy's state. */
struct sley_streams {
    struct sley_rng schedule;
    uint64_t values; /* key of the answers to choices other than "who runs next" */
};

void sley_streams_init(struct sley_streams *streams, uint64_t seed, uint64_t run);

/* The answer of all randomized strategies to choices other than "who runs next": inputs and
 * waiters uniform; a spurious wake-up and a weak failure with probability 1/8; reuse 1/2. A
 * function of the run and of (kind, task, point), not of the order of the questions. */
uint32_t sley_strategy_value(void *state, const struct sley_value_query *query);

#endif
