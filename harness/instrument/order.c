#include "instrument/order.h"

#include "engine/access.h"
#include "engine/suppress.h"
#include "instrument/sync_table.h"

/* The compilers' memory orders, by value. */
enum order { RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };

static struct sley_clock fences[SLEY_TASKS_MAX]; /* what each task's last release fence covers */
static uint32_t fence_serial[SLEY_TASKS_MAX];
static struct sley_clock read_before_fence[SLEY_TASKS_MAX]; /* what relaxed loads have seen */
static uint32_t read_serial[SLEY_TASKS_MAX];
static struct sley_clock fence_all; /* seq_cst fences order each other */
static uint32_t fence_all_serial;

static bool
acquires(int order)
{
    return order == CONSUME || order == ACQUIRE || order == ACQ_REL || order == SEQ_CST;
}

static bool
releases(int order)
{
    return order == RELEASE || order == ACQ_REL || order == SEQ_CST;
}

/* Whether atomic operations order anything here. */
static bool
orders(void)
{
    return sley_running() && !sley_ignores(SLEY_IGNORED_SYNC);
}

static void
clock_join(struct sley_clock *to, const struct sley_clock *from)
{
    for (; to->count < from->count; to->count++) {
        to->at[to->count] = 0;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        if (from->at[i] > to->at[i]) {
            to->at[i] = from->at[i];
        }
    }
}

void
sley_atomic_loaded(uintptr_t address, int order)
{
    const struct sley_clock *clock = orders() ? sley_sync_clock(address, false) : NULL;
    uint32_t task = sley_engine.task;
    if (acquires(order) && sley_running()) {
        const struct sley_clock *said = sley_sync_said(address, SLEY_SAID, false);
        if (said) {
            sley_clock_acquire(said);
        }
    }
    if (!clock) {
        return;
    }
    if (acquires(order)) {
        sley_clock_acquire(clock);
        return;
    }
    if (read_serial[task] != sley_engine.serial) {
        read_serial[task] = sley_engine.serial;
        sley_clock_init(&read_before_fence[task]);
    }
    clock_join(&read_before_fence[task], clock);
}

/* A store that is no read-modify-write ends the release sequence of earlier ones. */
void
sley_atomic_stored(uintptr_t address, int order, bool read_modify_write)
{
    uint32_t task = sley_engine.task;
    bool fenced = fence_serial[task] == sley_engine.serial;
    bool keeps = releases(order) || fenced;
    struct sley_clock *clock = orders() ? sley_sync_clock(address, keeps) : NULL;
    if (!clock) {
        return;
    }
    if (!read_modify_write) {
        sley_clock_init(clock);
    }
    if (releases(order)) {
        sley_clock_release(clock);
    } else if (fenced) {
        clock_join(clock, &fences[task]);
    }
}

void
sley_atomic_fence(int order, uintptr_t pc)
{
    /* Sequentially consistent fences order each other, so they are operations on one object. */
    sley_point(SLEY_OP_FENCE, order == SEQ_CST ? (uintptr_t)&fence_all : 0, pc);
    uint32_t task = sley_engine.task;
    uint32_t serial = sley_engine.serial;
    if (!orders()) {
        return;
    }
    if (acquires(order) && read_serial[task] == serial) {
        sley_clock_acquire(&read_before_fence[task]);
    }
    if (order == SEQ_CST) {
        if (fence_all_serial != serial) {
            fence_all_serial = serial;
            sley_clock_init(&fence_all);
        }
        sley_clock_acquire(&fence_all);
        sley_clock_release(&fence_all);
    }
    if (releases(order)) {
        fence_serial[task] = serial;
        sley_clock_init(&fences[task]);
        sley_clock_release(&fences[task]);
    }
}

/* The point and the checks of one atomic operation; it executes right after. */
void
sley_atomic_point(uintptr_t address, uint32_t size, enum sley_op op, uintptr_t pc)
{
    unsigned kind = SLEY_ACCESS_ATOMIC | (op == SLEY_OP_ATOMIC_LOAD ? 0 : SLEY_ACCESS_WRITE);
    uint32_t part = size < 8 ? size : 8;
    sley_access(address, part, op, kind, pc);
    if (size > 8) {
        sley_access_race_range(address + 8, size - 8, kind, pc);
    }
}

bool
sley_atomic_weak_failure(void)
{
    return sley_running() && sley_engine.options->weak_cas &&
           sley_choose(SLEY_CHOICE_WEAK_CAS, 2) == 1;
}
