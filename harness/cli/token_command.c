#include "cli/token_command.h"

#include "campaign/survey.h"
#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/debug.h"
#include "cli/lane.h"
#include "cli/trace_store.h"
#include "engine/lane.h"
#include "report/failure.h"
#include "scenarios/registry.h"

#include <string.h>

static enum sley_status
target_of(struct sley_target *target, const struct sley_token *token, struct sley_error *error)
{
    /* A program's name is a hint: built for another lane it may have another one, and whether it is
     * the same program shows in the run. */
    target->property =
        sley_lane_is_program() ? sley_scenarios[0] : sley_catalogue_property(token->property);
    if (!target->property) {
        return sley_error_set(error, SLEY_ERROR_STALE,
                              "this build has no property '%s'; a token of a program is "
                              "replayed with it: sley replay TOKEN PROGRAM -- ARGUMENTS",
                              token->property);
    }
    target->model = sley_catalogue_model(token->model);
    if (!target->model || target->model->missing) {
        return sley_error_set(error, SLEY_ERROR_STALE, "this build has no model '%s'",
                              token->model);
    }
    if (sley_lane && target->model->processes) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "the lane tsan cannot run the model '%s': ThreadSanitizer knows one "
                              "process",
                              token->model);
    }
    return sley_survey_of_token(target, token, error);
}

static enum sley_status
not_recorded(const struct sley_token *token, const struct sley_target *target, const char *text,
             struct sley_error *error)
{
    const char *learned = sley_survey_fits(target, token)
                              ? ""
                              : "; what tasks share is not what it was when the token was made";
    if (strcmp(token->property, target->property->name) == 0) {
        return sley_error_set(error, SLEY_ERROR_STALE, "not the recorded run: %s%s", text, learned);
    }
    return sley_error_set(error, SLEY_ERROR_STALE,
                          "the token is of '%s', this program is '%s', and not the same under "
                          "another name: not the recorded run: %s%s",
                          token->property, target->property->name, text, learned);
}

/* Executes the token's run and checks that it is that run. */
static enum sley_status
execute(struct sley_session *session, const struct sley_token *token, struct sley_target *target,
        struct sley_error *error)
{
    struct sley_recipe recipe;
    char text[300];
    enum sley_status status = target_of(target, token, error);
    if (status == SLEY_OK) {
        status = sley_recipe_of_token(&recipe, token, error);
    }
    if (status == SLEY_OK && session->options->here) {
        return sley_debug_here(target, &recipe, session->options->at, error);
    }
    if (status == SLEY_OK) {
        status = sley_session_capture(session, target, &recipe, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    bool replayed = session->capture->replayed;
    const char *where = session->capture->mismatch;
    if (replayed && !sley_token_matches(token, &session->capture->result, text, sizeof text)) {
        replayed = false;
        where = text;
    }
    if (!replayed) {
        char parted[1024];
        bool exact =
            sley_trace_store_compare(session, session->options->filters[0], parted, sizeof parted);
        return not_recorded(token, target, exact ? parted : where, error);
    }
    return SLEY_OK;
}

void
sley_token_print_verdicts(const struct sley_session *session, const struct sley_target *target)
{
    const struct sley_run_result *result = &session->capture->result;
    fprintf(session->out, "%s, %s: %u points, %u tasks: ", target->property->name,
            target->model->name, result->step_count, result->task_count);
    if (!result->verdicts) {
        fprintf(session->out, "passed\n");
        return;
    }
    const char *separator = "";
    for (uint32_t set = result->verdicts; set; set &= set - 1) {
        fprintf(session->out, "%s%s", separator,
                sley_verdict_word((enum sley_verdict)__builtin_ctz(set)));
        separator = ", ";
    }
    fprintf(session->out, "\n");
    for (uint32_t i = 0; i < result->failure_count; i++) {
        fprintf(session->out, "  ");
        sley_failure_print(session->out, session->symbolizer, &result->failure[i]);
    }
    fputs(session->capture->note, session->out);
}

static int
exit_of(enum sley_status status, const struct sley_session *session, const struct sley_error *error)
{
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error->text);
        return status == SLEY_ERROR_STALE ? SLEY_EXIT_STALE : SLEY_EXIT_ERROR;
    }
    uint32_t verdicts = session->capture->result.verdicts & ~SLEY_BIT(DISCARDED);
    return verdicts ? SLEY_EXIT_UNEXPECTED : SLEY_EXIT_EXPECTED;
}

/* Reads flags and the one token. */
static enum sley_status
arguments(struct sley_options *options, struct sley_token *token, const char *known, int argc,
          char **argv, struct sley_error *error)
{
    enum sley_status status = sley_options_parse(options, known, argc, argv, error);
    if (status != SLEY_OK || options->help) {
        return status;
    }
    if (options->filter_count != 1) {
        return sley_error_set(error, SLEY_ERROR_USAGE, "%s: expected one token, got %d", argv[0],
                              options->filter_count);
    }
    return sley_token_parse(token, options->filters[0], error);
}

int
sley_token_command(const struct sley_token_command *command, const char *program, int argc,
                   char **argv)
{
    static struct sley_session session;
    static struct sley_token token;
    struct sley_options options;
    struct sley_error error;
    struct sley_target target;
    enum sley_status status = arguments(&options, &token, command->known, argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(command->usage, stdout);
        return 0;
    }
    if (status == SLEY_OK) {
        status = sley_session_init(&session, &options, program, false, &error);
    }
    if (status == SLEY_OK) {
        status = execute(&session, &token, &target, &error);
    }
    if (status == SLEY_OK && !options.here) {
        status = command->show(&session, &target, &error);
    }
    int code = exit_of(status, &session, &error);
    sley_session_deinit(&session);
    return code;
}
