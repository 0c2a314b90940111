/* PCT: probabilistic concurrency testing with priorities.
 *
 * Source: S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A randomized scheduler with
 * probabilistic guarantees of finding bugs", ASPLOS 2010. Tasks get a random order of priorities;
 * at d-1 points, drawn from 1..k, the running task drops below all initial priorities; the highest
 * candidate always runs. A bug of depth d is found with probability >= 1/(n k^(d-1)) in each run,
 * if n and k bound the tasks and points of a run (tests/guarantee/pct_test.c).
 *
 * Departures: a task that yields drops below all others, else a loop that waits for another task
 * would never end; the bound does not hold for bugs that need it to keep running. Tasks beyond n
 * get a random place in the order. A pending early time-out counts as an operation of its task. A
 * task that has not begun counts as able to run: a change point may be spent on one that then has
 * to wait at its first operation. */
#include "strategy/registry.h"

enum { DEPTH_MAX = 16, SPACE = 1 << 20 };

struct pct {
    struct sley_streams streams;
    uint32_t depth, tasks, points;
    uint32_t change[DEPTH_MAX];       /* step of each change point, ascending */
    uint32_t change_to[DEPTH_MAX];    /* the priority that it sets, 1..depth-1 */
    uint32_t change_next;             /* first change point that is still to come */
    int64_t lowest;                   /* priority for the next task that yields; falls */
    uint32_t known;                   /* tasks below it have a priority */
    int64_t priority[SLEY_TASKS_MAX]; /* by task; the highest candidate runs */
    uint32_t order[SLEY_TASKS_MAX];   /* random permutation for tasks 0..tasks-1 */
};

static void
draw_order(struct pct *pct)
{
    for (uint32_t i = 0; i < pct->tasks; i++) {
        uint32_t j = (uint32_t)sley_rng_below(&pct->streams.schedule, i + 1);
        pct->order[i] = pct->order[j];
        pct->order[j] = i;
    }
}

static void
draw_changes(struct pct *pct)
{
    for (uint32_t i = 0; i + 1 < pct->depth; i++) {
        uint32_t step = 1 + (uint32_t)sley_rng_below(&pct->streams.schedule, pct->points);
        uint32_t at = i;
        for (; at > 0 && pct->change[at - 1] > step; at--) {
            pct->change[at] = pct->change[at - 1];
            pct->change_to[at] = pct->change_to[at - 1];
        }
        pct->change[at] = step;
        pct->change_to[at] = i + 1;
    }
}

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    struct pct *pct = state;
    sley_streams_init(&pct->streams, seed, run);
    pct->depth = parameters->value[0];
    pct->tasks = parameters->value[1] < SLEY_TASKS_MAX ? parameters->value[1] : SLEY_TASKS_MAX;
    pct->points = parameters->value[2] ? parameters->value[2] : 1;
    pct->change_next = 0;
    pct->lowest = 0;
    pct->known = 0;
    draw_order(pct);
    draw_changes(pct);
}

/* Gives tasks that were not seen before their priorities. Initial ones lie SPACE apart above the
 * depth, so that late tasks find a place between. */
static void
meet(struct pct *pct, uint32_t task_count)
{
    for (; pct->known < task_count; pct->known++) {
        int64_t place = pct->known < pct->tasks
                            ? ((int64_t)pct->order[pct->known] + 1) * SPACE
                            : (int64_t)sley_rng_below(&pct->streams.schedule,
                                                      (uint64_t)(pct->tasks + 1) * SPACE);
        pct->priority[pct->known] = DEPTH_MAX + 1 + place;
    }
}

static uint32_t
highest(const struct pct *pct, const struct sley_view *view)
{
    uint32_t best = 0;
    int64_t best_priority = pct->priority[view->candidates[0]];
    for (uint32_t i = 1; i < view->candidate_count; i++) {
        int64_t priority = pct->priority[view->candidates[i]];
        if (priority > best_priority) {
            best = i;
            best_priority = priority;
        }
    }
    return best;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct pct *pct = state;
    meet(pct, view->task_count);
    if (view->current_yields) {
        pct->priority[view->current] = --pct->lowest;
    }
    uint32_t best = highest(pct, view);
    while (pct->change_next + 1 < pct->depth && pct->change[pct->change_next] <= view->step) {
        pct->priority[view->candidates[best]] = pct->change_to[pct->change_next++];
        best = highest(pct, view);
    }
    uint32_t stay = UINT32_MAX;
    if (pct->change_next + 1 < pct->depth) {
        stay = pct->change[pct->change_next] - view->step;
    }
    *pick = (struct sley_pick){.index = best, .stay = stay};
}

static enum sley_status
check(const struct sley_parameters *parameters, struct sley_error *error)
{
    if (parameters->value[0] < 1 || parameters->value[0] > DEPTH_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "strategy 'pct:%u': the depth must lie in 1..%d",
                              parameters->value[0], DEPTH_MAX);
    }
    return SLEY_OK;
}

const struct sley_strategy_ops sley_strategy_pct = {
    .name = "pct",
    .summary = "random priorities with d-1 change points (depth d, tasks n, points k)",
    .source = "Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010",
    .parameters = "depth,tasks,points",
    .defaults = {3, 0, 0},
    .state_size = sizeof(struct pct),
    .begin = begin,
    .pick = pick,
    .value = sley_strategy_value,
    .check = check,
};
