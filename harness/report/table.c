#include "report/table.h"

#include "report/cell.h"
#include "report/width.h"

#include <inttypes.h>
#include <string.h>

enum {
    WIDTH_DEFAULT = 80,
    WIDTH_MIN = 40,
    ROWS_DEFAULT = 40,
    TASKS_MAX = 6,   /* columns side by side */
    COLUMN_MIN = 14, /* below this width, cells in columns of their own do not read well */
    PLACE_MAX = 24,
    MARK = 2, /* columns before the step's number */
    GAP = 2,
};

struct table {
    FILE *out;
    struct sley_symbolizer *symbolizer;
    struct sley_selection selection;
    bool color;
    bool single; /* one column for all tasks, which are named in each row */
    uint32_t column_count;
    uint32_t column_of[SLEY_TASKS_MAX]; /* [task]; UINT32_MAX: the task has no row */
    size_t step_width;
    size_t label_width; /* of the task's name in each row; single only */
    size_t place_width;
    size_t column_width[TASKS_MAX];
    size_t column_guilty[TASKS_MAX]; /* width that the failure's own steps need */
    size_t column_at[TASKS_MAX];     /* where each begins in the line */
    size_t place_at;
};

/* A line under construction. Blanks are printed only before text, so none is at a line's end. */
struct line {
    FILE *out;
    size_t column; /* columns printed so far */
};

static void
line_put(struct line *line, size_t at, const char *text)
{
    if (text[0] == '\0') {
        return;
    }
    int blanks = at > line->column ? (int)(at - line->column) : 0;
    fprintf(line->out, "%*s%s", blanks, "", text);
    line->column += (size_t)blanks + sley_text_columns(text);
}

static void
row_place(const struct table *table, const struct sley_row *row, char *text, size_t size)
{
    text[0] = '\0';
    if (row->event.pc != 0) {
        sley_place_line(table->symbolizer, row->event.pc, text, size);
    }
}

static size_t
digits(uint32_t number)
{
    size_t count = 1;
    for (; number >= 10; number /= 10) {
        count++;
    }
    return count;
}

static size_t
larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Gives each task that has a row a column, in the order of their indices. */
static void
find_columns(struct table *table)
{
    const struct sley_selection *s = &table->selection;
    memset(table->column_of, 0xff, sizeof table->column_of);
    for (uint32_t i = 0; i < s->row_count; i++) {
        table->column_of[s->rows[i].event.task] = 0;
    }
    table->column_count = 0;
    for (uint32_t task = 0; task < SLEY_TASKS_MAX; task++) {
        if (table->column_of[task] != UINT32_MAX) {
            table->column_of[task] = table->column_count++;
        }
    }
}

static void
use_single_column(struct table *table)
{
    table->single = true;
    table->label_width = 0;
    for (uint32_t task = 0; task < SLEY_TASKS_MAX; task++) {
        if (table->column_of[task] != UINT32_MAX) {
            table->column_of[task] = 0;
            table->label_width = strlen("task ") + digits(task) + GAP;
        }
    }
    table->column_count = 1;
}

/* Sets every width to what the rows need. */
static void
measure(struct table *table)
{
    const struct sley_selection *s = &table->selection;
    table->step_width = strlen("step");
    table->place_width = strlen("at");
    for (uint32_t i = 0; i < TASKS_MAX; i++) {
        table->column_width[i] = strlen("task 000");
    }
    for (uint32_t i = 0; i < s->row_count; i++) {
        const struct sley_row *row = &s->rows[i];
        struct sley_cell cell;
        char text[SLEY_CELL_TEXT];
        sley_cell_fill(&cell, table->symbolizer, row);
        sley_cell_text(&cell, sizeof text, text, sizeof text);
        size_t *width = &table->column_width[table->column_of[row->event.task]];
        size_t *guilty = &table->column_guilty[table->column_of[row->event.task]];
        *width = larger(*width, table->label_width + sley_text_columns(text));
        if (row->guilty) {
            *guilty = larger(*guilty, table->label_width + sley_text_columns(text));
        }
        row_place(table, row, text, sizeof text);
        table->place_width = larger(table->place_width, sley_text_columns(text));
        table->step_width = larger(table->step_width, digits(row->event.step));
    }
}

/* The widest column: first of those that still read well and show their guilty steps whole. */
static uint32_t
widest_column(const struct table *table)
{
    uint32_t widest = 0, spare = UINT32_MAX;
    for (uint32_t i = 0; i < table->column_count; i++) {
        size_t width = table->column_width[i];
        if (width > table->column_width[widest]) {
            widest = i;
        }
        if (width > larger(table->column_guilty[i], COLUMN_MIN) &&
            (spare == UINT32_MAX || width > table->column_width[spare])) {
            spare = i;
        }
    }
    return spare != UINT32_MAX ? spare : widest;
}

/* Takes from the widest columns until all of them fit into `room`. */
static void
shrink(struct table *table, size_t room)
{
    size_t sum = GAP * (size_t)(table->column_count - 1);
    for (uint32_t i = 0; i < table->column_count; i++) {
        sum += table->column_width[i];
    }
    for (; sum > room; sum--) {
        uint32_t widest = widest_column(table);
        if (table->column_width[widest] <= 1) {
            return;
        }
        table->column_width[widest]--;
    }
}

/* Whether the columns fit into room, or would be cut to no less than what still reads well. */
static bool
fits(const struct table *table, size_t room)
{
    size_t least = GAP * (size_t)(table->column_count - 1);
    for (uint32_t i = 0; i < table->column_count; i++) {
        size_t width = table->column_width[i];
        least += width < COLUMN_MIN ? width : COLUMN_MIN;
    }
    return least <= room;
}

static void
lay_out(struct table *table, uint32_t width)
{
    find_columns(table);
    if (table->column_count > TASKS_MAX) {
        use_single_column(table);
    }
    measure(table);
    size_t place_max = width / 3 < PLACE_MAX ? width / 3 : PLACE_MAX;
    if (table->place_width > place_max) {
        table->place_width = place_max;
    }
    size_t fixed = MARK + table->step_width + GAP + GAP + table->place_width;
    size_t room = width - fixed;
    if (!table->single && !fits(table, room)) {
        size_t place_width = table->place_width;
        use_single_column(table);
        measure(table);
        table->place_width = place_width;
    }
    shrink(table, room);
    size_t at = MARK + table->step_width + GAP;
    for (uint32_t i = 0; i < table->column_count; i++) {
        table->column_at[i] = at;
        at += table->column_width[i] + GAP;
    }
    table->place_at = at;
}

static void
print_header(const struct table *table)
{
    struct line line = {table->out, 0};
    line_put(&line, MARK + table->step_width - strlen("step"), "step");
    if (table->single) {
        line_put(&line, table->column_at[0], "task");
    }
    for (uint32_t task = 0; !table->single && task < SLEY_TASKS_MAX; task++) {
        if (table->column_of[task] != UINT32_MAX) {
            char name[16];
            snprintf(name, sizeof name, "task %" PRIu32, task);
            line_put(&line, table->column_at[table->column_of[task]], name);
        }
    }
    line_put(&line, table->place_at, "at");
    fputc('\n', table->out);
}

static void
print_left_out(const struct table *table, uint32_t count)
{
    if (count > 0) {
        fprintf(table->out, "  ... %" PRIu32 " %s left out\n", count,
                count == 1 ? "step" : "steps");
    }
}

static void
print_row(const struct table *table, const struct sley_row *row)
{
    struct line line = {table->out, 0};
    struct sley_cell cell;
    char text[SLEY_CELL_TEXT];
    uint32_t column = table->column_of[row->event.task];
    bool bold = table->color && row->guilty;
    fputs(bold ? "\033[1m" : "", table->out);
    line_put(&line, 0, row->guilty ? ">" : "");
    if (row->event.step != 0) {
        snprintf(text, sizeof text, "%" PRIu32, row->event.step);
        line_put(&line, MARK + table->step_width - strlen(text), text);
    }
    if (table->single) {
        snprintf(text, sizeof text, "task %u", (unsigned)row->event.task);
        line_put(&line, table->column_at[0], text);
    }
    sley_cell_fill(&cell, table->symbolizer, row);
    sley_cell_text(&cell, table->column_width[column] - table->label_width, text, sizeof text);
    line_put(&line, table->column_at[column] + table->label_width, text);
    row_place(table, row, text, sizeof text);
    sley_text_cut_front(text, sizeof text, table->place_width); /* the line's number stays */
    line_put(&line, table->place_at, text);
    fprintf(table->out, "%s\n", bold ? "\033[0m" : "");
}

static void
print_rows(const struct table *table)
{
    const struct sley_selection *s = &table->selection;
    for (uint32_t i = 0; i < s->row_count; i++) {
        const struct sley_row *row = &s->rows[i];
        if (i > 0 && row[-1].event.task != row->event.task) {
            fputc('\n', table->out);
        }
        print_left_out(table, row->left_out);
        print_row(table, row);
    }
    print_left_out(table, s->left_out);
}

void
sley_table_print(FILE *out, struct sley_symbolizer *symbolizer, const struct sley_capture *capture,
                 const struct sley_table_options *options)
{
    static const struct sley_table_options defaults;
    const struct sley_table_options *o = options ? options : &defaults;
    struct table table = {.out = out, .symbolizer = symbolizer, .color = o->color};
    uint32_t width = o->width ? o->width : WIDTH_DEFAULT;
    uint32_t rows_max = o->rows_max ? o->rows_max : ROWS_DEFAULT;
    if (capture->event_count == 0) {
        fputs("no step of the run was recorded\n", out);
        return;
    }
    if (!sley_selection_init(&table.selection, capture, o->all ? 0 : rows_max)) {
        fputs("no memory for the table of the run's steps\n", out);
        return;
    }
    if (table.selection.row_count == 0) {
        fputs("no recorded step has a part in the failure\n", out);
    } else {
        lay_out(&table, width < WIDTH_MIN ? WIDTH_MIN : width);
        print_header(&table);
        print_rows(&table);
    }
    if (capture->events_dropped > 0) {
        fprintf(out, "  ... %" PRIu32 " later steps were not recorded\n", capture->events_dropped);
    }
    sley_selection_deinit(&table.selection);
}
