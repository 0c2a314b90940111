#include "cli/why.h"

#include "cli/lane.h"
#include "cli/progress.h"
#include "report/failure.h"
#include "report/table.h"

#include <inttypes.h>

enum { DEADLOCK_RUNS = 10000 }; /* that an inversion is worth */

void
sley_why_finding(const struct sley_session *session, const struct sley_target *target,
                 const struct sley_outcome *outcome)
{
    const struct sley_judgement *j = &outcome->judgement;
    const char *color = sley_session_paint(session, j->expected ? "\033[32m" : "\033[31m");
    const char *reset = sley_session_paint(session, "\033[0m");
    sley_progress_clear(session);
    fprintf(session->out, "%s%-12s%s %s, %s: %s\n", color, sley_finding_word(j->finding), reset,
            target->property->name, target->model->name, j->text);
    if (j->finding != j->expected_finding) {
        fprintf(session->out, "    UNEXPECTED: expected %s%s%s\n",
                sley_finding_word(j->expected_finding), j->reason[0] ? ": " : "", j->reason);
    } else if (!j->expected) {
        fprintf(session->out, "    UNEXPECTED: some runs show a verdict that the property does not "
                              "name\n");
    } else if (j->reason[0]) {
        fprintf(session->out, "    as expected: %s\n", j->reason);
    }
    if (outcome->token[0]) {
        fprintf(session->out, "    %s replay %s%s\n", session->program, outcome->token,
                sley_lane_suffix());
    }
}

enum sley_status
sley_why_unexpected(struct sley_session *session, const struct sley_target *target,
                    const struct sley_outcome *outcome, struct sley_error *error)
{
    static struct sley_token token;
    struct sley_recipe recipe;
    enum sley_status status = sley_token_parse(&token, outcome->token, error);
    if (status == SLEY_OK) {
        status = sley_recipe_of_token(&recipe, &token, error);
    }
    if (status == SLEY_OK) {
        status = sley_session_capture(session, target, &recipe, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    const struct sley_run_result *result = &session->capture->result;
    char text[300];
    if (!sley_token_matches(&token, result, text, sizeof text)) {
        fprintf(session->out, "    the run does not replay in a fresh process: %s\n", text);
        return SLEY_OK;
    }
    fprintf(session->out, "    %s explain %s%s\n", session->program, outcome->token,
            sley_lane_suffix());
    for (uint32_t i = 0; i < result->failure_count; i++) {
        fprintf(session->out, "    ");
        sley_failure_print(session->out, session->symbolizer, &result->failure[i]);
    }
    fputs(session->capture->note, session->out);
    struct sley_table_options table = {.color = session->color, .width = session->width};
    sley_table_print(session->out, session->symbolizer, session->capture, &table);
    return SLEY_OK;
}

/* The first run of a fresh campaign that really deadlocks. */
struct deadlock_search {
    struct sley_session *session;
    char token[SLEY_TOKEN_TEXT_MAX + 1];
};

static enum sley_status
on_deadlock(void *context, const struct sley_campaign *campaign,
            const struct sley_distinct *distinct, const struct sley_token *token,
            struct sley_error *error)
{
    struct deadlock_search *search = context;
    (void)campaign;
    if (search->token[0] || !(distinct->result.verdicts & SLEY_ANY_DEADLOCK)) {
        return SLEY_OK;
    }
    return sley_session_token(search->session, token, search->token, sizeof search->token, error);
}

enum sley_status
sley_why_deadlock(struct sley_session *session, const struct sley_target *target,
                  struct sley_error *error)
{
    struct sley_property property = *target->property;
    property.quantifier = SLEY_SOMETIMES;
    property.event = SLEY_ANY_DEADLOCK;
    struct sley_target copy = {&property, target->model, target->survey};
    static struct deadlock_search search;
    search = (struct deadlock_search){.session = session};
    struct sley_campaign_options options = {
        .strategy = "mix",
        .seed = session->options->seed,
        .runs = DEADLOCK_RUNS,
        .until_event = true,
        .listener = {.failure = on_deadlock, .context = &search},
    };
    struct sley_campaign campaign;
    enum sley_status status = sley_campaign_run(&campaign, &copy, &options, error);
    if (status == SLEY_OK && search.token[0]) {
        fprintf(session->out, "    the inverted locks deadlock: %s replay %s%s\n", session->program,
                search.token, sley_lane_suffix());
    } else if (status == SLEY_OK) {
        fprintf(session->out, "    locks are inverted; no deadlock found in %" PRIu64 " runs\n",
                campaign.tally->run_count);
    }
    sley_campaign_deinit(&campaign);
    return status;
}
