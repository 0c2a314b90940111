#include "report/waits.h"

#include <string.h>

/* In some models an operation is a step before it waits: removes that one, the task's last row. */
static void
remove_attempt(struct sley_selection *selection, uint32_t task, uintptr_t object, uintptr_t pc)
{
    uint32_t i = selection->row_count;
    while (i > 0 && selection->rows[i - 1].event.task != task) {
        i--;
    }
    const struct sley_row *row = i > 0 ? &selection->rows[i - 1] : NULL;
    if (row && !row->waits && row->event.op == SLEY_OP_LOCK && row->event.address == object &&
        row->event.pc == pc) {
        selection->row_count--;
        memmove(&selection->rows[i - 1], &selection->rows[i],
                (selection->row_count - (i - 1)) * sizeof selection->rows[0]);
    }
}

static void
add_wait(struct sley_selection *selection, uint32_t task, uintptr_t object, uintptr_t pc)
{
    uint32_t count = selection->row_count++;
    selection->rows[count] = (struct sley_row){
        .event = {.task = (uint16_t)task,
                  .op = SLEY_OP_LOCK,
                  .address = object,
                  .pc = pc,
                  .clock_ns = count > 0 ? selection->rows[count - 1].event.clock_ns : 0},
        .repeat = 1,
        .guilty = true,
        .waits = true,
    };
}

void
sley_waits_add(struct sley_selection *selection, const struct sley_run_result *result)
{
    for (uint32_t i = 0; i < result->failure_count; i++) {
        const struct sley_failure *f = &result->failure[i];
        if (!(1u << f->verdict & SLEY_ANY_DEADLOCK)) {
            continue;
        }
        if (f->cycle_count == 0) {
            add_wait(selection, f->task[0], f->address, f->pc[0]);
        }
        /* What a task waits for and holds itself, it may have taken there. */
        for (uint32_t k = 0; f->verdict != SLEY_VERDICT_DEADLOCK_SELF && k < f->cycle_count; k++) {
            remove_attempt(selection, f->cycle[k].task, f->cycle[k].object, f->cycle[k].wait_pc);
        }
        for (uint32_t k = 0; k < f->cycle_count; k++) {
            add_wait(selection, f->cycle[k].task, f->cycle[k].object, f->cycle[k].wait_pc);
        }
    }
}
