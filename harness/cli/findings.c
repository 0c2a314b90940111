#include "cli/findings.h"

#include <string.h>

enum { GAP = 2 };

struct table {
    FILE *out;
    const struct sley_session *session;
    const struct sley_findings_row *rows;
    int row_count;
    int width[SLEY_MODEL_COUNT]; /* of the column; 0: there is none */
};

static bool
has_cell(const struct sley_findings_row *row, int model)
{
    return row->cell[model][0] != '\0' && strcmp(row->cell[model], "-") != 0;
}

static int
longer(int length, const char *text)
{
    int other = (int)strlen(text);
    return other > length ? other : length;
}

static void
measure(struct table *table)
{
    for (int m = 0; m < SLEY_MODEL_COUNT; m++) {
        bool used = false;
        int width = (int)strlen(sley_models[m]->name);
        for (int i = 0; i < table->row_count; i++) {
            used |= has_cell(&table->rows[i], m);
            width = longer(width, table->rows[i].cell[m]);
        }
        table->width[m] = used ? width : 0;
    }
}

/* Whether the row has a cell in the models first..end-1. */
static bool
is_in_part(const struct sley_findings_row *row, int first, int end)
{
    bool in = false;
    for (int m = first; m < end; m++) {
        in |= has_cell(row, m);
    }
    return in;
}

static int
name_width(const struct table *table, int first, int end)
{
    int width = (int)strlen("property");
    for (int i = 0; i < table->row_count; i++) {
        if (is_in_part(&table->rows[i], first, end)) {
            width = longer(width, table->rows[i].property->name);
        }
    }
    return width;
}

/* The end of the part that begins with model first: as many columns as the width has room for, at
 * least one. */
static int
part_end(const struct table *table, int first)
{
    int names = name_width(table, 0, SLEY_MODEL_COUNT);
    int used = names, columns = 0, m = first;
    for (; m < SLEY_MODEL_COUNT; m++) {
        int width = table->width[m];
        if (width && columns > 0 && used + GAP + width > (int)table->session->width) {
            break;
        }
        used += width ? GAP + width : 0;
        columns += width != 0;
    }
    return m;
}

/* A cell, with the blanks that the next one needs before it still owed. */
static int
print_cell(const struct table *table, int owed, const struct sley_findings_row *row, int m)
{
    const char *text = row->cell[m][0] ? row->cell[m] : "-";
    const char *paint = row->unexpected[m] ? "\033[31m" : "";
    fprintf(table->out, "%*s%s%s%s", owed + GAP, "", sley_session_paint(table->session, paint),
            text, sley_session_paint(table->session, row->unexpected[m] ? "\033[0m" : ""));
    return table->width[m] - (int)strlen(text);
}

static void
print_part(const struct table *table, int first, int end)
{
    FILE *out = table->out;
    int width = name_width(table, first, end);
    int owed = width - fprintf(out, "%s", "property");
    for (int m = first; m < end; m++) {
        if (table->width[m]) {
            fprintf(out, "%*s%s", owed + GAP, "", sley_models[m]->name);
            owed = table->width[m] - (int)strlen(sley_models[m]->name);
        }
    }
    fprintf(out, "\n");
    for (int i = 0; i < table->row_count; i++) {
        const struct sley_findings_row *row = &table->rows[i];
        if (!is_in_part(row, first, end)) {
            continue;
        }
        owed = width - fprintf(out, "%s", row->property->name);
        for (int m = first; m < end; m++) {
            owed = table->width[m] ? print_cell(table, owed, row, m) : owed;
        }
        fprintf(out, "\n");
    }
}

void
sley_findings_print(FILE *out, const struct sley_session *session,
                    const struct sley_findings_row *rows, int row_count)
{
    struct table table = {.out = out, .session = session, .rows = rows, .row_count = row_count};
    measure(&table);
    for (int first = 0; first < SLEY_MODEL_COUNT;) {
        int end = part_end(&table, first);
        bool any = false;
        for (int m = first; m < end; m++) {
            any |= table.width[m] != 0;
        }
        if (any) {
            fprintf(out, "\n");
            print_part(&table, first, end);
        }
        first = end;
    }
}
