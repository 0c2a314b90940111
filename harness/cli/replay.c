#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/session.h"
#include "engine/lane.h"

#include "report/failure.h"
#include "report/table.h"

#include <string.h>

static const char replay_usage[] =
    "usage: sley replay [--explicit] [--verbose] TOKEN\n\n"
    "Executes the run that TOKEN (or @FILE) names, and says what it shows.\n"
    "  --explicit  also print the token in choice form: the decisions themselves\n"
    "  --verbose   print every step\n"
    "exit code: 0 the run passed, 1 it fails, 2 usage or operating error,\n"
    "           4 the token does not fit this build (for git bisect run: map 4 to 125)\n";

static const char explain_usage[] =
    "usage: sley explain [--all] TOKEN\n\n"
    "Executes the run that TOKEN (or @FILE) names and shows its interleaving, a column for each\n"
    "task, the guilty steps marked.\n"
    "  --all  every step, not only those that matter to the failure\n"
    "exit code: as sley replay\n";

static enum sley_status
target_of(struct sley_target *target, const struct sley_token *token, struct sley_error *error)
{
    target->property = sley_catalogue_property(token->property);
    if (!target->property) {
        return sley_error_set(error, SLEY_ERROR_STALE, "this build has no property '%s'",
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
    return SLEY_OK;
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
    if (status == SLEY_OK) {
        status = sley_session_capture(session, target, &recipe, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    if (!session->capture->replayed) {
        return sley_error_set(error, SLEY_ERROR_STALE, "not the recorded run: %s",
                              session->capture->mismatch);
    }
    if (!sley_token_matches(token, &session->capture->result, text, sizeof text)) {
        return sley_error_set(error, SLEY_ERROR_STALE, "not the recorded run: %s", text);
    }
    return SLEY_OK;
}

static void
print_verdicts(const struct sley_session *session, const struct sley_target *target)
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
}

static enum sley_status
print_choices(struct sley_session *session, const struct sley_target *target,
              struct sley_error *error)
{
    static struct sley_token token;
    char text[SLEY_TOKEN_TEXT_MAX + 1];
    const struct sley_capture *capture = session->capture;
    if (capture->choices_dropped || capture->result.unfair) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "the run has no choice form: it takes more than %d decisions, or "
                              "ends in the fair tail",
                              SLEY_CAPTURE_CHOICES_MAX);
    }
    struct sley_recipe recipe = {.choices = capture->choices,
                                 .choice_count = capture->choice_count};
    sley_token_of_recipe(&token, target, &recipe);
    sley_token_stamp(&token, &capture->result);
    enum sley_status status = sley_session_token(session, &token, text, sizeof text, error);
    if (status == SLEY_OK) {
        fprintf(session->out, "%s replay %s%s\n", session->program, text, sley_lane_suffix());
    }
    return status;
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

/* What replay and explain have in common: the run of one token, executed and checked. */
struct token_command {
    const char *usage;
    const char *known; /* flags */
    enum sley_status (*show)(struct sley_session *session, const struct sley_target *target,
                             struct sley_error *error);
};

static int
token_command(const struct token_command *command, const char *program, int argc, char **argv)
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
    if (status == SLEY_OK) {
        status = command->show(&session, &target, &error);
    }
    int code = exit_of(status, &session, &error);
    sley_session_deinit(&session);
    return code;
}

static enum sley_status
show_replay(struct sley_session *session, const struct sley_target *target,
            struct sley_error *error)
{
    print_verdicts(session, target);
    if (session->options->verbose) {
        struct sley_table_options table = {
            .all = true, .color = session->color, .width = session->width};
        sley_table_print(session->out, session->symbolizer, session->capture, &table);
    }
    if (session->terminal && session->capture->result.verdicts) {
        fprintf(session->out, "%s explain %s%s\n", session->program, session->options->filters[0],
                sley_lane_suffix());
    }
    return session->options->choices ? print_choices(session, target, error) : SLEY_OK;
}

static enum sley_status
show_explain(struct sley_session *session, const struct sley_target *target,
             struct sley_error *error)
{
    struct sley_table_options table = {
        .all = session->options->all, .color = session->color, .width = session->width};
    (void)error;
    fprintf(session->out, "%s\n", target->property->says);
    print_verdicts(session, target);
    sley_table_print(session->out, session->symbolizer, session->capture, &table);
    fprintf(session->out, "%s replay %s%s\n", session->program, session->options->filters[0],
            sley_lane_suffix());
    return SLEY_OK;
}

int
sley_command_replay(const char *program, int argc, char **argv)
{
    static const struct token_command replay = {replay_usage, "evo", show_replay};
    return token_command(&replay, program, argc, argv);
}

int
sley_command_explain(const char *program, int argc, char **argv)
{
    static const struct token_command explain = {explain_usage, "ao", show_explain};
    return token_command(&explain, program, argc, argv);
}
