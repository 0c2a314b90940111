/* Recordings: the trace of a run in the store, under its token. A token that no longer fits its
 * program says with it at which step the two part; without it, between which two checkpoints. */
#ifndef SLEY_CLI_TRACE_STORE_H
#define SLEY_CLI_TRACE_STORE_H

#include "cli/session.h"

/* Writes the trace of the captured run to DIR/traces/NAME.trace. Without a store it does nothing.
 */
enum sley_status sley_trace_store_write(struct sley_session *session, const char *name,
                                        struct sley_error *error);

/* The same under a name of the token that names the run: a recording. */
enum sley_status sley_trace_store_keep(struct sley_session *session, const char *token,
                                       struct sley_error *error);

/* Where the captured run parts from the recording of token: fills text, of at least 1,024 bytes,
 * with both steps and the recording's file. False: there is no recording, or they do not part. */
bool sley_trace_store_compare(const struct sley_session *session, const char *token, char *text,
                              size_t size);

#endif
