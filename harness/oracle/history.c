/* Recording calls, and the check that ends a run. */
#include "oracle/lane.h"
#include "oracle/linear.h"

#include <sley/sley.h>

#include <stdio.h>

/* Atomic because the lane native records on real threads; the engine runs one task at a time. */
static uint64_t
tick(struct sley_history *history)
{
    return __atomic_add_fetch(&history->clock, 1, __ATOMIC_SEQ_CST);
}

int
sley_history_begin(struct sley_history *history, uint32_t object, uint32_t op, int64_t argument,
                   int64_t second)
{
    int index = __atomic_fetch_add(&history->count, 1, __ATOMIC_RELAXED);
    if (index >= SLEY_HISTORY_MAX) {
        __atomic_store_n(&history->count, SLEY_HISTORY_MAX, __ATOMIC_RELAXED);
        sley_oracle_misuse(SLEY_ORACLE_CALLER(), "a history of more than 64 calls");
    }
    history->calls[index] = (struct sley_call){
        .begin = tick(history),
        .end = UINT64_MAX,
        .argument = argument,
        .second = second,
        .op = op,
        .object = object,
        .task = sley_oracle_task(),
    };
    sley_oracle_observe(&history->calls[index], false, SLEY_ORACLE_CALLER());
    return index;
}

void
sley_history_end(struct sley_history *history, int call, int64_t result)
{
    history->calls[call].result = result;
    history->calls[call].end = tick(history);
    sley_oracle_observe(&history->calls[call], true, SLEY_ORACLE_CALLER());
}

void
sley_history_put(struct sley_history *history, struct sley_queue *queue, intptr_t item)
{
    int call = sley_history_begin(history, 0, SLEY_PUT, item, 0);
    sley_queue_put(queue, item);
    sley_history_end(history, call, 0);
}

intptr_t
sley_history_get(struct sley_history *history, struct sley_queue *queue)
{
    int call = sley_history_begin(history, 0, SLEY_GET, 0, 0);
    intptr_t item = sley_queue_get(queue);
    sley_history_end(history, call, item);
    return item;
}

static void
not_decided(uintptr_t pc)
{
    char text[96];
    snprintf(text, sizeof text, "linearizability not decided within %d states", SLEY_HISTORY_NODES);
    sley_oracle_misuse(pc, text);
}

/* Large and used once in a run: not on a task's stack. */
static struct sley_linear linear;

void
sley_check_linearizable(const struct sley_history *history, struct sley_spec spec)
{
    uintptr_t pc = SLEY_ORACLE_CALLER();
    uint64_t taken = 0;
    bool decided = true;
    while (sley_linear_part(&linear, history, spec, UINT64_MAX, &taken)) {
        enum sley_linearizable found = sley_linear_search(&linear);
        decided &= found != SLEY_NOT_DECIDED;
        if (found != SLEY_NOT_LINEARIZABLE) {
            continue;
        }
        char text[96];
        sley_linear_shorten(&linear);
        sley_linear_note(&linear, history);
        snprintf(text, sizeof text, "%u calls on %s %u are not linearizable", linear.count,
                 spec.ops->name, linear.calls[0].object);
        sley_oracle_fail(pc, text);
    }
    if (!decided) {
        not_decided(pc);
    }
}

bool
sley_history_is_fifo(const struct sley_history *history, uint32_t capacity)
{
    enum sley_linearizable found = sley_history_judge(history, sley_spec_fifo(capacity));
    if (found == SLEY_NOT_DECIDED) {
        not_decided(SLEY_ORACLE_CALLER());
    }
    return found == SLEY_LINEARIZABLE;
}
