/* rand and random: one generator with a state of the run, so that a run can be repeated. As in
 * libc, calls from several tasks are safe and share one sequence. */
#include "engine/engine.h"
#include "pthread/front.h"

#include <base/rng.h>

static uint64_t state;
static uint32_t state_serial; /* the run that the state belongs to */
static uint32_t last_task;    /* that used the generator */

/* A point: who draws first gets another number. */
static void
enter(uintptr_t pc)
{
    if (state_serial != sley_engine.serial) {
        state_serial = sley_engine.serial;
        state = 1;
        last_task = sley_engine.task;
    }
    if (sley_running()) {
        sley_point(SLEY_OP_ATOMIC_RMW, (uintptr_t)&state, pc);
        sley_engine.result->conflict |= last_task != sley_engine.task;
        last_task = sley_engine.task;
    }
}

static int
draw(uintptr_t pc)
{
    enter(pc);
    state += 0x9e3779b97f4a7c15u;
    return (int)(sley_mix64(state) >> 33);
}

static void
seed(unsigned value, uintptr_t pc)
{
    enter(pc);
    state = value;
}

int
sley_rand(void)
{
    return draw(SLEY_CALLER());
}

void
sley_srand(unsigned value)
{
    seed(value, SLEY_CALLER());
}

long
sley_random(void)
{
    return draw(SLEY_CALLER());
}

void
sley_srandom(unsigned value)
{
    seed(value, SLEY_CALLER());
}
