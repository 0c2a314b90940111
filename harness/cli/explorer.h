/* Explorer pages: a run, beside it what it shrank to, each in a file of its own. */
#ifndef SLEY_CLI_EXPLORER_H
#define SLEY_CLI_EXPLORER_H

#include "cli/session.h"
#include "cli/shrink.h"

#include <jansson.h>

/* Shrinks the captured run, of that token, as sley_shrink_captured does (original: leaves it as it
 * is) and fills runs, an empty array, with what a page shows of both. runs may be NULL. */
enum sley_status sley_explorer_shrink(struct sley_session *session,
                                      const struct sley_target *target, const char *token,
                                      bool original, struct sley_shrunk *shrunk, json_t *runs,
                                      struct sley_error *error);

/* Writes runs as a page to path. */
enum sley_status sley_explorer_write(const struct sley_target *target, json_t *runs,
                                     const char *path, struct sley_error *error);

/* Executes the run that token names, shrinks it and writes its page to path. */
enum sley_status sley_explorer_make(struct sley_session *session, const struct sley_target *target,
                                    const char *token, const char *path, struct sley_error *error);

/* The command that replays token, as a user pastes it. */
void sley_explorer_command(const struct sley_session *session, const char *token, char *text,
                           size_t size);

#endif
