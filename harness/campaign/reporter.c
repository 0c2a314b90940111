#include "campaign/reporter.h"

/* A failure token: seed form, or the choices that the search's worker took down. */
static void
token_make(const struct sley_campaign *campaign, const struct sley_search *search,
           const struct sley_channel *channel, struct sley_token *token)
{
    static struct sley_choice choices[SLEY_SEARCH_CHOICES_MAX];
    struct sley_recipe recipe = sley_campaign_recipe(campaign, channel->run);
    if (search) {
        sley_search_choices(search, choices, &recipe.choice_count);
        recipe.choices = choices;
    }
    sley_token_of_recipe(token, &campaign->target, &recipe);
    sley_token_stamp(token, &channel->result);
}

static enum sley_status
report_one(const struct sley_campaign *campaign, const struct sley_channel *channel, uint32_t index,
           const struct sley_token *token, struct sley_error *error)
{
    static struct sley_distinct distinct;
    bool failure = index < channel->result.failure_count;
    distinct = (struct sley_distinct){
        .signature = failure ? sley_failure_signature(&channel->result.failure[index]) : 0,
        .first_run = channel->run,
        .run_count = 1,
        .index = index,
        .result = channel->result,
    };
    return campaign->options.listener.failure(campaign->options.listener.context, campaign,
                                              &distinct, token, error);
}

enum sley_status
sley_reporter_tell(const struct sley_campaign *campaign, const struct sley_search *search,
                   const struct sley_channel *channel, struct sley_error *error)
{
    static struct sley_token token;
    enum sley_status status = SLEY_OK;
    const struct sley_campaign_listener *listener = &campaign->options.listener;
    if (!listener->failure && !listener->outcome) {
        return SLEY_OK;
    }
    token_make(campaign, search, channel, &token);
    if (channel->fresh_outcome && listener->outcome) {
        status = listener->outcome(listener->context, campaign, channel->run,
                                   &channel->result.reported, &token, error);
    }
    if (!listener->failure) {
        return status;
    }
    for (uint32_t i = 0; i < channel->result.failure_count && status == SLEY_OK; i++) {
        if (channel->fresh >> i & 1) {
            status = report_one(campaign, channel, i, &token, error);
        }
    }
    if (status == SLEY_OK && channel->fresh_miss) {
        status = report_one(campaign, channel, SLEY_FAILURES_MAX, &token, error);
    }
    return status;
}
