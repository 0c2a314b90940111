#include "cli/tap.h"

#include "cli/explorer.h"
#include "cli/runner.h"

#include <string.h>

/* A '#' would begin a directive, a backslash an escape, a new line a line of its own. */
static void
print_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\') {
            fputc('\\', out);
        }
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

/* A double-quoted YAML scalar. */
static void
print_scalar(FILE *out, const char *name, const char *text)
{
    fprintf(out, "  %s: \"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            fprintf(out, "\\%c", *text);
        } else if ((unsigned char)*text < ' ') {
            fprintf(out, "\\x%02x", (unsigned)*text);
        } else {
            fputc(*text, out);
        }
    }
    fprintf(out, "\"\n");
}

static void
print_point(struct sley_tap *tap, bool passed, const struct sley_target *target)
{
    fprintf(tap->out, "%sok %u - ", passed ? "" : "not ", ++tap->count);
    print_escaped(tap->out, target->property->name);
    fprintf(tap->out, ", ");
    print_escaped(tap->out, target->model->name);
}

void
sley_tap_begin(struct sley_tap *tap, FILE *out, const char *program)
{
    *tap = (struct sley_tap){.out = out, .program = program};
    fprintf(out, "TAP version 14\n");
}

void
sley_tap_finding(struct sley_tap *tap, const struct sley_target *target,
                 const struct sley_outcome *outcome)
{
    const struct sley_judgement *j = &outcome->judgement;
    FILE *out = tap->out;
    print_point(tap, j->expected, target);
    fprintf(out, ": %s\n", sley_finding_word(j->finding));
    if (!j->expected) {
        const struct sley_session command_of = {.program = tap->program};
        char command[SLEY_TOKEN_TEXT_MAX + 8192];
        fprintf(out, "  ---\n");
        print_scalar(out, "message", j->text);
        print_scalar(out, "finding", sley_finding_word(j->finding));
        print_scalar(out, "expected", sley_finding_word(j->expected_finding));
        print_scalar(out, "claim", target->property->claim);
        print_scalar(out, "source", target->property->source);
        if (outcome->token[0]) {
            sley_explorer_command(&command_of, outcome->token, command, sizeof command);
            print_scalar(out, "token", outcome->token);
            print_scalar(out, "replay", command);
        }
        fprintf(out, "  ...\n");
    }
    fflush(out);
}

void
sley_tap_skipped(struct sley_tap *tap, const struct sley_target *target, const char *reason)
{
    print_point(tap, true, target);
    fprintf(tap->out, " # SKIP ");
    print_escaped(tap->out, reason[0] ? reason : "not applicable");
    fputc('\n', tap->out);
}

void
sley_tap_end(struct sley_tap *tap, const char *problem)
{
    if (problem) {
        fprintf(tap->out, "Bail out! ");
        print_escaped(tap->out, problem);
        fputc('\n', tap->out);
    } else {
        fprintf(tap->out, "1..%u\n", tap->count);
    }
    fflush(tap->out);
}
