/* The other side of the comparison: `sley` as a user runs it, read by its lines of JSON. */
#include "native/native.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GRACE_MS = 30000, LINE_MAX_BYTES = 1 << 16 };

static const uint64_t ns_per_ms = 1000000;

/* A process under way, and what it said. */
struct process {
    pid_t pid;
    int out;
    uint64_t start_ns;
    uint64_t deadline_ns; /* is killed then */
    struct sley_native_explore *explore;
    uint32_t event; /* mask of the verdicts looked for */
    bool finished;  /* it said its finding */
};

static enum sley_status
program_path(char *path, size_t path_size, struct sley_error *error)
{
    static const char suffix[] = "-native";
    size_t cut = sizeof suffix - 1;
    ssize_t length = readlink("/proc/self/exe", path, path_size - 1);
    if (length <= (ssize_t)cut || strncmp(path + length - cut, suffix, cut) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "this program is not called sley-native: no sley beside it");
    }
    path[(size_t)length - cut] = '\0';
    return SLEY_OK;
}

static int
remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static bool
is_event(const char *word, uint32_t event)
{
    for (int v = 0; word && v < SLEY_VERDICT_COUNT; v++) {
        if ((event >> v & 1) && strcmp(word, sley_verdict_word((enum sley_verdict)v)) == 0) {
            return true;
        }
    }
    return false;
}

static void
read_line(struct process *process, const char *text, size_t length)
{
    struct sley_native_explore *explore = process->explore;
    json_t *line = json_loadb(text, length, 0, NULL);
    const char *type = json_string_value(json_object_get(line, "type"));
    if (type && strcmp(type, "finding") == 0) {
        explore->run_count = (uint64_t)json_integer_value(json_object_get(line, "runs"));
        process->finished = true;
    } else if (type && strcmp(type, "failure") == 0 &&
               is_event(json_string_value(json_object_get(line, "verdict")), process->event)) {
        uint64_t run = (uint64_t)json_integer_value(json_object_get(line, "run"));
        if (!explore->found || run < explore->event_run) {
            explore->event_run = run;
        }
        explore->found = true;
    }
    json_decref(line);
}

/* Reads what the process says until it says no more or its time is over. */
static void
read_lines(struct process *process)
{
    static char text[LINE_MAX_BYTES];
    size_t used = 0;
    while (sley_native_now() < process->deadline_ns && !sley_native_interrupted()) {
        struct pollfd readable = {.fd = process->out, .events = POLLIN};
        if (poll(&readable, 1, 100) <= 0) {
            continue;
        }
        ssize_t got = read(process->out, text + used, sizeof text - used);
        if (got <= 0) {
            return;
        }
        used += (size_t)got;
        size_t begin = 0;
        for (char *end; (end = memchr(text + begin, '\n', used - begin));) {
            size_t length = (size_t)(end - text) - begin;
            read_line(process, text + begin, length);
            begin += length + 1;
        }
        used = begin == 0 && used == sizeof text ? 0 : used - begin;
        memmove(text, text + begin, used);
    }
    kill(process->pid, SIGKILL);
}

static enum sley_status
start(struct process *process, const char *path, const char *const *arguments,
      struct sley_error *error)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no pipe: %s", strerror(errno));
    }
    process->start_ns = sley_native_now();
    fflush(NULL);
    process->pid = fork();
    if (process->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(path, (char **)(uintptr_t)arguments);
        _exit(127);
    }
    close(ends[1]);
    process->out = ends[0];
    if (process->pid < 0) {
        close(ends[0]);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no process: %s", strerror(errno));
    }
    return SLEY_OK;
}

/* One `sley run`, which keeps what it keeps in a directory that is gone afterwards. */
static enum sley_status
run_sley(struct process *process, const struct sley_native_options *options, const char *flag,
         const char *value, struct sley_error *error)
{
    char path[PATH_MAX], seed[32], directory[PATH_MAX];
    const char *parent = getenv("TMPDIR");
    snprintf(seed, sizeof seed, "%" PRIu64, options->seed);
    snprintf(directory, sizeof directory, "%s/sley-native-XXXXXX",
             parent && parent[0] ? parent : "/tmp");
    const char *arguments[] = {"sley",    "run",     options->property->name,
                               "--model", "thread",  "--strategy",
                               "mix",     "--seed",  seed,
                               "--out",   directory, "--json",
                               flag,      value,     NULL};
    enum sley_status status = program_path(path, sizeof path, error);
    if (status == SLEY_OK && !mkdtemp(directory)) {
        status = sley_error_set(error, SLEY_ERROR_SYSTEM, "no directory '%s': %s", directory,
                                strerror(errno));
    }
    if (status != SLEY_OK) {
        return status;
    }
    status = start(process, path, arguments, error);
    if (status == SLEY_OK) {
        read_lines(process);
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        close(process->out);
        if (!process->finished) {
            status = sley_error_set(error, SLEY_ERROR_SYSTEM, "'%s run %s' gave no finding", path,
                                    options->property->name);
        }
    }
    nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return status;
}

enum sley_status
sley_native_explore(struct sley_native_explore *explore, const struct sley_native_options *options,
                    uint64_t time_ms, struct sley_error *error)
{
    char value[32];
    const struct sley_property *property = options->property;
    *explore = (struct sley_native_explore){0};
    struct process process = {
        .explore = explore,
        .event = property->event ? property->event : SLEY_BIT(ASSERTION),
        .deadline_ns = sley_native_now() + (time_ms + GRACE_MS) * ns_per_ms,
    };
    snprintf(value, sizeof value, "%" PRIu64 "ms", time_ms ? time_ms : 1);
    enum sley_status status = run_sley(&process, options, "--time", value, error);
    explore->elapsed_ns = sley_native_now() - process.start_ns;
    if (status != SLEY_OK || !explore->found) {
        return status;
    }
    struct sley_native_explore first = {0};
    process.explore = &first;
    process.finished = false;
    process.deadline_ns = sley_native_now() + (time_ms + GRACE_MS) * ns_per_ms;
    snprintf(value, sizeof value, "%" PRIu64, explore->event_run + 1);
    status = run_sley(&process, options, "--runs", value, error);
    explore->event_ns = sley_native_now() - process.start_ns;
    return status;
}
