#include "cli/lines.h"

#include "cli/statistics.h"
#include "report/failure.h"

#include <string.h>

json_t *
sley_line_of_failure(const struct sley_session *session, const struct sley_target *target,
                     const char *name, const struct sley_failure *failure, uint64_t run,
                     const char *token)
{
    char text[1024] = "";
    FILE *memory = fmemopen(text, sizeof text - 1, "w");
    if (memory) {
        sley_failure_print(memory, session->symbolizer, failure);
        fclose(memory);
    }
    text[strcspn(text, "\n")] = '\0';
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "type", "failure", "name", name,
                     "property", target->property->name, "model", target->model->name, "verdict",
                     sley_verdict_word(failure->verdict), "run", (json_int_t)run, "token", token,
                     "text", text);
}

static json_int_t
run_of(const json_t *line)
{
    return json_integer_value(json_object_get(line, "run"));
}

void
sley_lines_collect(json_t *lines, const char *name, json_t *line)
{
    const json_t *known = json_object_get(lines, name);
    if (!known || (!json_is_null(known) && run_of(line) < run_of(known))) {
        json_object_set(lines, name, line);
    }
}

void
sley_lines_print(json_t *lines, uint64_t merged, FILE *out)
{
    for (;;) {
        const char *first = NULL, *name;
        json_t *line, *best = NULL;
        json_object_foreach(lines, name, line)
        {
            bool done = !json_is_null(line) && (uint64_t)run_of(line) < merged;
            if (done && (!best || run_of(line) < run_of(best) ||
                         (run_of(line) == run_of(best) && strcmp(name, first) < 0))) {
                first = name;
                best = line;
            }
        }
        if (!best) {
            break;
        }
        json_dumpf(best, out, JSON_COMPACT);
        fprintf(out, "\n");
        json_object_set_new(lines, first, json_null());
    }
    fflush(out);
}

static json_t *
ratio_pack(const struct sley_ratio *ratio)
{
    return json_pack("[I, I]", (json_int_t)ratio->numerator, (json_int_t)ratio->denominator);
}

/* What the runs reported, in full. */
static enum sley_status
pack_reports(struct sley_session *session, const struct sley_campaign *campaign,
             const struct sley_outcome_tokens *tokens, json_t *line, struct sley_error *error)
{
    const struct sley_outcomes *outcomes = &campaign->tally->outcomes;
    const struct sley_ratio_range *ratios = &campaign->tally->ratios;
    enum sley_status status = SLEY_OK;
    json_t *list = json_array();
    for (uint32_t i = 0; i < outcomes->count && status == SLEY_OK; i++) {
        const struct sley_outcome_entry *entry = &outcomes->entry[i];
        char token[SLEY_TOKEN_TEXT_MAX + 1] = "";
        status = sley_outcome_tokens_get(tokens, session, campaign, entry, token, error);
        json_array_append_new(list, json_pack("{s:I, s:s, s:I, s:I, s:s}", "value",
                                              (json_int_t)entry->value, "text", entry->text, "runs",
                                              (json_int_t)entry->run_count, "first_run",
                                              (json_int_t)entry->first_run, "token", token));
    }
    if (outcomes->count) {
        json_object_set(line, "outcomes", list);
        json_object_set_new(line, "overflow", json_boolean(outcomes->overflow));
    }
    if (ratios->any) {
        json_object_set_new(line, "ratio_low", ratio_pack(&ratios->low));
        json_object_set_new(line, "ratio_high", ratio_pack(&ratios->high));
    }
    json_decref(list);
    return status;
}

/* The outcomes that those of the campaign are held against; their runs have no tokens here. */
static json_t *
pack_reference(const struct sley_campaign *reference)
{
    const struct sley_outcomes *outcomes = &reference->tally->outcomes;
    json_t *list = json_array();
    for (uint32_t i = 0; i < outcomes->count; i++) {
        const struct sley_outcome_entry *entry = &outcomes->entry[i];
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:I}", "value", (json_int_t)entry->value,
                                        "text", entry->text, "runs", (json_int_t)entry->run_count));
    }
    return json_pack("{s:s, s:b, s:b, s:o}", "model", reference->target.model->name, "exhausted",
                     reference->exhausted, "overflow", outcomes->overflow, "outcomes", list);
}

enum sley_status
sley_line_print_finding(struct sley_session *session, const struct sley_campaign *campaign,
                        const struct sley_outcome *outcome,
                        const struct sley_outcome_tokens *tokens, struct sley_error *error)
{
    const struct sley_target *target = &campaign->target;
    const struct sley_judgement *j = &outcome->judgement;
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:I, s:s}", "type", "finding",
                  "property", target->property->name, "claim", target->property->claim, "model",
                  target->model->name, "finding", sley_finding_word(j->finding), "expected_finding",
                  sley_finding_word(j->expected_finding), "expected", j->expected, "evidence",
                  sley_evidence_word(j->evidence), "text", j->text, "runs",
                  (json_int_t)outcome->run_count, "token", outcome->token);
    if (campaign->reference) {
        json_object_set_new(line, "reference", pack_reference(campaign->reference));
    }
    bool timed = session->options->verbose || session->options->time_ms;
    json_object_set_new(line, "statistics", sley_statistics_pack(campaign, timed));
    enum sley_status status = pack_reports(session, campaign, tokens, line, error);
    json_dumpf(line, session->out, JSON_COMPACT);
    fprintf(session->out, "\n");
    json_decref(line);
    return status;
}
