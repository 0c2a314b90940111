#include "report/fold.h"

#include "report/touches.h"

bool
sley_row_repeat(struct sley_row *last, const struct sley_row *row)
{
    const struct sley_event *a = &last->event;
    const struct sley_event *b = &row->event;
    bool repeats = !last->guilty && !row->guilty && a->task == b->task && a->op == b->op &&
                   a->pc == b->pc && a->address == b->address && a->size == b->size &&
                   a->value == b->value && last->stored_known == row->stored_known &&
                   last->stored == row->stored &&
                   (a->flags & SLEY_EVENT_BLOCKED) == (b->flags & SLEY_EVENT_BLOCKED);
    last->repeat += repeats;
    return repeats;
}

static bool
may_be_of_one_call(const struct sley_row *row, const struct sley_row *next)
{
    const struct sley_event *a = &row->event;
    const struct sley_event *b = &next->event;
    return !row->guilty && !next->guilty && !row->cell && !next->cell &&
           row->optional == next->optional && a->pc != 0 &&
           a->pc == b->pc && a->task == b->task && sley_event_is_memory(a) &&
           sley_event_is_memory(b) && !((a->flags | b->flags) & SLEY_EVENT_BLOCKED);
}

/* One instruction reads or writes: both at one place are what a called function did, such as an
 * operation of a model's own object. */
static bool
reads_and_writes(const struct sley_row *rows, uint32_t count)
{
    bool reads = false, writes = false;
    for (uint32_t i = 0; i < count; i++) {
        reads |= rows[i].event.op == SLEY_OP_READ;
        writes |= rows[i].event.op == SLEY_OP_WRITE;
    }
    return reads && writes;
}

uint32_t
sley_rows_fold(struct sley_row *rows, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && may_be_of_one_call(&rows[i], &rows[end]);) {
            end++;
        }
        bool call = reads_and_writes(&rows[i], end - i);
        for (uint32_t k = i; k < end; k++) {
            if (!call || k == i) {
                rows[kept++] = rows[k];
            } else {
                rows[kept - 1].repeat += rows[k].repeat;
            }
        }
        rows[kept - 1].call = call;
    }
    return kept;
}
