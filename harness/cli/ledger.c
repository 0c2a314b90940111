#include "cli/ledger.h"

#include "cli/catalogue.h"
#include "cli/runner.h"

#include <stdlib.h>
#include <string.h>

void
sley_ledger_deinit(struct sley_ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++) {
        free(ledger->records[i].text);
        free(ledger->records[i].token);
    }
    free(ledger->records);
    *ledger = (struct sley_ledger){0};
}

static enum sley_status
enter(struct sley_ledger *ledger, struct sley_record record, const char *text, const char *token,
      struct sley_error *error)
{
    record.text = strdup(text);
    record.token = strdup(token);
    if (ledger->count == ledger->capacity) {
        size_t capacity = ledger->capacity ? 2 * ledger->capacity : 256;
        struct sley_record *grown = realloc(ledger->records, capacity * sizeof *grown);
        if (grown) {
            ledger->records = grown;
            ledger->capacity = capacity;
        }
    }
    if (!record.text || !record.token || ledger->count == ledger->capacity) {
        free(record.text);
        free(record.token);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for the findings");
    }
    ledger->records[ledger->count++] = record;
    return SLEY_OK;
}

static enum sley_status
on_finding(void *context, const struct sley_campaign *campaign, const struct sley_outcome *outcome,
           struct sley_error *error)
{
    const struct sley_judgement *j = &outcome->judgement;
    struct sley_record record = {
        .property = campaign->target.property,
        .model = campaign->target.model,
        .finding = j->finding,
        .expected_finding = j->expected_finding,
        .evidence = j->evidence,
        .expected = j->expected,
        .reason = j->reason,
    };
    return enter(context, record, j->text, outcome->token, error);
}

static enum sley_status
on_skipped(void *context, const struct sley_target *target,
           const struct sley_expectation *expectation, struct sley_error *error)
{
    struct sley_record record = {
        .property = target->property,
        .model = target->model,
        .finding = SLEY_NOT_APPLICABLE,
        .expected_finding = SLEY_NOT_APPLICABLE,
        .expected = true,
        .reason = expectation->reason ? expectation->reason : "",
    };
    return enter(context, record, record.reason, "", error);
}

struct sley_listener
sley_ledger_listener(struct sley_ledger *ledger)
{
    return (struct sley_listener){NULL, on_finding, on_skipped, ledger};
}

const char *
sley_column_word(enum sley_column column)
{
    static const char *const words[] = {"threads", "processes", "coroutines", "all"};
    return words[column];
}

enum sley_column
sley_column_of(const struct sley_model *model)
{
    if (sley_catalogue_model_matches("process", model)) {
        return SLEY_PROCESSES;
    }
    return sley_catalogue_model_matches("coroutine", model) ? SLEY_COROUTINES : SLEY_THREADS;
}

/* Keeps the first, unless a later one has a run to show. */
static void
keep(const struct sley_record **kept, const struct sley_record *record)
{
    if (!*kept || (!(*kept)->token[0] && record->token[0])) {
        *kept = record;
    }
}

struct sley_standing
sley_ledger_standing(const struct sley_ledger *ledger, const char *name, enum sley_column column,
                     const char *model)
{
    struct sley_standing standing = {0};
    bool only = name[0] == '=';
    name += only;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct sley_record *r = &ledger->records[i];
        bool named = strcmp(r->property->name, name) == 0;
        bool claimed = strcmp(r->property->claim, name) == 0 && !r->property->twin && !only;
        bool elsewhere = column != SLEY_COLUMN_COUNT && sley_column_of(r->model) != column;
        if ((!named && !claimed) || elsewhere ||
            (model && !sley_catalogue_model_matches(model, r->model))) {
            continue;
        }
        standing.unexpected += !r->expected;
        standing.confirmed += r->finding == SLEY_CONFIRMED;
        standing.refuted += r->finding == SLEY_REFUTED;
        standing.inconclusive += r->finding == SLEY_INCONCLUSIVE;
        standing.not_applicable += r->finding == SLEY_NOT_APPLICABLE;
        if (r->finding == SLEY_CONFIRMED) {
            keep(&standing.confirmation, r);
        } else if (r->finding == SLEY_REFUTED) {
            keep(&standing.refutation, r);
        }
    }
    return standing;
}

void
sley_standing_add(struct sley_standing *sum, const struct sley_standing *other, bool negated)
{
    const struct sley_record *confirmation = negated ? other->refutation : other->confirmation;
    const struct sley_record *refutation = negated ? other->confirmation : other->refutation;
    sum->confirmed += negated ? other->refuted : other->confirmed;
    sum->refuted += negated ? other->confirmed : other->refuted;
    sum->inconclusive += other->inconclusive;
    sum->not_applicable += other->not_applicable;
    sum->unexpected += other->unexpected;
    sum->confirmation = sum->confirmation ? sum->confirmation : confirmation;
    sum->refutation = sum->refutation ? sum->refutation : refutation;
}

const char *
sley_standing_word(const struct sley_standing *standing)
{
    if (standing->inconclusive) {
        return "inconclusive";
    }
    if (standing->confirmed && standing->refuted) {
        return "conditional";
    }
    if (standing->confirmed || standing->refuted) {
        return standing->confirmed ? "confirmed" : "refuted";
    }
    return standing->not_applicable ? "not applicable" : "-";
}
