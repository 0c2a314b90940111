#include "search/exhaustive.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

enum {
    NODES_MAX = 1 << 17,
    WIDTH_POOL = 1 << 20, /* candidates of all nodes on the stack */
    YIELDS_MAX = 1,       /* consecutive yields of a task without a step of another */
};

/* One decision on the current path. */
struct node {
    bool is_value;
    bool forced;               /* one candidate stands for all: nothing to come back for */
    uint32_t chosen;           /* index into the candidates, or the value */
    uint32_t count;            /* candidates, or the bound */
    uint32_t first;            /* of its candidates in the pool */
    uint32_t spent;            /* preemptions on the path up to here */
    uint32_t runnable_default; /* 1 + index of the last task if it could go on; 0: none */
    uint32_t default_index;    /* of the answer 0 */
    struct sley_choice choice; /* where the decision is taken; value and bound are not kept here */
    struct sley_taskset done;  /* tasks explored from here */
    struct sley_taskset skip;  /* tasks asleep or excluded by a bound */
};

struct search_state {
    struct sley_search *search;
};

struct sley_search {
    struct sley_search_options options;
    struct node *nodes;
    uint16_t *pool;
    uint32_t node_count; /* nodes on the path whose choice is fixed */
    uint32_t pool_used;
    uint32_t depth;            /* decisions taken in the current run */
    uint32_t spent;            /* preemptions in the current run */
    struct sley_taskset sleep; /* asleep at the next decision */
    uint32_t last; /* task chosen last, but for a begin: who is preempted if it could go on */
    uint32_t yield_count; /* yields of that task since another's last step */
    bool truncated;
    struct search_state state;
};

/* The path outlives a worker that the code under test kills: it is shared with the parent. */
static void *
share(size_t size)
{
    void *at =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

struct sley_search *
sley_search_create(const struct sley_search_options *options)
{
    struct sley_search *search = share(sizeof *search);
    if (!search) {
        return NULL;
    }
    search->options = *options;
    search->nodes = share(NODES_MAX * sizeof search->nodes[0]);
    search->pool = share(WIDTH_POOL * sizeof search->pool[0]);
    search->state.search = search;
    if (!search->nodes || !search->pool) {
        sley_search_destroy(search);
        return NULL;
    }
    return search;
}

void
sley_search_destroy(struct sley_search *search)
{
    if (!search) {
        return;
    }
    if (search->nodes) {
        munmap(search->nodes, NODES_MAX * sizeof search->nodes[0]);
    }
    if (search->pool) {
        munmap(search->pool, WIDTH_POOL * sizeof search->pool[0]);
    }
    munmap(search, sizeof *search);
}

static bool
reduces(const struct sley_search *search)
{
    return !search->options.bound_preemptions && !search->options.no_reduction;
}

/* Tasks of node that may still be chosen: the lowest index, the default first; count if none. */
static uint32_t
next_candidate(const struct sley_search *search, const struct node *node)
{
    const uint16_t *tasks = search->pool + node->first;
    bool bound = search->options.bound_preemptions;
    uint32_t preferred = node->runnable_default;
    for (uint32_t i = 0; i <= node->count; i++) {
        if (i == 0 && !preferred) {
            continue;
        }
        uint32_t index = i == 0 ? preferred - 1 : i - 1;
        bool preempts = preferred && index != preferred - 1;
        if (preempts && bound && node->spent >= search->options.preemptions_max) {
            continue;
        }
        if (!sley_taskset_has(&node->done, tasks[index]) &&
            !sley_taskset_has(&node->skip, tasks[index])) {
            return index;
        }
    }
    return node->count;
}

/* A loop that yields must let others step: after YIELDS_MAX yields in a row the next is left
 * out. */
static void
exclude_yielder(const struct sley_search *search, const struct sley_view *view, struct node *node)
{
    if (search->yield_count >= YIELDS_MAX && view->candidate_count > 1 &&
        view->pending[search->last].op == SLEY_OP_YIELD) {
        sley_taskset_add(&node->skip, search->last);
    }
}

/* 1 + index of the task chosen last if it could go on and does not give way; 0: it could not. */
static uint32_t
find_last(const struct sley_search *search, const struct sley_view *view)
{
    for (uint32_t i = 0; i < view->runnable_count; i++) {
        if (view->candidates[i] == search->last) {
            return view->pending[search->last].op == SLEY_OP_YIELD ? 0 : i + 1;
        }
    }
    return 0;
}

/* A task that has not begun has no operation that could conflict: to run it first loses nothing,
 * and counts neither as a preemption nor as a step. */
static bool
force_begin(const struct sley_view *view, struct node *node)
{
    for (uint32_t i = 0; i < view->runnable_count; i++) {
        if (view->pending[view->candidates[i]].op == SLEY_OP_BEGIN) {
            node->forced = true;
            node->chosen = i;
            return true;
        }
    }
    return false;
}

static struct node *
node_push(struct sley_search *search, uint32_t width)
{
    if (search->node_count == NODES_MAX || search->pool_used + width > WIDTH_POOL) {
        search->truncated = true;
        return NULL;
    }
    struct node *node = &search->nodes[search->node_count++];
    memset(node, 0, offsetof(struct node, done));
    sley_taskset_clear(&node->done);
    sley_taskset_clear(&node->skip);
    node->first = search->pool_used;
    node->count = width;
    return node;
}

static struct node *
schedule_node(struct sley_search *search, const struct sley_view *view, bool *stop)
{
    struct node *node = node_push(search, view->candidate_count);
    if (!node) {
        return NULL;
    }
    memcpy(search->pool + node->first, view->candidates,
           view->candidate_count * sizeof search->pool[0]);
    search->pool_used += view->candidate_count;
    node->spent = search->spent;
    node->default_index = view->default_index;
    node->choice = (struct sley_choice){
        .kind = SLEY_CHOICE_SCHEDULE,
        .op = view->pending[view->current].op,
        .task = view->current,
        .point = view->point,
    };
    node->runnable_default = find_last(search, view);
    if (reduces(search)) {
        sley_taskset_copy(&node->skip, &search->sleep);
    }
    exclude_yielder(search, view, node);
    if (force_begin(view, node)) {
        return node;
    }
    node->chosen = next_candidate(search, node);
    if (node->chosen == node->count) {
        search->pool_used = node->first;
        search->node_count--;
        *stop = true;
    }
    return node;
}

/* A yield counts as a conflict with everything: which yields of a task follow each other without a
 * step of another decides what is left out, so nothing may move across one. */
static bool
commute(const struct sley_pending *a, const struct sley_pending *b)
{
    return a->op != SLEY_OP_YIELD && b->op != SLEY_OP_YIELD && !sley_pending_conflict(a, b);
}

/* What stays asleep once the chosen operation executes: what commutes with it. */
static void
sleep_update(struct sley_search *search, const struct sley_view *view, const struct node *node)
{
    uint32_t chosen = view->candidates[node->chosen];
    struct sley_taskset *asleep = &search->sleep;
    if (node->forced) {
        return;
    }
    sley_taskset_join(asleep, &node->done);
    sley_taskset_remove(asleep, chosen);
    for (uint32_t t = sley_taskset_next(asleep, 0); t < SLEY_TASKS_MAX;
         t = sley_taskset_next(asleep, t + 1)) {
        if (!commute(&view->pending[t], &view->pending[chosen])) {
            sley_taskset_remove(asleep, t);
        }
    }
}

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    (void)state;
    (void)parameters;
    (void)seed;
    (void)run;
}

/* The chosen task executes an operation of its own. */
static void
take_step(struct sley_search *search, const struct sley_view *view, const struct node *node)
{
    uint32_t chosen = view->candidates[node->chosen];
    search->spent += node->runnable_default && node->chosen != node->runnable_default - 1;
    if (chosen != search->last) {
        search->last = chosen;
        search->yield_count = 0;
    }
    search->yield_count += view->pending[chosen].op == SLEY_OP_YIELD;
}

static void
pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    struct sley_search *search = ((struct search_state *)state)->search;
    struct node *node;
    if (search->depth < search->node_count) {
        node = &search->nodes[search->depth];
    } else {
        node = schedule_node(search, view, &pick->stop);
        if (!node || pick->stop) {
            pick->stop = true;
            return;
        }
    }
    search->depth++;
    if (!node->forced) {
        take_step(search, view, node);
    }
    if (reduces(search)) {
        sleep_update(search, view, node);
    }
    pick->index = node->chosen;
    pick->stay = 1;
}

static uint32_t
value(void *state, const struct sley_value_query *query)
{
    struct sley_search *search = ((struct search_state *)state)->search;
    if (search->depth >= search->node_count) {
        struct node *node = node_push(search, 0);
        if (!node) {
            return 0;
        }
        node->is_value = true;
        node->count = query->bound;
        node->choice =
            (struct sley_choice){.kind = query->kind, .task = query->task, .point = query->point};
    }
    return search->nodes[search->depth++].chosen;
}

static const struct sley_strategy_ops ops = {
    .name = "exhaustive",
    .summary = "depth-first search of every choice within the bounds",
    .source = "Godefroid, LNCS 1032, 1996; Musuvathi, Qadeer, PLDI 2007",
    .parameters = "",
    .begin = begin,
    .pick = pick,
    .value = value,
};

struct sley_source
sley_search_source(struct sley_search *search)
{
    search->depth = 0;
    search->spent = 0;
    search->last = 0;
    sley_taskset_clear(&search->sleep);
    search->yield_count = 0;
    return (struct sley_source){&ops, &search->state};
}

void
sley_search_choices(const struct sley_search *search, struct sley_choice *choices,
                    uint32_t *choice_count)
{
    *choice_count = 0;
    for (uint32_t i = 0; i < search->node_count; i++) {
        const struct node *node = &search->nodes[i];
        uint32_t value = node->chosen;
        if (!node->is_value) {
            value = node->chosen == node->default_index  ? 0
                    : node->chosen < node->default_index ? node->chosen + 1
                                                         : node->chosen;
        }
        if (value != 0 && *choice_count < SLEY_SEARCH_CHOICES_MAX) {
            choices[*choice_count] = node->choice;
            choices[*choice_count].value = value;
            choices[(*choice_count)++].bound = node->count;
        }
    }
}

/* Moves the choice of the deepest node on; false if it has no other. */
static bool
node_advance(struct sley_search *search, struct node *node)
{
    if (node->is_value) {
        return ++node->chosen < node->count;
    }
    if (node->forced) {
        return false;
    }
    sley_taskset_add(&node->done, search->pool[node->first + node->chosen]);
    node->chosen = next_candidate(search, node);
    return node->chosen < node->count;
}

bool
sley_search_next(struct sley_search *search)
{
    while (search->node_count > 0) {
        struct node *node = &search->nodes[search->node_count - 1];
        if (node_advance(search, node)) {
            search->pool_used = node->first + (node->is_value ? 0 : node->count);
            return true;
        }
        search->pool_used = node->first;
        search->node_count--;
    }
    return false;
}

bool
sley_search_truncated(const struct sley_search *search)
{
    return search->truncated;
}
