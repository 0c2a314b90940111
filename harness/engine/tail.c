/* The fair tail: a run that met its step bound goes on under round robin, so that an unfair
 * schedule is told from a livelock and from a program that is merely long. */
#include "engine/internal.h"

#include <string.h>

enum {
    QUANTUM = 64,  /* points of a task before the next one's turn */
    WINDOW = 1024, /* last events of a task that are searched for a period */
    PERIOD_MAX = 256,
};

static uint64_t recent[SLEY_TASKS_MAX][WINDOW]; /* ring of event digests by task */
static uint32_t recent_count[SLEY_TASKS_MAX];
static uint32_t turn_left;

/* Whether the task's last events repeat: the same places, objects and values read, over and over.
 */
static bool
periodic(uint32_t task)
{
    uint32_t count = recent_count[task];
    if (count < WINDOW) {
        return false;
    }
    for (uint32_t period = 1; period <= PERIOD_MAX; period++) {
        uint32_t i = period;
        while (i < WINDOW && recent[task][(count - 1 - i) % WINDOW] ==
                                 recent[task][(count - 1 - i + period) % WINDOW]) {
            i++;
        }
        if (i == WINDOW) {
            return true;
        }
    }
    return false;
}

static bool
all_periodic(void)
{
    struct sley_engine *e = &sley_engine;
    bool any = false;
    for (uint32_t i = 0; i < e->runnable_count; i++) {
        if (!periodic(e->runnable[i])) {
            return false;
        }
        any = true;
    }
    return any && e->sleeper_count == 0;
}

void
sley_tail_advance(void)
{
    struct sley_engine *e = &sley_engine;
    if (!e->tail_step) {
        memset(recent_count, 0, sizeof recent_count);
        uint32_t length = sley_steps_max();
        uint32_t least = 2 * WINDOW * (e->live_count + 1);
        e->tail_step = e->step - e->base + (length > least ? length : least);
        e->result->unfair = true;
        turn_left = 0;
        return;
    }
    bool livelock = all_periodic();
    sley_verdict_end(livelock ? SLEY_VERDICT_LIVELOCK : SLEY_VERDICT_STEP_BOUND, 0,
                     e->pc_ring[(e->step - 1) % SLEY_PC_RING],
                     livelock ? "every task that can run repeats itself, under fair scheduling"
                              : "neither ended nor repeated itself within the step bound");
}

uint32_t
sley_tail_pick(const struct sley_view *view)
{
    struct sley_engine *e = &sley_engine;
    if (view->current_runnable && !view->current_yields && turn_left > 0) {
        turn_left--;
        return e->task;
    }
    turn_left = QUANTUM;
    for (uint32_t i = 0; i < e->runnable_count; i++) {
        if (e->runnable[i] > e->task) {
            return e->runnable[i];
        }
    }
    /* The round is over: time passes as well. */
    if (e->sleeper_count > 0) {
        sley_time_fire_next();
    }
    return e->runnable[0];
}

void
sley_tail_event(const struct sley_event *event)
{
    uint64_t digest = event->pc * 0x9e3779b97f4a7c15u ^ event->address * 31 ^ event->value ^
                      (uint64_t)event->op << 56;
    recent[event->task][recent_count[event->task]++ % WINDOW] = digest;
}
