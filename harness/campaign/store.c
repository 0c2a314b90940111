#include "campaign/store.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 18, PATH_BYTES = 4096 };

struct sley_store {
    char directory[PATH_BYTES - 256];
    json_t *known;    /* object: names of recorded failures */
    json_t *progress; /* object: key -> last line */
    int failures;     /* descriptor of failures.jsonl; -1: not open yet */
    int steps;        /* of progress.jsonl */
};

static enum sley_status
io_error(struct sley_error *error, const char *what, const char *path)
{
    return sley_error_set(error, SLEY_ERROR_IO, "cannot %s '%s': %s", what, path, strerror(errno));
}

static enum sley_status
directory_create(const char *path, struct sley_error *error)
{
    struct stat info;
    if (mkdir(path, 0777) == 0) {
        return SLEY_OK;
    }
    if (errno != EEXIST) {
        return io_error(error, "create the directory", path);
    }
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        errno = ENOTDIR;
        return io_error(error, "use as a directory", path);
    }
    return access(path, W_OK) == 0 ? SLEY_OK : io_error(error, "write to the directory", path);
}

/* Reads each line of DIR/file and hands it to note; a last line cut short by a kill is skipped. */
static void
lines_read(struct sley_store *store, const char *file,
           void (*note)(struct sley_store *store, json_t *line))
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", store->directory, file);
    FILE *in = fopen(path, "r");
    char *line = in ? malloc(LINE_MAX_BYTES) : NULL;
    while (line && fgets(line, LINE_MAX_BYTES, in)) {
        json_t *value = json_loads(line, 0, NULL);
        if (value) {
            note(store, value);
            json_decref(value);
        }
    }
    free(line);
    if (in) {
        fclose(in);
    }
}

static void
note_failure(struct sley_store *store, json_t *line)
{
    const char *name = json_string_value(json_object_get(line, "name"));
    if (name) {
        json_object_set_new(store->known, name, json_true());
    }
}

static void
note_progress(struct sley_store *store, json_t *line)
{
    const char *key = json_string_value(json_object_get(line, "key"));
    if (key && json_is_integer(json_object_get(line, "next"))) {
        json_object_set(store->progress, key, line);
    }
}

enum sley_status
sley_store_open(struct sley_store **store, const char *directory, bool create_now,
                struct sley_error *error)
{
    *store = NULL;
    struct sley_store *self = calloc(1, sizeof *self);
    if (!self) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a store");
    }
    self->failures = self->steps = -1;
    self->known = json_object();
    self->progress = json_object();
    if (strlen(directory) >= sizeof self->directory) {
        sley_store_close(self);
        return sley_error_set(error, SLEY_ERROR_USAGE, "the path '%.60s...' is too long",
                              directory);
    }
    strcpy(self->directory, directory);
    enum sley_status status = create_now ? directory_create(directory, error) : SLEY_OK;
    if (status != SLEY_OK) {
        sley_store_close(self);
        return status;
    }
    lines_read(self, "failures.jsonl", note_failure);
    lines_read(self, "progress.jsonl", note_progress);
    *store = self;
    return SLEY_OK;
}

void
sley_store_close(struct sley_store *store)
{
    if (!store) {
        return;
    }
    if (store->failures >= 0) {
        close(store->failures);
    }
    if (store->steps >= 0) {
        close(store->steps);
    }
    json_decref(store->known);
    json_decref(store->progress);
    free(store);
}

const char *
sley_store_directory(const struct sley_store *store)
{
    return store->directory;
}

bool
sley_store_knows(const struct sley_store *store, const char *name)
{
    return json_object_get(store->known, name) != NULL;
}

/* Appends a line in one write, so that a kill leaves whole lines but for the last. A line that a
 * kill cut short is ended first. */
static enum sley_status
append(struct sley_store *store, int *descriptor, const char *file, const char *line, bool flush,
       struct sley_error *error)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", store->directory, file);
    if (*descriptor < 0) {
        enum sley_status status = directory_create(store->directory, error);
        if (status != SLEY_OK) {
            return status;
        }
        *descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
        char last;
        off_t end = *descriptor < 0 ? 0 : lseek(*descriptor, 0, SEEK_END);
        if (end > 0 && pread(*descriptor, &last, 1, end - 1) == 1 && last != '\n') {
            (void)!write(*descriptor, "\n", 1);
        }
    }
    char *text = NULL;
    int length = *descriptor < 0 ? -1 : asprintf(&text, "%s\n", line);
    bool written = length > 0 && write(*descriptor, text, (size_t)length) == length &&
                   (!flush || fdatasync(*descriptor) == 0);
    free(text);
    return written ? SLEY_OK : io_error(error, "write", path);
}

enum sley_status
sley_store_failure(struct sley_store *store, const char *name, const char *line,
                   struct sley_error *error)
{
    json_object_set_new(store->known, name, json_true());
    return append(store, &store->failures, "failures.jsonl", line, true, error);
}

enum sley_status
sley_store_file(struct sley_store *store, const char *folder, const char *name, FILE **file,
                char *path, size_t path_size, struct sley_error *error)
{
    char full[PATH_BYTES];
    enum sley_status status = directory_create(store->directory, error);
    if (status != SLEY_OK) {
        return status;
    }
    snprintf(full, sizeof full, "%s/%s", store->directory, folder);
    status = directory_create(full, error);
    if (status != SLEY_OK) {
        return status;
    }
    snprintf(full, sizeof full, "%s/%s/%s", store->directory, folder, name);
    *file = fopen(full, "w");
    if (path) {
        snprintf(path, path_size, "%s", full);
    }
    return *file ? SLEY_OK : io_error(error, "write", full);
}

/* JSON numbers are signed: "no such run" is written as -1. */
static json_int_t
run_number(uint64_t run)
{
    return run == UINT64_MAX ? -1 : (json_int_t)run;
}

static json_t *
outcomes_pack(const struct sley_outcomes *outcomes)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < outcomes->count; i++) {
        const struct sley_outcome_entry *entry = &outcomes->entry[i];
        json_array_append_new(list, json_pack("[I, I, I, s]", (json_int_t)entry->value,
                                              (json_int_t)entry->run_count,
                                              (json_int_t)entry->first_run, entry->text));
    }
    return list;
}

static void
outcomes_unpack(struct sley_outcomes *outcomes, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        struct sley_outcome_entry entry = {
            .value = json_integer_value(json_array_get(item, 0)),
            .run_count = (uint64_t)json_integer_value(json_array_get(item, 1)),
            .first_run = (uint64_t)json_integer_value(json_array_get(item, 2)),
        };
        const char *text = json_string_value(json_array_get(item, 3));
        snprintf(entry.text, sizeof entry.text, "%s", text ? text : "");
        sley_outcomes_add(outcomes, &entry);
    }
}

static json_t *
ratio_pack(const struct sley_ratio *ratio)
{
    return json_pack("[I, I, I]", (json_int_t)ratio->numerator, (json_int_t)ratio->denominator,
                     (json_int_t)ratio->run);
}

static void
ratio_unpack(struct sley_ratio_range *range, const json_t *item)
{
    struct sley_ratio ratio = {json_integer_value(json_array_get(item, 0)),
                               json_integer_value(json_array_get(item, 1)),
                               (uint64_t)json_integer_value(json_array_get(item, 2))};
    if (ratio.denominator > 0) {
        sley_ratio_add(range, &ratio);
    }
}

/* What runs reported goes into the line only where they reported something. */
static void
reports_pack(json_t *line, const struct sley_sums *sums)
{
    if (sums->outcomes.count) {
        json_object_set_new(line, "outcomes", outcomes_pack(&sums->outcomes));
        json_object_set_new(line, "overflow", json_boolean(sums->outcomes.overflow));
    }
    if (sums->ratios.any) {
        json_object_set_new(line, "ratio_low", ratio_pack(&sums->ratios.low));
        json_object_set_new(line, "ratio_high", ratio_pack(&sums->ratios.high));
    }
    if (sums->unreported_count) {
        json_object_set_new(line, "unreported", json_integer(run_number(sums->unreported_count)));
    }
}

static void
counts_pack(json_t *line, const struct sley_sums *sums, const struct sley_store_tokens *tokens)
{
    json_t *shares = json_array();
    for (int i = 0; i < SLEY_ROTATION; i++) {
        json_array_append_new(shares, json_pack("[I, I]", (json_int_t)sums->share[i].run_count,
                                                (json_int_t)sums->share[i].event_count));
    }
    json_object_set_new(line, "shares", shares);
    json_object_set_new(line, "steps", json_integer((json_int_t)sums->step_count));
    json_object_set_new(line, "step_max", json_integer(sums->step_max));
    json_object_set_new(line, "task_max", json_integer(sums->task_max));
    json_object_set_new(line, "first_unexpected",
                        json_integer(run_number(sums->first_unexpected_run)));
    json_object_set_new(line, "unexpected_token", json_string(tokens->unexpected));
}

static uint64_t
number(const json_t *line, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(line, name));
}

static void
token_unpack(const json_t *line, const char *name, char token[SLEY_TOKEN_TEXT_MAX + 1])
{
    const char *text = json_string_value(json_object_get(line, name));
    snprintf(token, SLEY_TOKEN_TEXT_MAX + 1, "%s",
             text && strlen(text) <= SLEY_TOKEN_TEXT_MAX ? text : "");
}

static void
counts_unpack(const json_t *line, struct sley_sums *sums, struct sley_store_tokens *tokens)
{
    const json_t *shares = json_object_get(line, "shares");
    for (size_t i = 0; i < SLEY_ROTATION; i++) {
        const json_t *pair = json_array_get(shares, i);
        sums->share[i].run_count = (uint64_t)json_integer_value(json_array_get(pair, 0));
        sums->share[i].event_count = (uint64_t)json_integer_value(json_array_get(pair, 1));
    }
    sums->step_count = number(line, "steps");
    sums->step_max = (uint32_t)number(line, "step_max");
    sums->task_max = (uint32_t)number(line, "task_max");
    sums->first_unexpected_run =
        json_object_get(line, "first_unexpected") ? number(line, "first_unexpected") : UINT64_MAX;
    token_unpack(line, "token", tokens->decisive);
    token_unpack(line, "unexpected_token", tokens->unexpected);
}

enum sley_status
sley_store_progress(struct sley_store *store, const char *key, const struct sley_sums *sums,
                    const struct sley_store_tokens *tokens, struct sley_error *error)
{
    json_t *line = json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:b, s:s, s:s}", "key", key,
        "next", run_number(sums->next), "runs", run_number(sums->run_count), "discarded",
        run_number(sums->discarded_count), "events", run_number(sums->event_count), "unexpected",
        run_number(sums->unexpected_count), "first_event", run_number(sums->first_event_run),
        "first_miss", run_number(sums->first_miss_run), "verdicts", (json_int_t)sums->verdicts,
        "conflict", sums->conflict, "contended", sums->contended, "several_schedules",
        sums->several_schedules, "profile", sums->profile, "token", tokens->decisive);
    if (line) {
        reports_pack(line, sums);
        counts_pack(line, sums, tokens);
    }
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
    enum sley_status status =
        text ? append(store, &store->steps, "progress.jsonl", text, false, error)
             : sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a line");
    free(text);
    json_decref(line);
    return status;
}

bool
sley_store_resume(const struct sley_store *store, const char *key, struct sley_sums *sums,
                  struct sley_store_tokens *tokens)
{
    json_t *line = json_object_get(store->progress, key);
    *tokens = (struct sley_store_tokens){.decisive = ""};
    if (!line) {
        return false;
    }
    *sums = (struct sley_sums){
        .next = number(line, "next"),
        .run_count = number(line, "runs"),
        .discarded_count = number(line, "discarded"),
        .event_count = number(line, "events"),
        .unexpected_count = number(line, "unexpected"),
        .first_event_run = number(line, "first_event"),
        .first_miss_run = number(line, "first_miss"),
        .verdicts = (uint32_t)number(line, "verdicts"),
        .conflict = json_is_true(json_object_get(line, "conflict")),
        .contended = json_is_true(json_object_get(line, "contended")),
        .several_schedules = json_is_true(json_object_get(line, "several_schedules")),
    };
    sums->unreported_count = number(line, "unreported");
    outcomes_unpack(&sums->outcomes, json_object_get(line, "outcomes"));
    sums->outcomes.overflow |= json_is_true(json_object_get(line, "overflow"));
    ratio_unpack(&sums->ratios, json_object_get(line, "ratio_low"));
    ratio_unpack(&sums->ratios, json_object_get(line, "ratio_high"));
    const char *profile = json_string_value(json_object_get(line, "profile"));
    snprintf(sums->profile, sizeof sums->profile, "%s", profile ? profile : "");
    counts_unpack(line, sums, tokens);
    return true;
}
