/* The C++ runtime's state of caught and uncaught exceptions, one for each task. */
#include "engine/engine.h"
#include "entry/entry.h"

#include <string.h>

/* struct __cxa_eh_globals of the Itanium C++ ABI. */
struct exceptions {
    void *caught;
    unsigned uncaught;
};

void *
sley_entry_exceptions(void)
{
    static struct exceptions outside, inside[SLEY_TASKS_MAX];
    static uint32_t serial[SLEY_TASKS_MAX], start[SLEY_TASKS_MAX];
    if (!sley_running()) {
        return &outside;
    }
    uint32_t task = sley_engine.task;
    const struct sley_task *self = &sley_engine.task_table[task];
    /* What an earlier run, or the slot's former task, left behind is nobody's. */
    if (serial[task] != sley_engine.serial || start[task] != self->start) {
        serial[task] = sley_engine.serial;
        start[task] = self->start;
        memset(&inside[task], 0, sizeof inside[task]);
    }
    return &inside[task];
}
