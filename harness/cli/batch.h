/* The selected properties, each in every model that it is stated for. */
#ifndef SLEY_CLI_BATCH_H
#define SLEY_CLI_BATCH_H

#include "cli/findings.h"
#include "cli/listener.h"

enum { SLEY_BATCH_ROWS_MAX = 1024 };

/* Large: static storage, all zero. */
struct sley_batch {
    struct sley_session session;
    const char *only; /* models that this name selects; NULL: every model */
    struct sley_findings_row rows[SLEY_BATCH_ROWS_MAX];
    int row_count;
    int finding_counts[4]; /* by enum sley_finding */
    int evidence_counts[SLEY_EVIDENCE_COUNT];
    int unexpected_count;
    bool interrupted;
};

/* Checks what the user may have written wrong, before anything is created. */
enum sley_status sley_batch_check(const struct sley_options *options, struct sley_error *error);

/* Runs what the checked options select; listener (NULL allowed) is told. Whatever it returns, the
 * caller ends batch with sley_batch_end. */
enum sley_status sley_batch_run(struct sley_batch *batch, const struct sley_options *options,
                                const char *program, const struct sley_listener *listener,
                                struct sley_error *error);

/* Prints the table of findings and their sums. */
void sley_batch_print(const struct sley_batch *batch);

/* Frees what batch holds, says on standard error why status is no success, and returns the exit
 * code. */
int sley_batch_end(struct sley_batch *batch, enum sley_status status,
                   const struct sley_error *error);

/* From now on an interrupt ends the campaign after the runs under way. */
void sley_batch_heed_interrupts(void);

#endif
