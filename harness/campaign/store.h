/* What survives the harness: failures with their tokens, traces, and how far a campaign has come.
 *
 * DIR/failures.jsonl  a line for each new failure, on disk before the next run begins
 * DIR/traces/X.trace  the failing run, event by event; token-X.trace: the run of a token
 * DIR/tokens/X        tokens too long for a line
 * DIR/progress.jsonl  blocks finished, so that a second call goes on after them
 * DIR/schedules/X.0   schedules of these blocks' runs (and X.1: the two take turns) */
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

/* Tokens of runs that a campaign came to; "": none. */
struct sley_store_tokens {
    char decisive[SLEY_TOKEN_TEXT_MAX + 1];   /* of the run that decides so far */
    char unexpected[SLEY_TOKEN_TEXT_MAX + 1]; /* of the first with an unexpected verdict */
};

/* Notes how far the campaign with that key has come. */
enum sley_status sley_store_progress(struct sley_store *store, const char *key,
                                     const struct sley_sums *sums,
                                     const struct sley_store_tokens *tokens,
                                     struct sley_error *error);

/* Reads back the last note; false if there is none. */
bool sley_store_resume(const struct sley_store *store, const char *key, struct sley_sums *sums,
                       struct sley_store_tokens *tokens);

/* Writes what schedules the runs before `next` had, into one of two files (turn 0 or 1): before the
 * note of that progress, and into the file that the note before it does not need. */
enum sley_status sley_store_schedules(struct sley_store *store, const char *key, uint64_t next,
                                      int turn, const struct sley_schedules *schedules,
                                      struct sley_error *error);

/* Reads back those of the runs before `next`, and whose turn it was; false if there are none. */
bool sley_store_schedules_resume(const struct sley_store *store, const char *key, uint64_t next,
                                 struct sley_schedules *schedules, int *turn);

/* Borrowed until close. */
const char *sley_store_directory(const struct sley_store *store);

#endif
