/* Which steps of a failing run its report shows. */
#ifndef SLEY_REPORT_SELECT_H
#define SLEY_REPORT_SELECT_H

#include "campaign/capture.h"

struct sley_row {
    struct sley_event event;
    uint64_t stored;   /* with stored_known: the value that the event's write left behind */
    uint32_t repeat;   /* equal events in a row that it stands for, at least 1 */
    uint32_t left_out; /* steps before it that mattered and found no room */
    const char *mark;  /* the call of a history that it enters or leaves; NULL: none; borrowed of
                          the capture */
    bool stored_known;
    bool cell; /* the variable that the bytecode at its place names; values are the interpreter's */
    bool call; /* it stands for `repeat` accesses, reads and writes, of a function that is called
                  at its place; `event` is the first */
    bool guilty;   /* one of the failure's own steps */
    bool optional; /* shown only if there is room */
    bool waits;    /* no event: what the task waited for at the end, step 0 if unknown */
};

struct sley_selection {
    struct sley_row *rows; /* rows[row_count], in the run's order; owned */
    uint32_t row_count;
    uint32_t left_out; /* steps after the last row that mattered and found no room */
};

/* Fills selection with at most rows_max (above 0) rows: the events of capture that matter to its
 * strongest failure, equal neighbours, and what one called
 * function does in a row, folded into one row. Where there are more, the failure's own
 * steps and the last ones stay. rows_max 0: every event is a row. False: no memory. The caller ends
 * selection with sley_selection_deinit. */
bool sley_selection_init(struct sley_selection *selection, const struct sley_capture *capture,
                         uint32_t rows_max);

void sley_selection_deinit(struct sley_selection *selection);

#endif
