#include "cli/second_lane.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RUNS = 400, /* a run of that lane costs some ten of this one's */
    ARGUMENTS_MAX = SLEY_FILTERS_MAX + 16
};

bool
sley_second_lane_exists(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 8);
    if (length <= 0) {
        return false;
    }
    strcpy(path + length, "-tsan");
    return access(path, X_OK) == 0;
}

static enum sley_finding
finding_of(const char *word)
{
    for (int f = SLEY_INCONCLUSIVE; f <= SLEY_NOT_APPLICABLE; f++) {
        if (strcmp(word, sley_finding_word((enum sley_finding)f)) == 0) {
            return (enum sley_finding)f;
        }
    }
    return SLEY_INCONCLUSIVE;
}

static void
note_line(struct sley_ledger *ledger, const json_t *line)
{
    const char *property = json_string_value(json_object_get(line, "property"));
    const char *model = json_string_value(json_object_get(line, "model"));
    const char *type = json_string_value(json_object_get(line, "type"));
    const char *finding = json_string_value(json_object_get(line, "finding"));
    if (!property || !model || !finding || !type || strcmp(type, "finding") != 0) {
        return;
    }
    for (size_t i = 0; i < ledger->count; i++) {
        struct sley_record *record = &ledger->records[i];
        if (strcmp(record->property->name, property) == 0 &&
            strcmp(record->model->name, model) == 0) {
            record->in_tsan = true;
            record->tsan_finding = finding_of(finding);
            record->expected &= record->tsan_finding == record->finding;
        }
    }
}

/* Becomes the command that prints the findings of one model. */
static void
become(const struct sley_options *options, const char *model, int output)
{
    char runs[32], seed[32];
    char *arguments[ARGUMENTS_MAX];
    int count = 0;
    snprintf(runs, sizeof runs, "%llu", (unsigned long long)(options->runs ? options->runs : RUNS));
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)options->seed);
    const char *fixed[] = {"sley",   "run", "--lane", "tsan", "--json", "--model",   model,
                           "--runs", runs,  "--seed", seed,   "--out",  options->out};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        arguments[count++] = (char *)fixed[i];
    }
    for (int i = 0; i < options->filter_count; i++) {
        arguments[count++] = (char *)options->filters[i];
    }
    arguments[count] = NULL;
    dup2(output, STDOUT_FILENO);
    close(output);
    execv("/proc/self/exe", arguments);
    _exit(127);
}

static void
read_lines(struct sley_ledger *ledger, FILE *in)
{
    json_t *line;
    while ((line = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL))) {
        note_line(ledger, line);
        json_decref(line);
    }
}

static enum sley_status
run_model(struct sley_ledger *ledger, const struct sley_options *options, const char *model,
          struct sley_error *error)
{
    int ends[2], code = 0;
    fflush(NULL);
    if (pipe(ends) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no pipe: %s", strerror(errno));
    }
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become(options, model, ends[1]);
    }
    close(ends[1]);
    FILE *in = child > 0 ? fdopen(ends[0], "r") : NULL;
    int problem = errno;
    if (in) {
        read_lines(ledger, in);
        fclose(in);
    } else {
        close(ends[0]); /* the child, if there is one, ends at its first line */
    }
    while (child > 0 && waitpid(child, &code, 0) < 0 && errno == EINTR) {
    }
    if (!in) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start the tsan lane: %s",
                              strerror(problem));
    }
    /* 1: a finding is unexpected; whether it differs from this lane's shows in the records. */
    if (!WIFEXITED(code) || WEXITSTATUS(code) > 1) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "the tsan lane ended with exit code %d before it was done",
                              WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code));
    }
    return SLEY_OK;
}

static bool
has_model(const struct sley_ledger *ledger, const char *model)
{
    for (size_t i = 0; i < ledger->count; i++) {
        if (strcmp(ledger->records[i].model->name, model) == 0 &&
            ledger->records[i].finding != SLEY_NOT_APPLICABLE) {
            return true;
        }
    }
    return false;
}

enum sley_status
sley_second_lane_run(struct sley_ledger *ledger, const struct sley_options *options,
                     struct sley_error *error)
{
    static const char *const models[] = {"thread", "coroutine"};
    enum sley_status status = SLEY_OK;
    for (int i = 0; i < 2 && status == SLEY_OK; i++) {
        if (has_model(ledger, models[i])) {
            char exact[32];
            snprintf(exact, sizeof exact, "%s%s", models[i], i == 1 ? ":" : "");
            status = run_model(ledger, options, exact, error);
        }
    }
    return status;
}
