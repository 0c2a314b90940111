#include "engine/spin.h"

#include "engine/internal.h"

static struct {
    uint32_t gap;                          /* points before the next watch */
    uint32_t count;                        /* operations seen */
    uint32_t periods;                      /* bit p - 1: they may repeat every p operations */
    uint64_t digest[SLEY_SPIN_PERIOD_MAX]; /* ring of the last ones */
} watch;

_Static_assert(SLEY_SPIN_PERIOD_MAX == 32, "a bit for each period");

static void
watch_again(uint32_t gap)
{
    struct sley_engine *e = &sley_engine;
    watch.gap = gap < SLEY_SPIN_LATEST ? gap : SLEY_SPIN_LATEST;
    e->spin_look = e->step - e->base + watch.gap;
    watch.count = 0;
    watch.periods = UINT32_MAX;
}

/* What a loop that waits may do in each round. Anything else may be progress that others see,
 * whatever the values in memory are. */
static bool
may_wait(enum sley_op op)
{
    return op == SLEY_OP_READ || op == SLEY_OP_WRITE || op == SLEY_OP_ATOMIC_LOAD ||
           op == SLEY_OP_ATOMIC_STORE || op == SLEY_OP_ATOMIC_RMW || op == SLEY_OP_FENCE ||
           op == SLEY_OP_LOCK || op == SLEY_OP_UNLOCK || op == SLEY_OP_TRYLOCK ||
           op == SLEY_OP_READ_LOCK || op == SLEY_OP_YIELD;
}

static uint64_t
digest_of(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc)
{
    bool memory = op == SLEY_OP_READ || op == SLEY_OP_WRITE || op == SLEY_OP_ATOMIC_LOAD ||
                  op == SLEY_OP_ATOMIC_STORE || op == SLEY_OP_ATOMIC_RMW;
    uint64_t value = memory ? sley_bytes_at(object, size) : 0;
    return sley_mix64(sley_mix64(pc ^ (uint64_t)op << 56) + object) + sley_mix64(value);
}

/* Leaves the periods that fit the next operation as well. */
static void
compare(uint64_t digest)
{
    for (uint32_t left = watch.periods; left != 0; left &= left - 1) {
        uint32_t period = (uint32_t)__builtin_ctz(left) + 1;
        if (watch.count >= period &&
            watch.digest[(watch.count - period) % SLEY_SPIN_PERIOD_MAX] != digest) {
            watch.periods &= ~((uint32_t)1 << (period - 1));
        }
    }
    watch.digest[watch.count++ % SLEY_SPIN_PERIOD_MAX] = digest;
}

bool
sley_spin_note(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (e->spin_new) {
        e->spin_new = false;
        watch_again(0);
        watch.gap = SLEY_SPIN_FIRST;
    }
    bool others = e->runnable_count > 1 || e->sleeper_count > 0;
    if (!others || e->tail_step || e->options->quiet || !may_wait(op)) {
        watch_again(2 * watch.gap);
        return false;
    }
    compare(digest_of(op, object, size, pc));
    bool spins = watch.periods != 0 && watch.count == SLEY_SPIN_EVENTS;
    if (spins || watch.periods == 0) {
        watch_again(2 * watch.gap);
    }
    return spins;
}
