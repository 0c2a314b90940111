#include "cli/trace_store.h"

#include "base/rng.h"
#include "report/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 8 }; /* of a line: step, task, operation, size, object, value, place, name */

/* Of the file, without its ending. */
static void
name_make(const char *token, char name[32])
{
    uint64_t digest = 0;
    for (const char *c = token; *c; c++) {
        digest = sley_mix64(digest ^ (unsigned char)*c);
    }
    snprintf(name, 32, "token-%016" PRIx64, digest);
}

enum sley_status
sley_trace_store_write(struct sley_session *session, const char *name, struct sley_error *error)
{
    char file_name[64], path[4096];
    FILE *file;
    if (!session->store) {
        return SLEY_OK;
    }
    snprintf(file_name, sizeof file_name, "%.40s.trace", name);
    enum sley_status status =
        sley_store_file(session->store, "traces", file_name, &file, path, sizeof path, error);
    if (status != SLEY_OK) {
        return status;
    }
    sley_trace_write(file, session->symbolizer, session->capture);
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s'", path);
    }
    return SLEY_OK;
}

enum sley_status
sley_trace_store_keep(struct sley_session *session, const char *token, struct sley_error *error)
{
    char name[32];
    name_make(token, name);
    return sley_trace_store_write(session, name, error);
}

/* Divides a line of a trace at its tabs; false: it is none of an event. */
static bool
split(char *line, char *field[FIELDS])
{
    int count = 0;
    if (line[0] == '#') {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at && count < FIELDS; count++) {
        char *tab = strchr(at, '\t');
        field[count] = at;
        if (tab) {
            *tab++ = '\0';
        }
        at = tab;
    }
    return count == FIELDS;
}

/* Whether two steps are the same: task, operation, size and object. A value or a line may change
 * while the schedule stays. */
static bool
is_same(char *const a[FIELDS], char *const b[FIELDS])
{
    for (int i = 1; i <= 4; i++) {
        if (strcmp(a[i], b[i]) != 0) {
            return false;
        }
    }
    return true;
}

static void
describe(char *const field[FIELDS], char *text, size_t size)
{
    const char *verb = field[2];
    for (int op = 0; op < SLEY_OP_COUNT; op++) {
        if (sley_op_letter((enum sley_op)op) == field[2][0]) {
            verb = sley_op_text((enum sley_op)op);
        }
    }
    bool named = strcmp(field[7], "-") != 0, placed = strcmp(field[6], "-") != 0;
    snprintf(text, size, "task %.10s %s%s%.120s%s%.120s", field[1], verb, named ? " " : "",
             named ? field[7] : "", placed ? " at " : "", placed ? field[6] : "");
}

/* The next event of a trace; false: it ends. line is borrowed until the next call. */
static bool
next_event(FILE *file, char **line, size_t *room, char *field[FIELDS])
{
    while (getline(line, room, file) > 0) {
        if (split(*line, field)) {
            return true;
        }
    }
    return false;
}

static bool
compare(FILE *recorded, FILE *now, const char *path, char *text, size_t size)
{
    char *lines[2] = {NULL, NULL}, *was[FIELDS], *is[FIELDS];
    char before[320], after[320];
    size_t rooms[2] = {0, 0};
    bool parted = false, more = true;
    while (more && !parted) {
        bool had = next_event(recorded, &lines[0], &rooms[0], was);
        bool has = next_event(now, &lines[1], &rooms[1], is);
        more = had && has;
        parted = more ? !is_same(was, is) : had != has;
        if (!parted) {
            continue;
        }
        snprintf(before, sizeof before, "the run is over");
        snprintf(after, sizeof after, "the run is over");
        if (had) {
            describe(was, before, sizeof before);
        }
        if (has) {
            describe(is, after, sizeof after);
        }
        snprintf(text, size, "at step %s, recorded: %s; here: %s (%.200s)", had ? was[0] : is[0],
                 before, after, path);
    }
    free(lines[0]);
    free(lines[1]);
    return parted;
}

bool
sley_trace_store_compare(const struct sley_session *session, const char *token, char *text,
                         size_t size)
{
    char name[32], path[4096];
    char *trace = NULL;
    size_t length = 0;
    name_make(token, name);
    snprintf(path, sizeof path, "%s/traces/%s.trace", session->options->out, name);
    FILE *recorded = fopen(path, "r");
    FILE *written = recorded ? open_memstream(&trace, &length) : NULL;
    bool parted = false;
    if (written) {
        sley_trace_write(written, session->symbolizer, session->capture);
        bool whole = fclose(written) == 0 && length > 0;
        FILE *now = whole ? fmemopen(trace, length, "r") : NULL;
        if (now) {
            parted = compare(recorded, now, path, text, size);
            fclose(now);
        }
    }
    if (recorded) {
        fclose(recorded);
    }
    free(trace);
    return parted;
}
