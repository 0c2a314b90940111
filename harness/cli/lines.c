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

static void
print_line(json_t *line, FILE *out)
{
    json_dumpf(line, out, JSON_COMPACT);
    fputc('\n', out);
}

static json_t *
line_of(const char *type, const struct sley_campaign *campaign)
{
    return json_pack("{s:s, s:s, s:s}", "type", type, "property", campaign->target.property->name,
                     "model", campaign->target.model->name);
}

static void
member(json_t *line, const char *name, uint64_t value)
{
    json_object_set_new(line, name, json_integer((json_int_t)value));
}

void
sley_lines_init(struct sley_lines *lines, uint64_t first)
{
    *lines = (struct sley_lines){.failures = json_object(), .first = first, .next = 1024};
    while (lines->next <= first && lines->next < UINT64_MAX / 2) {
        lines->next *= 2;
    }
}

void
sley_lines_deinit(struct sley_lines *lines)
{
    json_decref(lines->failures);
}

void
sley_lines_collect(struct sley_lines *lines, const char *name, json_t *line)
{
    const json_t *known = json_object_get(lines->failures, name);
    if (!known || (!json_is_null(known) && run_of(line) < run_of(known))) {
        json_object_set(lines->failures, name, line);
    }
}

static void
print_begin(struct sley_lines *lines, const struct sley_campaign *campaign, FILE *out)
{
    const struct sley_campaign_options *options = &campaign->options;
    char strategy[SLEY_STRATEGY_TEXT];
    if (campaign->ops) {
        sley_strategy_print(strategy, sizeof strategy, campaign->ops, &campaign->parameters);
    } else {
        snprintf(strategy, sizeof strategy, "%s",
                 options->strategy ? options->strategy : "exhaustive");
    }
    json_t *line = line_of("campaign", campaign);
    json_object_set_new(line, "claim", json_string(campaign->target.property->claim));
    json_object_set_new(line, "quantifier",
                        json_string(sley_quantifier_word(campaign->target.property->quantifier)));
    json_object_set_new(line, "strategy", json_string(strategy));
    member(line, "seed", options->seed);
    member(line, "first_run", lines->first);
    if (campaign->runs != UINT64_MAX) {
        member(line, "budget_runs", campaign->runs);
    }
    if (options->time_ms) {
        member(line, "budget_ms", options->time_ms);
    }
    print_line(line, out);
    json_decref(line);
    lines->begun = true;
}

static void
print_progress(struct sley_lines *lines, const struct sley_campaign *campaign, FILE *out)
{
    json_t *line = line_of("progress", campaign);
    member(line, "runs", lines->next);
    member(line, "failures", lines->printed_count);
    print_line(line, out);
    json_decref(line);
    lines->next *= 2;
}

/* The failure that comes next among those of runs before merged; NULL: none. */
static const char *
next_failure(const struct sley_lines *lines, uint64_t merged)
{
    const char *first = NULL, *name;
    json_t *line, *best = NULL;
    json_object_foreach(lines->failures, name, line)
    {
        bool done = !json_is_null(line) && (uint64_t)run_of(line) < merged;
        if (done && (!best || run_of(line) < run_of(best) ||
                     (run_of(line) == run_of(best) && strcmp(name, first) < 0))) {
            first = name;
            best = line;
        }
    }
    return first;
}

void
sley_lines_print(struct sley_lines *lines, const struct sley_campaign *campaign, uint64_t merged,
                 FILE *out)
{
    if (!lines->begun) {
        print_begin(lines, campaign, out);
    }
    /* The last block may end beyond the last run. */
    uint64_t end = merged < campaign->runs ? merged : campaign->runs;
    for (;;) {
        const char *name = next_failure(lines, merged);
        json_t *line = name ? json_object_get(lines->failures, name) : NULL;
        uint64_t done = line ? (uint64_t)run_of(line) : end;
        while (lines->next <= done && lines->next < UINT64_MAX / 2) {
            print_progress(lines, campaign, out);
        }
        if (!line) {
            break;
        }
        print_line(line, out);
        json_object_set_new(lines->failures, name, json_null());
        lines->printed_count++;
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

static void
print_end(const struct sley_lines *lines, const struct sley_campaign *campaign, FILE *out)
{
    const struct sley_tally *tally = campaign->tally;
    json_t *line = line_of("end", campaign);
    member(line, "runs", tally->run_count);
    member(line, "discarded", tally->discarded_count);
    member(line, "with_event", tally->event_count);
    member(line, "failures", lines->printed_count);
    json_object_set_new(line, "exhausted", json_boolean(campaign->exhausted));
    json_object_set_new(line, "interrupted", json_boolean(campaign->interrupted));
    print_line(line, out);
    json_decref(line);
}

static json_t *
finding_pack(const struct sley_target *target, const struct sley_outcome *outcome)
{
    const struct sley_judgement *j = &outcome->judgement;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:I, s:s}", "type", "finding",
                     "property", target->property->name, "claim", target->property->claim, "model",
                     target->model->name, "finding", sley_finding_word(j->finding),
                     "expected_finding", sley_finding_word(j->expected_finding), "expected",
                     j->expected, "evidence", sley_evidence_word(j->evidence), "text", j->text,
                     "runs", (json_int_t)outcome->run_count, "token", outcome->token);
}

void
sley_lines_print_recorded(const struct sley_target *target, const struct sley_outcome *outcome,
                          FILE *out)
{
    json_t *line = finding_pack(target, outcome);
    print_line(line, out);
    json_decref(line);
}

enum sley_status
sley_lines_print_finding(struct sley_lines *lines, struct sley_session *session,
                         const struct sley_campaign *campaign, const struct sley_outcome *outcome,
                         const struct sley_outcome_tokens *tokens, struct sley_error *error)
{
    const struct sley_target *target = &campaign->target;
    json_t *line = finding_pack(target, outcome);
    if (campaign->reference) {
        json_object_set_new(line, "reference", pack_reference(campaign->reference));
    }
    bool timed = session->options->verbose || session->options->time_ms;
    json_object_set_new(line, "statistics", sley_statistics_pack(campaign, timed));
    enum sley_status status = pack_reports(session, campaign, tokens, line, error);
    print_end(lines, campaign, session->out);
    print_line(line, session->out);
    json_decref(line);
    return status;
}
