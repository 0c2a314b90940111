#include "cli/scan.h"

#include "cli/commands.h"
#include "cli/explorer.h"

#include "report/sarif.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum sley_status
sley_scan_init(struct sley_scan *scan, const struct sley_session *session, const char *path,
               struct sley_error *error)
{
    *scan = (struct sley_scan){
        .session = session, .path = path, .results = json_array(), .open = json_object()};
    if (!scan->results || !scan->open || !getcwd(scan->root, sizeof scan->root)) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "--sarif: %s", strerror(errno));
    }
    if (path && !(scan->file = fopen(path, "w"))) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s': %s", path, strerror(errno));
    }
    return SLEY_OK;
}

void
sley_scan_deinit(struct sley_scan *scan)
{
    struct stat entry;
    if (scan->file) {
        fclose(scan->file);
        /* Not a device, and not the name of one. */
        if (lstat(scan->path, &entry) == 0 && S_ISREG(entry.st_mode)) {
            remove(scan->path);
        }
    }
    json_decref(scan->results);
    json_decref(scan->open);
}

static json_int_t
run_of(const json_t *entry)
{
    return json_integer_value(json_object_get(entry, "run"));
}

enum sley_status
sley_scan_failure(struct sley_scan *scan, const struct sley_target *target,
                  const struct sley_told_failure *told, struct sley_error *error)
{
    const struct sley_property *property = target->property;
    const json_t *known = json_object_get(scan->open, told->name);
    if (known && (uint64_t)run_of(known) <= told->run) {
        return SLEY_OK;
    }
    char command[SLEY_TOKEN_TEXT_MAX + 8192], claim[256];
    sley_explorer_command(scan->session, told->token, command, sizeof command);
    snprintf(claim, sizeof claim, "%s, %s", property->claim, property->source);
    const struct sley_sarif_failure failure = {
        .failure = told->failure,
        .name = told->name,
        .property = property->name,
        .claim = claim,
        .model = target->model->name,
        .token = told->token,
        .command = command,
    };
    json_t *result = sley_sarif_result(scan->session->symbolizer, scan->root, &failure);
    bool unnamed = sley_target_unexpected(property, 1u << told->failure->verdict) != 0;
    json_t *entry = json_pack("{s:I, s:o, s:b}", "run", (json_int_t)told->run, "result", result,
                              "unnamed", unnamed);
    if (!entry || json_object_set_new(scan->open, told->name, entry) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "--sarif: no memory");
    }
    return SLEY_OK;
}

/* The name whose run comes first; of one run the name decides. NULL: none is left. */
static const char *
first_open(const struct sley_scan *scan)
{
    const char *first = NULL, *name;
    json_t *entry, *best = NULL;
    json_object_foreach(scan->open, name, entry)
    {
        if (!best || run_of(entry) < run_of(best) ||
            (run_of(entry) == run_of(best) && strcmp(name, first) < 0)) {
            first = name;
            best = entry;
        }
    }
    return first;
}

void
sley_scan_finding(struct sley_scan *scan, const struct sley_judgement *judgement)
{
    bool surprising = judgement->finding != judgement->expected_finding;
    for (const char *name; (name = first_open(scan));) {
        const json_t *entry = json_object_get(scan->open, name);
        bool unnamed = json_is_true(json_object_get(entry, "unnamed"));
        json_t *result = json_object_get(entry, "result");
        json_object_set_new(result, "level", json_string(surprising || unnamed ? "error" : "note"));
        json_array_append(scan->results, result);
        json_object_del(scan->open, name);
    }
}

enum sley_status
sley_scan_write(struct sley_scan *scan, struct sley_error *error)
{
    FILE *file = scan->file;
    bool written = sley_sarif_write(file, SLEY_VERSION, scan->root, scan->results);
    scan->file = NULL;
    if (fclose(file) != 0 || !written) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s'", scan->path);
    }
    return SLEY_OK;
}
