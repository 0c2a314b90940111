#include "cli/outcome_tokens.h"

#include <string.h>

enum sley_status
sley_outcome_tokens_note(struct sley_outcome_tokens *tokens, struct sley_session *session,
                         int64_t value, uint64_t run, const struct sley_token *token,
                         struct sley_error *error)
{
    uint32_t i = 0;
    while (i < tokens->count && tokens->entry[i].value != value) {
        i++;
    }
    if (i == SLEY_OUTCOMES_MAX || (i < tokens->count && tokens->entry[i].run <= run)) {
        return SLEY_OK;
    }
    tokens->count += i == tokens->count;
    tokens->entry[i].value = value;
    tokens->entry[i].run = run;
    return sley_session_token(session, token, tokens->entry[i].token, sizeof tokens->entry[i].token,
                              error);
}

/* Only runs of a strategy can be executed again by their number. */
static enum sley_status
token_of_run(struct sley_session *session, const struct sley_campaign *campaign, uint64_t run,
             char text[SLEY_TOKEN_TEXT_MAX + 1], struct sley_error *error)
{
    static struct sley_token token;
    struct sley_recipe recipe = sley_campaign_recipe(campaign, run);
    text[0] = '\0';
    if (!recipe.ops) {
        return SLEY_OK;
    }
    enum sley_status status = sley_session_capture(session, &campaign->target, &recipe, error);
    if (status != SLEY_OK) {
        return status;
    }
    sley_token_of_recipe(&token, &campaign->target, &recipe);
    sley_token_stamp(&token, &session->capture->result);
    return sley_session_token(session, &token, text, SLEY_TOKEN_TEXT_MAX + 1, error);
}

enum sley_status
sley_outcome_tokens_get(const struct sley_outcome_tokens *tokens, struct sley_session *session,
                        const struct sley_campaign *campaign,
                        const struct sley_outcome_entry *entry, char text[SLEY_TOKEN_TEXT_MAX + 1],
                        struct sley_error *error)
{
    for (uint32_t i = 0; i < tokens->count; i++) {
        if (tokens->entry[i].value == entry->value && tokens->entry[i].run == entry->first_run) {
            strcpy(text, tokens->entry[i].token);
            return SLEY_OK;
        }
    }
    return token_of_run(session, campaign, entry->first_run, text, error);
}
