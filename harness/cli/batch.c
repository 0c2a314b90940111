#include "cli/batch.h"

#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/runner.h"
#include "engine/lane.h"

#include "models/registry.h"

#include <signal.h>
#include <string.h>
#include <time.h>

static void
on_interrupt(int number)
{
    static time_t first_s;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!sley_campaign_is_interrupted()) {
        first_s = now.tv_sec;
    } else if (now.tv_sec > first_s + 1) { /* timeout sends its signal twice, at once */
        signal(number, SIG_DFL);           /* somebody does not want to wait */
        raise(number);
    }
    sley_campaign_interrupt();
}

void
sley_batch_heed_interrupts(void)
{
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
}

static enum sley_status
skip(struct sley_batch *batch, const struct sley_target *target,
     const struct sley_expectation *expectation, struct sley_error *error)
{
    const struct sley_listener *listener = batch->session.listener;
    batch->finding_counts[SLEY_NOT_APPLICABLE]++;
    return listener && listener->skipped
               ? listener->skipped(listener->context, target, expectation, error)
               : SLEY_OK;
}

/* A recorded fact takes the place of a campaign; who listens sees one without runs. */
static enum sley_status
record(struct sley_batch *batch, const struct sley_target *target, struct sley_outcome *outcome,
       struct sley_error *error)
{
    static struct sley_tally tally;
    const struct sley_campaign campaign = {.target = *target, .tally = &tally};
    const struct sley_listener *listener = batch->session.listener;
    sley_runner_recorded(&batch->session, target, outcome);
    return listener && listener->finding
               ? listener->finding(listener->context, &campaign, outcome, error)
               : SLEY_OK;
}

static enum sley_status
run_cell(struct sley_batch *batch, struct sley_findings_row *row, int column,
         const struct sley_model *model, struct sley_error *error)
{
    const struct sley_expectation *expectation =
        sley_finding_expectation(row->property, model->name);
    char *cell = row->cell[column];
    struct sley_target target = {.property = row->property, .model = model};
    if (model->missing || !expectation) {
        snprintf(cell, sizeof row->cell[0], "%s",
                 model->missing && expectation ? model->missing : "-");
        return SLEY_OK;
    }
    /* An interpreter's lock means nothing to another detector, that one knows one process, and
     * virtual time is the same in every lane. */
    bool lane_lacks = sley_lane && (model->quiet || model->processes || row->property->timed);
    if (expectation->finding == SLEY_NOT_APPLICABLE || lane_lacks) {
        snprintf(cell, sizeof row->cell[0], "n/a");
        return skip(batch, &target, expectation, error);
    }
    struct sley_outcome outcome;
    enum sley_status status = row->property->body
                                  ? sley_runner_run(&batch->session, &target, &outcome, error)
                                  : record(batch, &target, &outcome, error);
    if (status != SLEY_OK) {
        return status;
    }
    const struct sley_judgement *j = &outcome.judgement;
    row->unexpected[column] = !j->expected;
    batch->unexpected_count += !j->expected;
    batch->finding_counts[j->finding]++;
    batch->evidence_counts[j->evidence]++;
    batch->interrupted |= outcome.interrupted;
    snprintf(cell, sizeof row->cell[0], "%s%s", sley_finding_word(j->finding),
             j->expected ? "" : " !");
    return SLEY_OK;
}

static enum sley_status
run_property(void *context, const struct sley_property *property, struct sley_error *error)
{
    struct sley_batch *batch = context;
    if (batch->row_count == SLEY_BATCH_ROWS_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE, "more than %d properties at once",
                              SLEY_BATCH_ROWS_MAX);
    }
    struct sley_findings_row *row = &batch->rows[batch->row_count++];
    *row = (struct sley_findings_row){.property = property};
    for (int i = 0; sley_models[i] && !batch->interrupted; i++) {
        if (batch->only && !sley_catalogue_model_matches(batch->only, sley_models[i])) {
            continue;
        }
        enum sley_status status = run_cell(batch, row, i, sley_models[i], error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    return SLEY_OK;
}

void
sley_batch_print(const struct sley_batch *batch)
{
    const int *count = batch->finding_counts;
    int total = count[SLEY_CONFIRMED] + count[SLEY_REFUTED] + count[SLEY_INCONCLUSIVE];
    FILE *out = batch->session.out;
    sley_findings_print(out, &batch->session, batch->rows, batch->row_count);
    fprintf(out, "\n%d findings: %d confirmed, %d refuted, %d inconclusive; ", total,
            count[SLEY_CONFIRMED], count[SLEY_REFUTED], count[SLEY_INCONCLUSIVE]);
    if (batch->unexpected_count) {
        fprintf(out, "%d unexpected (marked !)\n", batch->unexpected_count);
    } else {
        fprintf(out, "all as expected\n");
    }
    const char *comma = "evidence: ";
    for (int e = SLEY_EVIDENCE_NONE + 1; e < SLEY_EVIDENCE_COUNT; e++) {
        if (batch->evidence_counts[e]) {
            fprintf(out, "%s%d %s", comma, batch->evidence_counts[e],
                    sley_evidence_word((enum sley_evidence)e));
            comma = ", ";
        }
    }
    fprintf(out, "%s", comma[0] == ',' ? "\n" : "");
}

static enum sley_status
pass_over(void *context, const struct sley_property *property, struct sley_error *error)
{
    (void)context;
    (void)property;
    (void)error;
    return SLEY_OK;
}

enum sley_status
sley_batch_check(const struct sley_options *options, struct sley_error *error)
{
    enum sley_status status =
        options->model ? sley_catalogue_model_check(options->model, error) : SLEY_OK;
    if (status == SLEY_OK && options->strategy) {
        status = sley_campaign_strategy_check(options->strategy, error);
    }
    return status == SLEY_OK ? sley_catalogue_visit(options->filters, options->filter_count,
                                                    pass_over, NULL, error)
                             : status;
}

enum sley_status
sley_batch_run(struct sley_batch *batch, const struct sley_options *options, const char *program,
               const struct sley_listener *listener, struct sley_error *error)
{
    batch->only = options->model;
    enum sley_status status = sley_session_init(&batch->session, options, program, true, error);
    batch->session.listener = listener;
    if (status == SLEY_OK) {
        sley_batch_heed_interrupts();
        status = sley_catalogue_visit(options->filters, options->filter_count, run_property, batch,
                                      error);
    }
    const int *count = batch->finding_counts;
    if (status == SLEY_OK && !batch->interrupted &&
        count[0] + count[1] + count[2] + count[3] == 0) {
        status = sley_error_set(error, SLEY_ERROR_USAGE,
                                "nothing to run: no selected property is stated for model '%s'",
                                options->model ? options->model : "any");
    }
    return status;
}

int
sley_batch_end(struct sley_batch *batch, enum sley_status status, const struct sley_error *error)
{
    sley_session_deinit(&batch->session);
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error->text);
        return status == SLEY_ERROR_BUG ? SLEY_EXIT_BUG : SLEY_EXIT_ERROR;
    }
    if (batch->interrupted) {
        fprintf(stderr, "sley: interrupted: what is printed is what was done until then\n");
        return SLEY_EXIT_ERROR;
    }
    return batch->unexpected_count ? SLEY_EXIT_UNEXPECTED : SLEY_EXIT_EXPECTED;
}
