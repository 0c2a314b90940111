/* Thread-local variables of code compiled with -femulated-tls: one copy for each task. */
#include "engine/engine.h"
#include "engine/heap.h"

#include <string.h>

enum { VARIABLES_MAX = 512 };

/* The compiler's control object; the last two fields are ours to use. It lies in the program's
 * data, so that `index` is 0 again at the start of each run. */
struct control {
    size_t size;
    size_t alignment;
    uintptr_t index; /* 1 + number of the variable in this run, in the order of first use */
    void *initial;   /* NULL: all zero */
};

static void *copies[SLEY_TASKS_MAX][VARIABLES_MAX];
static uint32_t copies_used[SLEY_TASKS_MAX];
static uint32_t owners[SLEY_TASKS_MAX]; /* start of the task that the copies belong to */
static uint32_t variable_count, variable_serial;

/* Forgets the copies of a task slot's former user. */
static void
renew(uint32_t task)
{
    const struct sley_task *self = &sley_engine.task_table[task];
    if (owners[task] == self->start) {
        return;
    }
    owners[task] = self->start;
    memset(copies[task], 0, copies_used[task] * sizeof copies[task][0]);
    copies_used[task] = 0;
}

void *sley___emutls_get_address(void *variable);

void *
sley___emutls_get_address(void *variable)
{
    struct control *control = variable;
    uint32_t task = sley_running() ? sley_engine.task : 0;
    if (variable_serial != sley_engine.serial) {
        variable_serial = sley_engine.serial;
        variable_count = 0;
    }
    renew(task);
    if (control->index == 0) {
        control->index = ++variable_count;
    }
    if (control->index > VARIABLES_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, SLEY_CALLER(),
                         "more than 512 thread-local variables");
    }
    uint32_t i = (uint32_t)control->index - 1;
    if (!copies[task][i]) {
        size_t alignment = control->alignment < 16 ? 16 : control->alignment;
        void *fresh = sley_heap_allocate(control->size, alignment, true, SLEY_CALLER());
        if (!fresh) {
            sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, SLEY_CALLER(),
                             "no room for a thread-local variable");
        }
        if (control->initial) {
            memcpy(fresh, control->initial, control->size);
        }
        copies[task][i] = fresh;
        copies_used[task] = i >= copies_used[task] ? i + 1 : copies_used[task];
    }
    return copies[task][i];
}
