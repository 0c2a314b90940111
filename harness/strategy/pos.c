/* POS: partial order sampling.
 *
 * Source: X. Yuan, J. Yang, R. Gu, "Partial order aware concurrency sampling", CAV 2018. Each
 * pending operation has an independent random priority; the highest candidate executes; then every
 * pending operation that conflicts with it, and the next one of its task, draw anew.
 *
 * Departures: priorities are 64-bit integers, ties (probability below 2^-40 a run) go to the lower
 * task. To begin is an operation of its own, which nothing conflicts with; so is a yield. */
#include "strategy/registry.h"

struct pos {
    struct sley_streams streams;
    uint32_t known;                    /* tasks below it have a valid entry in priority */
    uint64_t priority[SLEY_TASKS_MAX]; /* of the pending operation; 0: not drawn yet */
};

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    struct pos *pos = state;
    (void)parameters;
    sley_streams_init(&pos->streams, seed, run);
    pos->known = 0;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct pos *pos = state;
    for (; pos->known < view->task_count; pos->known++) {
        pos->priority[pos->known] = 0;
    }
    uint32_t best = 0;
    uint64_t best_priority = 0;
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        uint64_t *priority = &pos->priority[view->candidates[i]];
        if (*priority == 0) {
            *priority = sley_rng_next(&pos->streams.schedule) | 1;
        }
        if (*priority > best_priority) {
            best = i;
            best_priority = *priority;
        }
    }
    uint32_t chosen = view->candidates[best];
    for (uint32_t t = 0; t < view->task_count; t++) {
        if (t == chosen || sley_pending_conflict(&view->pending[t], &view->pending[chosen])) {
            pos->priority[t] = 0;
        }
    }
    *pick = (struct sley_pick){.index = best, .stay = 1};
}

const struct sley_strategy_ops sley_strategy_pos = {
    .name = "pos",
    .summary = "partial order sampling: a random priority for each pending operation",
    .source = "Yuan, Yang, Gu, CAV 2018",
    .parameters = "",
    .state_size = sizeof(struct pos),
    .begin = begin,
    .pick = pick,
    .value = sley_strategy_value,
};
