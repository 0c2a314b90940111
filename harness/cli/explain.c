#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/shrink.h"
#include "cli/token_command.h"

#include "report/table.h"

#include <string.h>

static const char usage[] = "usage: sley explain [--all] [--original] TOKEN\n\n"
                            "Executes the run that TOKEN (or @FILE) names, shrinks what it decides "
                            "to the least that fails\n"
                            "in the same way, and shows the interleaving, a column for each task, "
                            "the guilty steps marked.\n"
                            "  --all       every step, not only those that matter to the failure\n"
                            "  --original  the run as it is, not shrunk\n"
                            "exit code: as sley replay\n";

static enum sley_status
show(struct sley_session *session, const struct sley_target *target, struct sley_error *error)
{
    struct sley_table_options table = {
        .all = session->options->all, .color = session->color, .width = session->width};
    const char *given = session->options->filters[0];
    struct sley_shrunk shrunk = {0};
    if (!session->options->original) {
        enum sley_status status = sley_shrink_captured(session, target, &shrunk, error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    fprintf(session->out, "%s\n", target->property->says);
    sley_token_print_verdicts(session, target);
    sley_table_print(session->out, session->symbolizer, session->capture, &table);
    fprintf(session->out, "%s replay %s%s\n", session->program,
            shrunk.token[0] ? shrunk.token : given, sley_lane_suffix());
    if (shrunk.token[0]) {
        fprintf(session->out,
                "shrunk in %u executions to %u decisions and %u points; from %u and %u in\n"
                "%s replay %s%s\n",
                shrunk.try_count, shrunk.choices, shrunk.points, shrunk.choices_before,
                shrunk.points_before, session->program, given, sley_lane_suffix());
    }
    return SLEY_OK;
}

int
sley_command_explain(const char *program, int argc, char **argv)
{
    static const struct sley_token_command explain = {usage, "aoO", show};
    return sley_token_command(&explain, program, argc, argv);
}
