#include "cli/batch.h"
#include "cli/catalogue.h"
#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/contradictions.h"
#include "cli/digest.h"
#include "cli/second_lane.h"

#include <jansson.h>
#include <string.h>

static const char findings_usage[] =
    "usage: sley findings [--markdown | --json] [FLAGS] [WHAT...]\n\n"
    "Runs the properties of claims and says how each claim stands, in the order of the documents.\n"
    "WHAT is a claim's id, a place such as 004:49, a document such as 004, or a part of a quote.\n"
    "Up to five claims are shown in full: what each property found in each model, and the "
    "smallest\n"
    "run that refutes the claim (else: that shows what it says can happen).\n"
    "  --markdown  everything as a document: totals, claims, tables, contradictions\n"
    "  --json      one JSON object a line: a claim with its findings\n"
    "  --runs N, --seed S, --jobs J, --out DIR, --fault F: as sley run\n"
    "The tsan lane, where the build has one, runs the models thread and coroutine as well; "
    "another\n"
    "finding there is unexpected.\n"
    "exit code: 0 all as expected, 1 something unexpected, 2 usage or operating error\n";

static const char table_usage[] = "usage: sley table [FLAGS] [001 | 002 | 003]\n\n"
                                  "Prints the comparison table of a document (none: of all) with "
                                  "what runs find of each cell, and\n"
                                  "the run or the number behind it.\n"
                                  "  --markdown  as a table of markdown\n"
                                  "  --runs N, --seed S, --jobs J, --out DIR: as sley run\n"
                                  "exit code: as sley findings\n";

enum { FULL_CLAIMS_MAX = 5 };

static struct sley_batch batch;
static struct sley_ledger ledger;

static bool
is_wanted(const struct sley_claim *claim, const char *const *wanted, int wanted_count)
{
    bool is = wanted_count == 0;
    for (int i = 0; i < wanted_count; i++) {
        is |= sley_claim_of(wanted[i]) ? strcmp(wanted[i], claim->id) == 0
                                       : sley_claim_matches(claim, wanted[i]);
    }
    return is;
}

/* The claims that the arguments name become the filters. */
static enum sley_status
select_claims(struct sley_options *options, const struct sley_claim **selected, size_t *count,
              struct sley_error *error)
{
    size_t all_count, filters = 0;
    const struct sley_claim *all = sley_claims(&all_count);
    int wanted_count = options->filter_count;
    const char *wanted[SLEY_FILTERS_MAX];
    memcpy(wanted, options->filters, sizeof wanted);
    *count = 0;
    for (int i = 0; i < wanted_count; i++) {
        size_t matches = 0;
        for (size_t c = 0; c < all_count; c++) {
            matches += is_wanted(&all[c], &wanted[i], 1);
        }
        if (!matches) {
            return sley_error_set(error, SLEY_ERROR_USAGE,
                                  "no claim matches '%s': expected an id (sley list --claims), a "
                                  "place such as 004:49, or a part of a quote",
                                  wanted[i]);
        }
    }
    for (size_t c = 0; c < all_count; c++) {
        if (is_wanted(&all[c], wanted, wanted_count)) {
            selected[(*count)++] = &all[c];
            if (sley_catalogue_count(all[c].id) && filters < SLEY_FILTERS_MAX) {
                static char names[SLEY_FILTERS_MAX][128];
                snprintf(names[filters], sizeof names[0], SLEY_CLAIM_PREFIX "%s", all[c].id);
                options->filters[filters] = names[filters];
                filters++;
            }
        }
    }
    options->filter_count = (int)filters;
    return SLEY_OK;
}

/* Runs what the filters select in both lanes. */
static enum sley_status
run(struct sley_options *options, const char *program, struct sley_error *error)
{
    static struct sley_listener listener;
    listener = sley_ledger_listener(&ledger);
    options->quiet = true;
    enum sley_status status = sley_batch_check(options, error);
    if (status == SLEY_OK) {
        status = sley_batch_run(&batch, options, program, &listener, error);
    }
    if (status == SLEY_OK && sley_second_lane_exists() && !options->fault) {
        status = sley_second_lane_run(&ledger, options, error);
    }
    for (size_t i = 0; i < ledger.count; i++) {
        const struct sley_record *r = &ledger.records[i];
        batch.unexpected_count += r->in_tsan && r->tsan_finding != r->finding;
    }
    return status;
}

/* Claims that do not stand as the catalogue has it. */
static int
count_disagreeing(const struct sley_claim *const *claims, size_t count)
{
    int disagreeing = 0;
    for (size_t i = 0; i < count; i++) {
        struct sley_standing all =
            sley_ledger_standing(&ledger, claims[i]->id, SLEY_COLUMN_COUNT, NULL);
        disagreeing += sley_catalogue_count(claims[i]->id) && !sley_digest_agrees(claims[i], &all);
    }
    return disagreeing;
}

static void
print_overview(FILE *out, const struct sley_claim *const *claims, size_t count)
{
    fprintf(out, "%-44s  %-14s%-14s%-14s%s\n", "claim", "threads", "processes", "coroutines",
            "catalogue");
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%-44s", claims[i]->id);
        for (int c = 0; c < SLEY_COLUMN_COUNT; c++) {
            struct sley_standing standing =
                sley_ledger_standing(&ledger, claims[i]->id, (enum sley_column)c, NULL);
            fprintf(out, "%s%-14s", c ? "" : "  ", sley_standing_word(&standing));
        }
        struct sley_standing all =
            sley_ledger_standing(&ledger, claims[i]->id, SLEY_COLUMN_COUNT, NULL);
        bool agrees = sley_digest_agrees(claims[i], &all);
        fprintf(out, "%s%s\n", sley_truth_word(sley_claim_truth(claims[i])), agrees ? "" : " !");
    }
    fprintf(out, "\n");
    sley_digest_totals(out, claims, count, &ledger, false);
}

static enum sley_status
print_full(struct sley_session *session, const struct sley_claim *const *claims, size_t count,
           struct sley_error *error)
{
    enum sley_status status = SLEY_OK;
    for (size_t i = 0; i < count && status == SLEY_OK; i++) {
        fprintf(session->out, "%s", i ? "\n" : "");
        sley_digest_sentence(session->out, claims[i], false);
        if (!sley_catalogue_count(claims[i]->id)) {
            continue;
        }
        fprintf(session->out, "\n");
        sley_digest_findings(session->out, claims[i], &ledger, false);
        fprintf(session->out, "\n");
        status = sley_digest_run(session, claims[i], &ledger, error);
    }
    fprintf(session->out, "\n");
    sley_digest_totals(session->out, claims, count, &ledger, false);
    return status;
}

static enum sley_status
print_markdown(struct sley_session *session, const struct sley_claim *const *claims, size_t count,
               struct sley_error *error)
{
    FILE *out = session->out;
    enum sley_status status = SLEY_OK;
    /* The document is the same wherever the program lies. */
    session->program = "sley";
    session->width = 96;
    fprintf(out,
            "# Findings\n\nWritten by `sley findings --markdown`; `ci/findings` checks that it "
            "is up to date.\nThe documents' sentences are quoted as they stand there. A "
            "token is replayed by `sley replay TOKEN`.\n\n## Totals\n\n");
    sley_digest_totals(out, claims, count, &ledger, true);
    fprintf(out, "\n## Claims, in the order of the documents\n");
    for (size_t i = 0; i < count && status == SLEY_OK; i++) {
        fprintf(out, "\n### %s\n\n", claims[i]->id);
        sley_digest_sentence(out, claims[i], true);
        struct sley_standing all =
            sley_ledger_standing(&ledger, claims[i]->id, SLEY_COLUMN_COUNT, NULL);
        if (!sley_catalogue_count(claims[i]->id)) {
            continue;
        }
        fprintf(out, "The runs: **%s**", sley_standing_word(&all));
        for (int c = 0; c < SLEY_COLUMN_COUNT; c++) {
            struct sley_standing standing =
                sley_ledger_standing(&ledger, claims[i]->id, (enum sley_column)c, NULL);
            fprintf(out, "%s%s %s", c ? ", " : " (", sley_column_word((enum sley_column)c),
                    sley_standing_word(&standing));
        }
        fprintf(out, ").\n\n");
        sley_digest_findings(out, claims[i], &ledger, true);
        if (sley_digest_has_run(claims[i], &ledger)) {
            fprintf(out, "\n```\n");
            status = sley_digest_run(session, claims[i], &ledger, error);
            fprintf(out, "```\n");
        }
    }
    fprintf(out, "\n## The documents' tables\n\n");
    sley_cells_print(out, &ledger, NULL, true);
    fprintf(out, "\n## Contradictions between the documents\n\n");
    sley_contradictions_print(out, &ledger);
    return status;
}

static json_t *
pack_record(const struct sley_record *r)
{
    json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s}", "property", r->property->name,
                             "model", r->model->name, "finding", sley_finding_word(r->finding),
                             "evidence", sley_evidence_word(r->evidence), "expected", r->expected,
                             "text", r->text, "token", r->token);
    if (r->in_tsan) {
        json_object_set_new(line, "tsan", json_string(sley_finding_word(r->tsan_finding)));
    }
    return line;
}

static void
print_json(FILE *out, const struct sley_claim *const *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sley_claim *claim = claims[i];
        json_t *findings = json_array();
        for (size_t r = 0; r < ledger.count; r++) {
            if (strcmp(ledger.records[r].property->claim, claim->id) == 0) {
                json_array_append_new(findings, pack_record(&ledger.records[r]));
            }
        }
        struct sley_standing all =
            sley_ledger_standing(&ledger, claim->id, SLEY_COLUMN_COUNT, NULL);
        json_t *line =
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "type", "claim", "id", claim->id,
                      "kind", claim->kind, "statement", claim->statement, "sources", claim->sources,
                      "catalogue", sley_truth_word(sley_claim_truth(claim)), "standing",
                      sley_standing_word(&all), "findings", findings);
        for (int c = 0; c < SLEY_COLUMN_COUNT; c++) {
            struct sley_standing standing =
                sley_ledger_standing(&ledger, claim->id, (enum sley_column)c, NULL);
            json_object_set_new(line, sley_column_word((enum sley_column)c),
                                json_string(sley_standing_word(&standing)));
        }
        json_dumpf(line, out, JSON_COMPACT);
        fputc('\n', out);
        json_decref(line);
    }
}

int
sley_command_findings(const char *program, int argc, char **argv)
{
    static const struct sley_claim *claims[SLEY_CLAIMS_MAX];
    size_t count = 0;
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "nSjofJIp", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(findings_usage, stdout);
        return 0;
    }
    if (status == SLEY_OK && options.json && options.markdown) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE,
                                "--json and --markdown contradict each other: give one of them");
    }
    if (status == SLEY_OK) {
        status = select_claims(&options, claims, &count, &error);
    }
    /* Claims without a property have nothing to run, and no filter would mean everything. */
    if (status == SLEY_OK && options.filter_count == 0) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE,
                                "'%s' has no property; sley show says why", claims[0]->id);
    }
    /* The lines are of claims, not of campaigns. */
    bool json = status == SLEY_OK && options.json;
    options.json = false;
    if (status == SLEY_OK) {
        status = run(&options, program, &error);
    }
    if (status == SLEY_OK && json) {
        print_json(batch.session.out, claims, count);
    } else if (status == SLEY_OK && options.markdown) {
        status = print_markdown(&batch.session, claims, count, &error);
    } else if (status == SLEY_OK && count <= FULL_CLAIMS_MAX) {
        status = print_full(&batch.session, claims, count, &error);
    } else if (status == SLEY_OK) {
        print_overview(batch.session.out, claims, count);
    }
    if (status == SLEY_OK) {
        batch.unexpected_count += count_disagreeing(claims, count);
    }
    sley_ledger_deinit(&ledger);
    return sley_batch_end(&batch, status, &error);
}

int
sley_command_table(const char *program, int argc, char **argv)
{
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "nSjoIp", argc, argv, &error);
    if (status == SLEY_OK && options.help) {
        fputs(table_usage, stdout);
        return 0;
    }
    if (status == SLEY_OK && options.filter_count > 1) {
        status = sley_error_set(&error, SLEY_ERROR_USAGE, "table: expected one document, got %d",
                                options.filter_count);
    }
    const char *table = status == SLEY_OK && options.filter_count ? options.filters[0] : NULL;
    if (status == SLEY_OK) {
        options.filter_count = 0;
        status = sley_cells_select(table, &options, &error);
    }
    if (status == SLEY_OK) {
        status = run(&options, program, &error);
    }
    if (status == SLEY_OK) {
        batch.unexpected_count +=
            sley_cells_print(batch.session.out, &ledger, table, options.markdown);
    }
    sley_ledger_deinit(&ledger);
    return sley_batch_end(&batch, status, &error);
}
