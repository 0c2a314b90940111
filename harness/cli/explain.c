#include "cli/commands.h"
#include "cli/explorer.h"
#include "cli/token_command.h"

#include "report/table.h"

static const char usage[] =
    "usage: sley explain [--all] [--original] [--markdown] [--html FILE] TOKEN\n\n"
    "Executes the run that TOKEN (or @FILE) names, shrinks what it decides "
    "to the least that fails\n"
    "in the same way, and shows the interleaving, a column for each task, "
    "the guilty steps marked.\n"
    "  --all       every step, not only those that matter to the failure\n"
    "  --markdown  as text for an issue tracker\n"
    "  --html FILE also as a page: lanes, values, locks and source, to step through\n"
    "  --fault F   with that planted fault, as the printed command says\n"
    "  --original  the run as it is, not shrunk\n"
    "exit code: as sley replay\n";

static void
print_text(struct sley_session *session, const struct sley_target *target,
           const struct sley_shrunk *shrunk)
{
    struct sley_table_options table = {
        .all = session->options->all, .color = session->color, .width = session->width};
    const char *given = session->options->filters[0];
    char command[SLEY_TOKEN_TEXT_MAX + 8192];
    fprintf(session->out, "claim: %s\n", target->property->says);
    sley_token_print_verdicts(session, target);
    sley_table_print(session->out, session->symbolizer, session->capture, &table);
    sley_explorer_command(session, shrunk->token[0] ? shrunk->token : given, command,
                          sizeof command);
    fprintf(session->out, "%s\n", command);
    if (shrunk->token[0]) {
        sley_explorer_command(session, given, command, sizeof command);
        fprintf(session->out,
                "shrunk in %u executions to %u decisions and %u points; from %u and %u in\n%s\n",
                shrunk->try_count, shrunk->choices, shrunk->points, shrunk->choices_before,
                shrunk->points_before, command);
    }
}

/* What one pastes into an issue tracker. */
static void
print_markdown(struct sley_session *session, const struct sley_target *target,
               const struct sley_shrunk *shrunk)
{
    const struct sley_property *property = target->property;
    struct sley_table_options table = {.all = session->options->all, .width = session->width};
    const char *given = session->options->filters[0];
    char command[SLEY_TOKEN_TEXT_MAX + 8192];
    FILE *out = session->out;
    fprintf(out, "**%s**, %s; claim: %s\n\n", property->name, target->model->name, property->says);
    if (!property->program) {
        fprintf(out, "The claim is %s, %s. ", property->claim, property->source);
    }
    fprintf(out, "sley %s, built with %s.\n\n```\n", SLEY_VERSION, __VERSION__);
    sley_token_print_verdicts(session, target);
    sley_table_print(out, session->symbolizer, session->capture, &table);
    sley_explorer_command(session, shrunk->token[0] ? shrunk->token : given, command,
                          sizeof command);
    fprintf(out, "```\n\nReplay:\n\n```\n%s\n```\n", command);
    if (shrunk->token[0]) {
        sley_explorer_command(session, given, command, sizeof command);
        fprintf(out, "\nFound as:\n\n```\n%s\n```\n", command);
    }
}

static enum sley_status
show(struct sley_session *session, const struct sley_target *target, struct sley_error *error)
{
    const char *given = session->options->filters[0];
    struct sley_shrunk shrunk;
    json_t *runs = session->options->html ? json_array() : NULL;
    enum sley_status status = sley_explorer_shrink(
        session, target, given, session->options->original, &shrunk, runs, error);
    if (status == SLEY_OK && session->options->markdown) {
        print_markdown(session, target, &shrunk);
    } else if (status == SLEY_OK) {
        print_text(session, target, &shrunk);
    }
    if (status == SLEY_OK && runs) {
        status = sley_explorer_write(target, runs, session->options->html, error);
    }
    if (status == SLEY_OK && runs) {
        fprintf(session->out, "the run as a page: %s\n", session->options->html);
    }
    json_decref(runs);
    return status;
}

int
sley_command_explain(const char *program, int argc, char **argv)
{
    static const struct sley_token_command explain = {usage, "aoOwIf", show};
    return sley_token_command(&explain, program, argc, argv);
}
