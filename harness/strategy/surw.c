/* SURW: selectively uniform random walk over the operations on one shared object.
 *
 * Source: "Selectively Uniform Concurrency Testing", ASPLOS 2025. Of the objects that the profile
 * run shows to be shared, each run draws one, by the number of operations on it; these are the
 * interesting operations. Each task weighs as many of them as it has left, those of tasks that it
 * has yet to start included. A task drawn by weight, the marked one, executes the next interesting
 * operation; before it any other is held back. All other operations run freely, by the priorities
 * of POS (pos.c). If the counts are those of the run and nothing waits, all orders of the
 * interesting operations are equally likely (tests/guarantee/surw_test.c); of the other operations
 * nothing is promised.
 *
 * Parameters: the key of the object, the number of tasks, and for each task its interesting
 * operations since the first task was started by another, plus a million times the task that starts
 * it. Tasks beyond the last number take that one too, so that a hundred equal threads stay short. A
 * count of 0 is raised to 1: the task may have some in another run.
 *
 * Departures: a task that is marked but does not come to its operation, because it spins or waits,
 * loses the mark after PATIENCE other operations (a yield counts for many), and then ever sooner;
 * uniformity is lost for programs that compute for longer than that between two interesting
 * operations. After a yield, and after every REDRAW operations, all priorities are drawn anew: one
 * that is pending for long loses to those of a task that spins. A task without operations left
 * weighs 1, if it can run. A run of which no object is known is a uniform random walk over all
 * operations: where nothing is shared there is no order to be uniform over, and it costs least. */
#include "base/rng.h"
#include "strategy/census.h"
#include "strategy/registry.h"

#include <string.h>

enum {
    NOBODY = SLEY_TASKS_MAX,
    KEY = 0, /* places of the parameters */
    TASKS,
    EVENTS,
    PARENT_UNIT = 1000000, /* a count of events lies below it */
    PATIENCE = 1024,
    PATIENCE_MIN = 16,
    YIELD_COST = 64, /* of the patience */
    REDRAW = 64,     /* operations after which all priorities are drawn anew */
};

struct surw {
    union {
        struct sley_streams streams;
        _Alignas(16) unsigned char walk[64]; /* of the random walk, where no object is known */
    };
    uint32_t key;
    uint32_t tasks;  /* that the parameters speak of; 0: no object is known */
    uint32_t beyond; /* interesting operations of each further task */
    uint32_t known;  /* tasks below it have begun to take part */
    uint32_t marked; /* the task that executes the next interesting operation, or NOBODY */
    uint32_t waited; /* operations since the last interesting one, while some was held back */
    uint32_t patience;
    uint32_t picks;
    uint32_t left[SLEY_TASKS_MAX];   /* interesting operations that the task has yet to execute */
    uint32_t unborn[SLEY_TASKS_MAX]; /* those of tasks that it has yet to start, and they in turn */
    bool settled[SLEY_TASKS_MAX];    /* what follows belongs to the task's pending operation */
    bool interesting[SLEY_TASKS_MAX];
    uint64_t priority[SLEY_TASKS_MAX]; /* of the pending operation; 0: not drawn yet */
};

/* The number of a task in the list, which the last one stands for the rest of. */
static uint32_t
entry_of(const struct sley_parameters *parameters, uint32_t task)
{
    uint32_t listed = parameters->count - EVENTS;
    return parameters->value[EVENTS + (task < listed ? task : listed - 1)];
}

static uint32_t
events_of(uint32_t entry)
{
    uint32_t events = entry % PARENT_UNIT;
    return events ? events : 1;
}

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    struct surw *surw = state;
    surw->tasks = 0;
    if (parameters->count == 0) {
        sley_strategy_random_walk.begin(surw->walk, parameters, seed, run);
        return;
    }
    sley_streams_init(&surw->streams, seed, run);
    surw->key = parameters->value[KEY];
    surw->tasks = parameters->value[TASKS] < SLEY_TASKS_MAX ? parameters->value[TASKS]
                                                            : (uint32_t)SLEY_TASKS_MAX;
    surw->known = 0;
    surw->marked = NOBODY;
    surw->waited = 0;
    surw->patience = PATIENCE;
    surw->picks = 0;
    memset(surw->unborn, 0, surw->tasks * sizeof surw->unborn[0]);
    for (uint32_t t = 0; t < surw->tasks; t++) {
        surw->left[t] = events_of(entry_of(parameters, t));
    }
    surw->beyond = events_of(parameters->value[parameters->count - 1]);
    for (uint32_t t = surw->tasks - 1; t > 0; t--) { /* who starts a task has a lower number */
        surw->unborn[entry_of(parameters, t) / PARENT_UNIT] += surw->left[t] + surw->unborn[t];
    }
}

static uint64_t
weight_of(const struct surw *surw, uint32_t task)
{
    return (uint64_t)surw->left[task] + surw->unborn[task];
}

/* A task takes its part of the weight of the one that started it, and with that chance the mark. */
static void
meet(struct surw *surw, uint32_t task, uint32_t starter)
{
    surw->settled[task] = false;
    surw->priority[task] = 0;
    if (task >= surw->tasks) {
        surw->left[task] = surw->beyond;
        surw->unborn[task] = 0;
    }
    if (task == 0) {
        return;
    }
    uint64_t weight = weight_of(surw, task);
    uint64_t expected = task < surw->tasks ? weight : 0;
    uint64_t of_starter = weight_of(surw, starter) + weight - expected;
    if (surw->unborn[starter] < expected) {
        expected = surw->unborn[starter]; /* in the profile run another task did */
    }
    surw->unborn[starter] -= (uint32_t)expected;
    if (surw->marked == starter &&
        sley_rng_below(&surw->streams.schedule, of_starter > weight ? of_starter : weight) <
            weight) {
        surw->marked = task;
    }
}

static void
settle(struct surw *surw, const struct sley_view *view, uint32_t task)
{
    const struct sley_pending *pending = &view->pending[task];
    surw->settled[task] = true;
    surw->interesting[task] = pending->address && sley_census_counts(pending->op) &&
                              (uint32_t)view->key(pending->address) == surw->key;
}

/* Draws one of the tasks by weight, those included that cannot run now. */
static uint32_t
draw_task(struct surw *surw, const struct sley_view *view)
{
    uint64_t total = 0;
    for (uint32_t t = 0; t < surw->known; t++) {
        total += weight_of(surw, t);
    }
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        total += weight_of(surw, view->candidates[i]) == 0;
    }
    uint64_t at = sley_rng_below(&surw->streams.schedule, total);
    for (uint32_t t = 0; t < surw->known; t++) {
        if (at < weight_of(surw, t)) {
            return t;
        }
        at -= weight_of(surw, t);
    }
    uint32_t i = 0;
    while (weight_of(surw, view->candidates[i]) != 0 || at-- != 0) {
        i++;
    }
    return view->candidates[i];
}

static bool
is_held(const struct surw *surw, uint32_t task)
{
    return surw->interesting[task] && task != surw->marked;
}

static uint64_t
weight_held(const struct surw *surw, uint32_t task)
{
    uint64_t weight = weight_of(surw, task);
    return is_held(surw, task) ? weight + (weight == 0) : 0;
}

/* Draws one of the candidates that are held back, by weight; returns its index. */
static uint32_t
draw_held(struct surw *surw, const struct sley_view *view)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        total += weight_held(surw, view->candidates[i]);
    }
    uint64_t at = sley_rng_below(&surw->streams.schedule, total);
    uint32_t i = 0;
    for (; at >= weight_held(surw, view->candidates[i]); i++) {
        at -= weight_held(surw, view->candidates[i]);
    }
    return i;
}

/* The candidate of the highest priority that is not held back; the first of all if all are. */
static uint32_t
highest_free(struct surw *surw, const struct sley_view *view, uint32_t *held_count)
{
    uint32_t best = 0;
    uint64_t best_priority = 0;
    *held_count = 0;
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        uint32_t task = view->candidates[i];
        if (is_held(surw, task)) {
            ++*held_count;
            continue;
        }
        if (surw->priority[task] == 0) {
            surw->priority[task] = sley_rng_next(&surw->streams.schedule) | 1;
        }
        if (surw->priority[task] > best_priority) {
            best = i;
            best_priority = surw->priority[task];
        }
    }
    return best;
}

static uint32_t
choose(struct surw *surw, const struct sley_view *view)
{
    if (surw->marked == NOBODY) {
        surw->marked = draw_task(surw, view);
    }
    uint32_t held_count;
    uint32_t index = highest_free(surw, view, &held_count);
    bool impatient = held_count > 0 && surw->waited >= surw->patience;
    if (impatient && surw->patience > PATIENCE_MIN) {
        surw->patience /= 2;
    }
    if (impatient || held_count == view->candidate_count) {
        index = draw_held(surw, view);
        surw->marked = view->candidates[index];
    } else if (held_count > 0) {
        const struct sley_pending *pending = &view->pending[view->candidates[index]];
        surw->waited += pending->op == SLEY_OP_YIELD ? YIELD_COST : 1;
    }
    return index;
}

/* Which priorities the operation of chosen makes invalid. */
static void
redraw(struct surw *surw, const struct sley_view *view, uint32_t chosen)
{
    const struct sley_pending *pending = view->pending;
    bool all = pending[chosen].op == SLEY_OP_YIELD || ++surw->picks % REDRAW == 0;
    for (uint32_t t = 0; t < view->task_count; t++) {
        if (all || t == chosen || sley_pending_conflict(&pending[t], &pending[chosen])) {
            surw->priority[t] = 0;
        }
    }
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct surw *surw = state;
    if (surw->tasks == 0) {
        sley_strategy_random_walk.pick(surw->walk, view, pick);
        return;
    }
    for (; surw->known < view->task_count; surw->known++) {
        meet(surw, surw->known, view->current);
    }
    for (uint32_t i = 0; i < view->candidate_count; i++) {
        if (!surw->settled[view->candidates[i]]) {
            settle(surw, view, view->candidates[i]);
        }
    }
    uint32_t index = view->candidate_count > 1 ? choose(surw, view) : 0;
    uint32_t chosen = view->candidates[index];
    if (surw->interesting[chosen]) {
        surw->left[chosen] -= surw->left[chosen] > 0 && surw->known > 1;
        surw->marked = NOBODY;
        surw->waited = 0;
    }
    redraw(surw, view, chosen);
    surw->settled[chosen] = false;
    *pick = (struct sley_pick){.index = index, .stay = 1};
}

/* Packs the counts of an object: equal ones at the end once; of more than fit, the mean. */
static void
pack(struct sley_parameters *parameters, const struct sley_census *census,
     const struct sley_census_object *object)
{
    uint32_t listed = census->task_count;
    while (listed > 1 && object->by_task[listed - 1] == object->by_task[listed - 2] &&
           census->parent[listed - 1] == census->parent[listed - 2]) {
        listed--;
    }
    uint32_t room = SLEY_PARAMETERS_MAX - EVENTS;
    uint64_t rest = 0;
    for (uint32_t t = room - 1; listed > room && t < census->task_count; t++) {
        rest += object->by_task[t];
    }
    bool fits = listed <= room;
    listed = fits ? listed : room;
    *parameters = (struct sley_parameters){.count = EVENTS + listed};
    parameters->value[KEY] = object->key;
    parameters->value[TASKS] = census->task_count;
    for (uint32_t t = 0; t < listed; t++) {
        uint64_t events = object->by_task[t];
        if (!fits && t == listed - 1) {
            uint32_t of = census->task_count - t;
            events = (rest + of - 1) / of;
        }
        events = events < PARENT_UNIT ? events : PARENT_UNIT - 1;
        parameters->value[EVENTS + t] = census->parent[t] * PARENT_UNIT + (uint32_t)events;
    }
}

static void
draw(struct sley_parameters *parameters, const struct sley_census *census, uint64_t seed,
     uint64_t run)
{
    static const uint64_t own = 0x73757277; /* apart from the stream of the run's schedule */
    struct sley_rng rng;
    if (census->object_count == 0) {
        return;
    }
    sley_rng_init(&rng, sley_mix64(seed ^ own), run);
    uint64_t at = sley_rng_below(&rng, census->event_count);
    const struct sley_census_object *object = census->object;
    for (; at >= object->event_count; object++) {
        at -= object->event_count;
    }
    pack(parameters, census, object);
}

static enum sley_status
check(const struct sley_parameters *parameters, struct sley_error *error)
{
    const uint32_t *value = parameters->value;
    if (parameters->count == 0) {
        return SLEY_OK;
    }
    if (parameters->count <= EVENTS) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "strategy 'surw:%u%s': %u of KEY,TASKS,EVENTS... given; give no "
                              "number, or all three",
                              value[KEY], parameters->count > 1 ? ",..." : "", parameters->count);
    }
    uint32_t listed = parameters->count - EVENTS;
    if (value[TASKS] < 1 || value[TASKS] > SLEY_TASKS_MAX || listed > value[TASKS]) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "strategy 'surw:%u,%u,...': the tasks must lie in 1..%d, with no "
                              "more counts of events than tasks (here %u)",
                              value[KEY], value[TASKS], SLEY_TASKS_MAX, listed);
    }
    for (uint32_t t = 0; t < listed; t++) {
        uint32_t starter = value[EVENTS + t] / PARENT_UNIT;
        if (starter >= t && (t > 0 || starter > 0)) {
            return sley_error_set(error, SLEY_ERROR_USAGE,
                                  "strategy 'surw:%u,%u,...': %u says that task %u starts task "
                                  "%u; the task that starts one has a lower number",
                                  value[KEY], value[TASKS], value[EVENTS + t], starter, t);
        }
    }
    return SLEY_OK;
}

const struct sley_strategy_ops sley_strategy_surw = {
    .name = "surw",
    .summary = "all orders of the operations on one shared object equally likely, drawn anew for "
               "each run",
    .source = "Selectively Uniform Concurrency Testing, ASPLOS 2025",
    .parameters = "key,tasks,events...",
    .state_size = sizeof(struct surw),
    .begin = begin,
    .pick = pick,
    .value = sley_strategy_value,
    .draw = draw,
    .check = check,
};
