#include "cli/digest.h"

#include "campaign/survey.h"
#include "cli/catalogue.h"
#include "cli/explorer.h"
#include "cli/lane.h"

#include "report/table.h"

#include <string.h>

enum { TEXT_COLUMNS = 80 };

bool
sley_digest_agrees(const struct sley_claim *claim, const struct sley_standing *standing)
{
    switch (sley_claim_truth(claim)) {
    case SLEY_HOLDS:
        return standing->confirmed > 0;
    case SLEY_FALSE:
        return standing->refuted > 0;
    case SLEY_CONDITIONAL:
        return standing->confirmed > 0 && standing->refuted > 0;
    case SLEY_UNCHECKABLE:
    case SLEY_TRUTH_COUNT:
        break;
    }
    return standing->confirmed + standing->refuted == 0;
}

/* Breaks text at blanks; every line begins with the indentation. */
static void
print_filled(FILE *out, const char *indentation, const char *text)
{
    size_t used = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (used == 0 || used + 1 + length > TEXT_COLUMNS - strlen(indentation)) {
            fprintf(out, "%s%s%.*s", used ? "\n" : "", indentation, (int)length, text);
            used = length;
        } else {
            fprintf(out, " %.*s", (int)length, text);
            used += 1 + length;
        }
        text += length;
        text += strspn(text, " ");
    }
    fprintf(out, "\n");
}

/* A line for each place. */
static void
print_quotes(FILE *out, const char *begin, const char *sources, const char *end)
{
    while (*sources) {
        const char *next = strstr(sources, " ; ");
        size_t length = next ? (size_t)(next - sources) : strlen(sources);
        fprintf(out, "%s%.*s%s\n", begin, (int)length, sources, end);
        sources += length + (next ? 3 : 0);
    }
}

void
sley_digest_sentence(FILE *out, const struct sley_claim *claim, bool markdown)
{
    const char *truth = sley_truth_word(sley_claim_truth(claim));
    if (markdown) {
        print_quotes(out, "> ", claim->sources, "  ");
        fprintf(out, "\n%s\n\nThe catalogue (%s): **%s**. %s\n\n", claim->statement, claim->kind,
                truth, sley_claim_why(claim));
        return;
    }
    fprintf(out, "%s\n", claim->id);
    print_filled(out, "  ", claim->statement);
    print_quotes(out, "    ", claim->sources, "");
    fprintf(out, "  the catalogue (%s): %s\n", claim->kind, truth);
    print_filled(out, "    ", sley_claim_why(claim));
}

static void
print_property(FILE *out, const struct sley_property *property, bool markdown)
{
    char words[1024];
    const char *file = sley_catalogue_scenario(property);
    const char *twin = property->twin ? ", twin" : "";
    snprintf(words, sizeof words, "%s%s%s", property->says, property->when ? "; when " : "",
             property->when ? property->when : "");
    if (markdown) {
        fprintf(out, "- `%s` (%s%s, [%s.c](../scenarios/%s.c)): %s\n", property->name,
                sley_quantifier_word(property->quantifier), twin, file, file, words);
        return;
    }
    fprintf(out, "%s (%s%s), in scenarios/%s.c\n", property->name,
            sley_quantifier_word(property->quantifier), twin, file);
    print_filled(out, "    ", words);
}

/* Whether two records of a property say the same, but for the model. */
static bool
is_alike(const struct sley_record *a, const struct sley_record *b)
{
    return a->property == b->property && a->finding == b->finding && a->evidence == b->evidence &&
           a->expected == b->expected && a->in_tsan == b->in_tsan &&
           (!a->in_tsan || a->tsan_finding == b->tsan_finding) && !a->token[0] && !b->token[0] &&
           strcmp(a->text, b->text) == 0 && strcmp(a->reason, b->reason) == 0;
}

const char *
sley_digest_evidence(const struct sley_record *record, char *text, size_t size)
{
    const char *begin = "by profile ", *note = strchr(record->text, ':');
    const char *rest = note ? strstr(note, "; ") : NULL;
    for (; rest && strstr(rest, "profiles/"); rest = strstr(rest + 2, "; ")) {
    }
    if (strncmp(record->text, begin, strlen(begin)) != 0 || !note || !rest) {
        return record->text;
    }
    snprintf(text, size, "%.*s%s", (int)(note - record->text), record->text, rest);
    return text;
}

/* One or several records that say the same. */
static void
print_records(FILE *out, const struct sley_record *r, size_t count, bool markdown)
{
    static const char *const wrong[] = {"", "; UNEXPECTED"};
    char words[1024], shortened[512];
    fprintf(out, "%s", markdown ? "  - " : "    ");
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%s", i ? ", " : "", r[i].model->name);
    }
    fprintf(out, ": %s%s", sley_finding_word(r->finding), wrong[!r->expected]);
    if (r->finding != SLEY_NOT_APPLICABLE) {
        const char *tsan =
            r->tsan_finding == r->finding ? "too" : sley_finding_word(r->tsan_finding);
        fprintf(out, " (%s%s%s)", sley_evidence_word(r->evidence),
                r->in_tsan ? "; in the tsan lane " : "", r->in_tsan ? tsan : "");
    }
    bool both = r->finding != SLEY_NOT_APPLICABLE && r->reason[0];
    snprintf(words, sizeof words, "%s%s%s", sley_digest_evidence(r, shortened, sizeof shortened),
             both ? ": " : "", both ? r->reason : "");
    if (markdown) {
        fprintf(out, "%s%s%s%s%s\n", words[0] ? "; " : "", words, r->token[0] ? "; `" : "",
                r->token, r->token[0] ? "`" : "");
        return;
    }
    fprintf(out, "\n");
    print_filled(out, "        ", words);
    if (r->token[0]) {
        fprintf(out, "        %s\n", r->token);
    }
}

void
sley_digest_findings(FILE *out, const struct sley_claim *claim, const struct sley_ledger *ledger,
                     bool markdown)
{
    const struct sley_property *last = NULL;
    for (size_t i = 0; i < ledger->count;) {
        const struct sley_record *record = &ledger->records[i];
        size_t alike = 1;
        while (i + alike < ledger->count && is_alike(record, record + alike)) {
            alike++;
        }
        i += alike;
        if (strcmp(record->property->claim, claim->id) != 0) {
            continue;
        }
        if (record->property != last) {
            print_property(out, record->property, markdown);
            last = record->property;
        }
        print_records(out, record, alike, markdown);
    }
}

/* How well a record's run shows what the claim is about: one that refutes it before one that shows
 * it, one of a schedule before one of a cost profile. 0: not at all. */
static int
telling(const struct sley_record *record, const struct sley_claim *claim)
{
    if (strcmp(record->property->claim, claim->id) != 0 || record->property->twin ||
        !record->token[0]) {
        return 0;
    }
    return 1 + (record->evidence == SLEY_EVIDENCE_SCHEDULE) + 2 * (record->finding == SLEY_REFUTED);
}

static const struct sley_record *
deciding_record(const struct sley_claim *claim, const struct sley_ledger *ledger)
{
    const struct sley_record *best = NULL;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct sley_record *record = &ledger->records[i];
        if (telling(record, claim) > (best ? telling(best, claim) : 0)) {
            best = record;
        }
    }
    return best;
}

bool
sley_digest_has_run(const struct sley_claim *claim, const struct sley_ledger *ledger)
{
    return deciding_record(claim, ledger) != NULL;
}

enum sley_status
sley_digest_run(struct sley_session *session, const struct sley_claim *claim,
                const struct sley_ledger *ledger, struct sley_error *error)
{
    const struct sley_record *record = deciding_record(claim, ledger);
    if (!record) {
        return SLEY_OK;
    }
    static struct sley_token token;
    struct sley_recipe recipe;
    struct sley_shrunk shrunk = {0};
    struct sley_target target = {record->property, record->model, NULL};
    enum sley_status status = sley_token_parse(&token, record->token, error);
    if (status == SLEY_OK) {
        status = sley_survey_of_token(&target, &token, error);
    }
    if (status == SLEY_OK) {
        status = sley_recipe_of_token(&recipe, &token, error);
    }
    if (status == SLEY_OK) {
        status = sley_session_capture(session, &target, &recipe, error);
    }
    if (status == SLEY_OK) {
        status = sley_explorer_shrink(session, &target, record->token, false, &shrunk, NULL, error);
    }
    if (status != SLEY_OK) {
        return status;
    }
    struct sley_table_options table = {.color = session->color, .width = session->width};
    fprintf(session->out, "%s in %s:\n", record->property->name, record->model->name);
    sley_table_print(session->out, session->symbolizer, session->capture, &table);
    fprintf(session->out, "%s explain %s\n", session->program,
            shrunk.token[0] ? shrunk.token : record->token);
    return SLEY_OK;
}

static void
print_truths(FILE *out, const struct sley_claim *const *claims, size_t count,
             const struct sley_ledger *ledger)
{
    static const char *const found[] = {"confirmed", "refuted", "confirmed and refuted"};
    int total[SLEY_TRUTH_COUNT] = {0}, agree[SLEY_TRUTH_COUNT] = {0}, mixed[SLEY_TRUTH_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        struct sley_standing standing =
            sley_ledger_standing(ledger, claims[i]->id, SLEY_COLUMN_COUNT, NULL);
        enum sley_truth truth = sley_claim_truth(claims[i]);
        total[truth]++;
        agree[truth] += sley_digest_agrees(claims[i], &standing);
        mixed[truth] += standing.confirmed && standing.refuted;
    }
    fprintf(out, "%zu claim%s.", count, count == 1 ? "" : "s");
    for (int t = 0; t < SLEY_UNCHECKABLE; t++) {
        if (!total[t]) {
            continue;
        }
        fprintf(out, " Of %d that the catalogue calls \"%s\" the runs show %d %s", total[t],
                sley_truth_word((enum sley_truth)t), agree[t], found[t]);
        if (t != SLEY_CONDITIONAL && mixed[t]) {
            fprintf(out, ", %d of them not in every model or condition", mixed[t]);
        }
        fprintf(out, ".");
    }
    if (total[SLEY_UNCHECKABLE]) {
        fprintf(out, " %d cannot be checked.", total[SLEY_UNCHECKABLE]);
    }
    fprintf(out, "\n");
}

void
sley_digest_totals(FILE *out, const struct sley_claim *const *claims, size_t count,
                   const struct sley_ledger *ledger, bool markdown)
{
    int finding[4] = {0}, evidence[SLEY_EVIDENCE_COUNT] = {0}, unexpected = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct sley_record *record = &ledger->records[i];
        finding[record->finding]++;
        evidence[record->evidence] += record->finding != SLEY_NOT_APPLICABLE;
        unexpected += !record->expected;
    }
    print_truths(out, claims, count, ledger);
    fprintf(out, "%s%d findings: %d confirmed, %d refuted, %d inconclusive; %d not applicable; ",
            markdown ? "\n" : "",
            finding[SLEY_CONFIRMED] + finding[SLEY_REFUTED] + finding[SLEY_INCONCLUSIVE],
            finding[SLEY_CONFIRMED], finding[SLEY_REFUTED], finding[SLEY_INCONCLUSIVE],
            finding[SLEY_NOT_APPLICABLE]);
    if (unexpected) {
        fprintf(out, "%d unexpected\n", unexpected);
    } else {
        fprintf(out, "all as expected\n");
    }
    fprintf(out,
            "%sfound by running: %d by a schedule, %d by samples, %d measured here; not found "
            "by running: %d by a cost profile, %d recorded facts\n",
            markdown ? "\n" : "", evidence[SLEY_EVIDENCE_SCHEDULE], evidence[SLEY_EVIDENCE_SAMPLED],
            evidence[SLEY_EVIDENCE_MACHINE], evidence[SLEY_EVIDENCE_PROFILE],
            evidence[SLEY_EVIDENCE_FACT]);
}
