/* What every command that executes runs needs: the engine, symbols, a store, a place to print. */
#ifndef SLEY_CLI_SESSION_H
#define SLEY_CLI_SESSION_H

#include "campaign/capture.h"
#include "campaign/finding.h"
#include "campaign/store.h"
#include "cli/options.h"
#include "report/symbol.h"

struct sley_listener;
enum sley_progress {
    SLEY_PROGRESS_NONE,
    SLEY_PROGRESS_LINE,  /* one line that is overwritten */
    SLEY_PROGRESS_PLAIN, /* a line now and then on standard error */
};

struct sley_session {
    const struct sley_options *options;
    const char *program; /* as the user called it: begins every command that is printed */
    struct sley_symbolizer *symbolizer;
    struct sley_store *store; /* NULL: nothing is kept */
    struct sley_capture *capture;
    const struct sley_listener *listener; /* told of what campaigns show; borrowed, NULL: nobody */
    FILE *out;
    uint32_t width; /* columns of tables: of the terminal, else 100 */
    bool color;     /* the output is a terminal that shows colour */
    bool terminal;  /* the output is a terminal */
    enum sley_progress progress;
};

/* Prepares a session; keeps says whether failures are stored in options->out. */
enum sley_status sley_session_init(struct sley_session *session, const struct sley_options *options,
                                   const char *program, bool keeps, struct sley_error *error);
void sley_session_deinit(struct sley_session *session);

/* Writes the token's text, or @FILE after writing it to the store when it is too long for a line.
 */
enum sley_status sley_session_token(struct sley_session *session, const struct sley_token *token,
                                    char *text, size_t text_size, struct sley_error *error);

/* Executes the run that recipe names, observed, into session->capture. */
enum sley_status sley_session_capture(struct sley_session *session,
                                      const struct sley_target *target,
                                      const struct sley_recipe *recipe, struct sley_error *error);

/* The text that tells a failure from others in every build: a digest of its property, model,
 * verdict and places (function, file and line). */
void sley_session_failure_name(const struct sley_session *session, const struct sley_target *target,
                               const struct sley_failure *failure, char name[17]);

/* The value of an environment-aware colour: an escape sequence, or "". */
const char *sley_session_paint(const struct sley_session *session, const char *sequence);

#endif
