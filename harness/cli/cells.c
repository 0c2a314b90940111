#include "cli/cells.h"

#include "cli/catalogue.h"
#include "cli/digest.h"
#include "cli/tsv.h"

#include <stdio.h>
#include <string.h>

static unsigned char text[] = {
#include "cells.inc"
    0};

enum {
    FIELDS = sizeof(struct sley_cell) / sizeof(const char *),
    CELLS_MAX = 256,
    NAME_BYTES = 128
};

/* The columns of the file are the members, one for one. */
_Static_assert(FIELDS == 8, "a member of struct sley_cell is no column");

const struct sley_cell *
sley_cells(size_t *count)
{
    static struct sley_cell cells[CELLS_MAX];
    static size_t cell_count;
    static const char *fields[CELLS_MAX * FIELDS];
    if (cell_count == 0) {
        cell_count = sley_tsv_split((char *)text, FIELDS, CELLS_MAX, fields);
        memcpy(cells, fields, cell_count * sizeof cells[0]);
    }
    *count = cell_count;
    return cells;
}

/* One of the names that a cell gives. */
struct reference {
    bool negated;
    char name[NAME_BYTES];
    char model[NAME_BYTES]; /* "": every one */
};

/* Takes the first name off the list; NULL when it is empty. */
static const char *
next_reference(const char *list, struct reference *reference)
{
    *reference = (struct reference){.negated = list[0] == '!'};
    list += reference->negated;
    size_t length = strcspn(list, ",");
    size_t name = strcspn(list, ",@");
    if (length == 0) {
        return NULL;
    }
    snprintf(reference->name, sizeof reference->name, "%.*s", (int)name, list);
    if (name < length) {
        snprintf(reference->model, sizeof reference->model, "%.*s", (int)(length - name - 1),
                 list + name + 1);
    }
    list += length;
    return *list == ',' ? list + 1 : list;
}

static enum sley_column
column_of(const char *word)
{
    for (int c = 0; c < SLEY_COLUMN_COUNT; c++) {
        if (strcmp(sley_column_word((enum sley_column)c), word) == 0) {
            return (enum sley_column)c;
        }
    }
    return SLEY_COLUMN_COUNT;
}

struct sley_standing
sley_cell_standing(const struct sley_cell *cell, const struct sley_ledger *ledger)
{
    struct sley_standing sum = {0};
    struct reference reference;
    for (const char *rest = cell->claims; (rest = next_reference(rest, &reference));) {
        const char *model = reference.model[0] ? reference.model : NULL;
        struct sley_standing one = sley_ledger_standing(
            ledger, reference.name, model ? SLEY_COLUMN_COUNT : column_of(cell->model), model);
        if (!model && one.confirmed + one.refuted + one.inconclusive == 0) {
            one = sley_ledger_standing(ledger, reference.name, SLEY_COLUMN_COUNT, NULL);
        }
        sley_standing_add(&sum, &one, reference.negated);
    }
    return sum;
}

bool
sley_cell_agrees(const struct sley_cell *cell, const struct sley_standing *standing)
{
    const char *word = sley_standing_word(standing);
    const char *wanted = strcmp(cell->verdict, "holds") == 0   ? "confirmed"
                         : strcmp(cell->verdict, "false") == 0 ? "refuted"
                                                               : "conditional";
    return strcmp(word, wanted) == 0;
}

static enum sley_status
select_names(const struct sley_cell *cell, struct sley_options *options, struct sley_error *error)
{
    static char names[SLEY_FILTERS_MAX][NAME_BYTES + sizeof SLEY_CLAIM_PREFIX];
    struct reference reference;
    for (const char *rest = cell->claims; (rest = next_reference(rest, &reference));) {
        bool only = reference.name[0] == '=';
        memmove(reference.name, reference.name + only, strlen(reference.name + only) + 1);
        bool known = !sley_catalogue_names(reference.name);
        char filter[NAME_BYTES + sizeof SLEY_CLAIM_PREFIX];
        bool claim = sley_catalogue_count(reference.name) > 0;
        snprintf(filter, sizeof filter, "%s%s", claim ? SLEY_CLAIM_PREFIX : "", reference.name);
        for (int i = 0; i < options->filter_count; i++) {
            known |= strcmp(options->filters[i], filter) == 0;
        }
        if (known) {
            continue;
        }
        if (options->filter_count == SLEY_FILTERS_MAX) {
            return sley_error_set(error, SLEY_ERROR_USAGE, "more than %d claims in the tables",
                                  SLEY_FILTERS_MAX);
        }
        char *name = names[options->filter_count];
        strcpy(name, filter);
        options->filters[options->filter_count++] = name;
    }
    return SLEY_OK;
}

enum sley_status
sley_cells_select(const char *table, struct sley_options *options, struct sley_error *error)
{
    size_t count, found = 0;
    const struct sley_cell *cells = sley_cells(&count);
    enum sley_status status = SLEY_OK;
    for (size_t i = 0; i < count && status == SLEY_OK; i++) {
        if (!table || strcmp(table, cells[i].table) == 0) {
            found++;
            status = select_names(&cells[i], options, error);
        }
    }
    if (status == SLEY_OK && !found) {
        status = sley_error_set(error, SLEY_ERROR_USAGE,
                                "no table '%s': expected 001, 002 or 003, the document's number",
                                table ? table : "");
    }
    return status;
}

/* What stands behind a finding: the run that refutes it, else what confirms it. */
static void
print_behind(FILE *out, const struct sley_record *record, bool markdown)
{
    if (!record) {
        return;
    }
    const char *quote = markdown ? "`" : "";
    char shortened[512];
    fprintf(out, "%s%s, %s%s: %s", quote, record->property->name, record->model->name, quote,
            sley_digest_evidence(record, shortened, sizeof shortened));
    if (record->token[0]) {
        fprintf(out, "; %s%s%s", quote, record->token, quote);
    }
}

static void
print_cell(FILE *out, const struct sley_cell *cell, const struct sley_standing *standing,
           bool markdown)
{
    const char *word = sley_standing_word(standing);
    const char *mark = sley_cell_agrees(cell, standing) ? "" : " !";
    const struct sley_record *first = standing->refutation, *second = standing->confirmation;
    if (markdown) {
        fprintf(out, "| %s:%s | %s | %s | %s | %s%s | ", cell->table, cell->line, cell->feature,
                cell->model, cell->cell, word, mark);
        print_behind(out, first ? first : second, true);
        fprintf(out, " |\n");
        return;
    }
    fprintf(out, "  %-11s%-13s%s\n", cell->model, word, cell->cell);
    const struct sley_record *behind[] = {first, second};
    for (int i = 0; i < 2; i++) {
        /* One side of a condition is as telling as the other; else one finding is enough. */
        if (behind[i]) {
            fprintf(out, "             %s", first && second ? (i ? "yes: " : "no: ") : "");
            print_behind(out, behind[i], false);
            fprintf(out, "\n");
        }
    }
    if (mark[0]) {
        fprintf(out, "             UNEXPECTED: the catalogue says: %s. %s\n", cell->verdict,
                cell->note);
    }
}

int
sley_cells_print(FILE *out, const struct sley_ledger *ledger, const char *table, bool markdown)
{
    size_t count;
    int unexpected = 0, words[3] = {0};
    const struct sley_cell *cells = sley_cells(&count);
    const char *feature = "";
    if (markdown) {
        fprintf(out, "| place | feature | model | the document says | finding | behind it |\n"
                     "|---|---|---|---|---|---|\n");
    }
    for (size_t i = 0; i < count; i++) {
        const struct sley_cell *cell = &cells[i];
        if (table && strcmp(table, cell->table) != 0) {
            continue;
        }
        if (!markdown && strcmp(feature, cell->feature) != 0) {
            fprintf(out, "%s:%s %s\n", cell->table, cell->line, cell->feature);
        }
        feature = cell->feature;
        struct sley_standing standing = sley_cell_standing(cell, ledger);
        print_cell(out, cell, &standing, markdown);
        unexpected += !sley_cell_agrees(cell, &standing);
        words[0] += standing.confirmed && !standing.refuted;
        words[1] += standing.confirmed && standing.refuted;
        words[2] += !standing.confirmed && standing.refuted;
    }
    fprintf(out, "\n%d cells: %d confirmed, %d conditional, %d refuted; ",
            words[0] + words[1] + words[2], words[0], words[1], words[2]);
    if (unexpected) {
        fprintf(out, "%d not as the catalogue has them (marked !)\n", unexpected);
    } else {
        fprintf(out, "all as the catalogue has them\n");
    }
    return unexpected;
}
