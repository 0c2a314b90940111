#include "report/fold.h"

#include "report/touches.h"

#include <stdlib.h>

/* What a row says of its event besides the operation. */
static const uint8_t remarks =
    SLEY_EVENT_BLOCKED | SLEY_EVENT_IN_VAIN | SLEY_EVENT_TIMED_OUT | SLEY_EVENT_INTERRUPTED;

bool
sley_row_repeat(struct sley_row *last, const struct sley_row *row)
{
    const struct sley_event *a = &last->event;
    const struct sley_event *b = &row->event;
    bool repeats = !last->guilty && !row->guilty && a->task == b->task && a->op == b->op &&
                   a->pc == b->pc && a->address == b->address && a->size == b->size &&
                   a->value == b->value && last->stored_known == row->stored_known &&
                   last->stored == row->stored && ((a->flags ^ b->flags) & remarks) == 0;
    last->repeat += repeats;
    return repeats;
}

static bool
may_be_of_one_call(const struct sley_row *row, const struct sley_row *next)
{
    const struct sley_event *a = &row->event;
    const struct sley_event *b = &next->event;
    return !row->guilty && !next->guilty && !row->cell && !next->cell &&
           row->optional == next->optional && a->pc != 0 && a->pc == b->pc && a->task == b->task &&
           sley_event_is_memory(a) && sley_event_is_memory(b) &&
           !((a->flags | b->flags) & SLEY_EVENT_BLOCKED);
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

/* Removes the rows without keep[] and counts what they stood for. */
static void
compact(struct sley_selection *selection, const bool *keep)
{
    uint32_t count = 0;
    uint32_t left_out = 0;
    for (uint32_t i = 0; i < selection->row_count; i++) {
        const struct sley_row *row = &selection->rows[i];
        if (!keep[i]) {
            left_out += row->optional ? 0 : row->repeat;
            continue;
        }
        selection->rows[count] = *row;
        selection->rows[count++].left_out = left_out;
        left_out = 0;
    }
    selection->row_count = count;
    selection->left_out = left_out;
}

bool
sley_rows_cap(struct sley_selection *selection, uint32_t rows_max)
{
    if (selection->row_count <= rows_max) {
        return true;
    }
    bool *keep = calloc(selection->row_count, sizeof *keep);
    if (!keep) {
        return false;
    }
    uint32_t room = rows_max;
    for (int guilty = 1; guilty >= 0; guilty--) {
        for (uint32_t i = selection->row_count; i-- > 0 && room > 0;) {
            const struct sley_row *row = &selection->rows[i];
            if (row->guilty == guilty && !row->optional) {
                keep[i] = true;
                room--;
            }
        }
    }
    compact(selection, keep);
    free(keep);
    return true;
}
