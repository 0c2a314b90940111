/* The line that says how far a campaign has come. */
#ifndef SLEY_CLI_PROGRESS_H
#define SLEY_CLI_PROGRESS_H

#include "cli/session.h"

/* Shows the progress of a campaign under way, as often as the session's --progress says: a line
 * that is overwritten on a terminal; or a line each 30 s on standard error (SLEY_PROGRESS_MS in the
 * environment: another number of milliseconds, for tests); or nothing. shown_ms, 0 at first, is
 * when the last one was. */
void sley_progress_show(const struct sley_session *session, const struct sley_campaign *campaign,
                        uint64_t failure_count, uint64_t *shown_ms);

/* Clears the line, where there is one. */
void sley_progress_clear(const struct sley_session *session);

#endif
