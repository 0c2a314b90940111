#include "cli/commands.h"
#include "cli/debug.h"
#include "cli/lane.h"
#include "cli/token_command.h"

#include "report/table.h"

static const char replay_usage[] =
    "usage: sley replay [--explicit] [--verbose] [--gdb [--at STEP]] TOKEN\n\n"
    "Executes the run that TOKEN (or @FILE) names, and says what it shows.\n"
    "  --explicit  also print the token in choice form: the decisions themselves\n"
    "  --verbose   print every step\n"
    "  --gdb       under gdb, stopped before the guilty step, or before STEP; there, `sley tasks`\n"
    "              lists the tasks, `sley bt N` shows the stack of one, `sley step` goes on to\n"
    "              the next step\n"
    "  --fault F   with that planted fault, as the printed command says\n"
    "exit code: 0 the run passed, 1 it fails, 2 usage or operating error,\n"
    "           4 the token does not fit this build (for git bisect run: map 4 to 125)\n";

static enum sley_status
print_choices(struct sley_session *session, const struct sley_target *target,
              struct sley_error *error)
{
    static struct sley_token token;
    char text[SLEY_TOKEN_TEXT_MAX + 1];
    const struct sley_capture *capture = session->capture;
    if (capture->choices_dropped) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "the run has no choice form: it takes more than %d decisions",
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

static enum sley_status
show_replay(struct sley_session *session, const struct sley_target *target,
            struct sley_error *error)
{
    if (session->options->gdb) {
        return sley_debug_exec(session, target, session->options->at, error);
    }
    sley_token_print_verdicts(session, target);
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

int
sley_command_replay(const char *program, int argc, char **argv)
{
    static const struct sley_token_command replay = {replay_usage, "evofgAH", show_replay};
    return sley_token_command(&replay, program, argc, argv);
}
