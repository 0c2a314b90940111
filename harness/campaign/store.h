/* What survives the harness: failures with their tokens, traces, and how far a campaign has come.
 *
 * DIR/failures.jsonl  a line for each new failure, on disk before the next run begins
 * DIR/traces/X.trace  the failing run, event by event
 * DIR/tokens/X        tokens too long for a line
 * DIR/progress.jsonl  blocks finished, so that a second call goes on after them */
#ifndef SLEY_CAMPAIGN_STORE_H
#define SLEY_CAMPAIGN_STORE_H

#include "campaign/campaign.h"

#include <stdio.h>

struct sley_store;

/* Opens the directory; creates it at once if create_now, else when something is written. Reads the
 * failures that are there. SLEY_ERROR_IO names the path and the reason. */
enum sley_status sley_store_open(struct sley_store **store, const char *directory, bool create_now,
                                 struct sley_error *error);
void sley_store_close(struct sley_store *store);

/* Whether a failure of that name is recorded already. */
bool sley_store_knows(const struct sley_store *store, const char *name);

/* Appends one line (a JSON text without newline) to failures.jsonl under name and flushes it to
 * disk. */
enum sley_status sley_store_failure(struct sley_store *store, const char *name, const char *line,
                                    struct sley_error *error);

/* Opens DIR/folder/name for writing, replacing what is there; the caller closes it. Fills path
 * (NULL allowed). */
enum sley_status sley_store_file(struct sley_store *store, const char *folder, const char *name,
                                 FILE **file, char *path, size_t path_size,
                                 struct sley_error *error);

/* Notes how far the campaign with that key has come, and the token of the run that decides it so
 * far
 * ("": none). */
enum sley_status sley_store_progress(struct sley_store *store, const char *key,
                                     const struct sley_sums *sums, const char *token,
                                     struct sley_error *error);

/* Reads back the last note; false if there is none. token has room for SLEY_TOKEN_TEXT_MAX + 1. */
bool sley_store_resume(const struct sley_store *store, const char *key, struct sley_sums *sums,
                       char *token);

#endif
