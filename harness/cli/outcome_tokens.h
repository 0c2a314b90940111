/* The token of each outcome's first run. */
#ifndef SLEY_CLI_OUTCOME_TOKENS_H
#define SLEY_CLI_OUTCOME_TOKENS_H

#include "cli/session.h"

/* All zero is empty. Large: static storage, or the heap. */
struct sley_outcome_tokens {
    uint32_t count;
    struct {
        int64_t value;
        uint64_t run;
        char token[SLEY_TOKEN_TEXT_MAX + 1];
    } entry[SLEY_OUTCOMES_MAX];
};

/* Notes that a run showed the outcome; of each value the earliest run stays. */
enum sley_status sley_outcome_tokens_note(struct sley_outcome_tokens *tokens,
                                          struct sley_session *session, int64_t value, uint64_t run,
                                          const struct sley_token *token, struct sley_error *error);

/* Fills text with the token of the outcome's first run. What an earlier, resumed call found is run
 * again; "" if the run is not known. */
enum sley_status sley_outcome_tokens_get(const struct sley_outcome_tokens *tokens,
                                         struct sley_session *session,
                                         const struct sley_campaign *campaign,
                                         const struct sley_outcome_entry *entry,
                                         char text[SLEY_TOKEN_TEXT_MAX + 1],
                                         struct sley_error *error);

#endif
