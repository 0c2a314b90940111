#include "cli/debug.h"

#include "search/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

volatile uint32_t sley_debug_step, sley_debug_now;

/* debug.py, as the build found it. */
static const unsigned char script[] = {
#include "debug_script.inc"
};

__attribute__((noinline)) void
sley_debug_reached(void)
{
    __asm__ volatile("" ::: "memory");
}

static void
on_event(void *context, const struct sley_event *event)
{
    (void)context;
    sley_debug_now = event->step;
    if (event->step >= sley_debug_step) {
        sley_debug_step = UINT32_MAX;
        sley_debug_reached();
    }
}

enum sley_status
sley_debug_here(const struct sley_target *target, const struct sley_recipe *recipe, uint32_t step,
                struct sley_error *error)
{
    static struct sley_run_result result;
    static struct sley_replay replay;
    struct sley_observer observer = {.event = on_event};
    enum sley_status status = sley_engine_init(error);
    if (status != SLEY_OK) {
        return status;
    }
    sley_debug_step = step;
    struct sley_source source = sley_replay_source(&replay, recipe->choices, recipe->choice_count);
    void *state = NULL;
    if (recipe->ops) {
        state = calloc(1, recipe->ops->state_size);
        if (!state) {
            return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a run");
        }
        recipe->ops->begin(state, &recipe->parameters, recipe->seed, recipe->run);
        source = (struct sley_source){recipe->ops, state};
    }
    sley_target_run(target, &source, &observer, &result);
    free(state);
    return SLEY_OK;
}

/* A file in memory that gdb can read by name: nothing is left behind. */
static enum sley_status
script_file(char path[64], struct sley_error *error)
{
    int file = memfd_create("sley-gdb", 0);
    if (file < 0 || write(file, script, sizeof script) != (ssize_t)sizeof script) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot hand gdb its commands: %s",
                              strerror(errno));
    }
    snprintf(path, 64, "/proc/%d/fd/%d", (int)getpid(), file);
    return SLEY_OK;
}

/* The last step that has an operation, up to that of the failure: what a blocked task never did is
 * no step. */
static uint32_t
guilty_step(const struct sley_capture *capture, const struct sley_failure *failure)
{
    uint32_t step = 0;
    for (uint32_t i = 0; failure && i < capture->event_count; i++) {
        const struct sley_event *event = &capture->events[i];
        if (event->step > step && event->step <= failure->step[0]) {
            step = event->step;
        }
    }
    return step;
}

static const char *program;
static char *const *program_rest;

void
sley_debug_program(const char *path, char *const *rest)
{
    program = path;
    program_rest = rest;
}

enum { ARGUMENTS_MAX = 512 };

/* Starts gdb on this program, or on the one of the user, which is told the command by its
 * environment. Returns only when that fails. */
static enum sley_status
start_gdb(const char *source, const char *self, const char *at, const char *token,
          struct sley_error *error)
{
    const char *arguments[ARGUMENTS_MAX] = {
        "gdb", "-q", "-nx", "-ex", source, "-ex", "run", "--args", program ? program : self};
    int count = 9;
    if (!program) {
        arguments[count++] = "replay";
    }
    const char *const own[] = {"--here", "--at", at, token};
    for (int i = 0; i < 4; i++) {
        arguments[count++] = own[i];
    }
    for (char *const *rest = program_rest; rest && *rest; rest++) {
        if (count == ARGUMENTS_MAX - 1) {
            return sley_error_set(error, SLEY_ERROR_USAGE, "--gdb: more than %d arguments",
                                  ARGUMENTS_MAX);
        }
        arguments[count++] = *rest;
    }
    if (program) {
        setenv("SLEY_COMMAND", "replay", 1);
    }
    fflush(NULL);
    /* POSIX takes an array of pointers to what it does not change. */
    execvp("gdb", (char *const *)(uintptr_t)arguments);
    return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start gdb: %s", strerror(errno));
}

enum sley_status
sley_debug_exec(const struct sley_session *session, const struct sley_target *target, uint32_t step,
                struct sley_error *error)
{
    char path[64], source[96], at[16], self[PATH_MAX];
    const struct sley_failure *failure =
        sley_target_failure(target->property, &session->capture->result);
    uint32_t guilty = guilty_step(session->capture, failure);
    if (step == 0 && guilty == 0) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "--gdb: the run has no guilty step; name one with --at STEP");
    }
    if (step > session->capture->result.step_count) {
        return sley_error_set(error, SLEY_ERROR_USAGE, "--at '%u': the run ends at step %u", step,
                              session->capture->result.step_count);
    }
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    enum sley_status status = script_file(path, error);
    if (status != SLEY_OK) {
        return status;
    }
    self[length > 0 ? length : 0] = '\0';
    snprintf(source, sizeof source, "python exec(open('%s').read())", path);
    snprintf(at, sizeof at, "%u", step ? step : guilty);
    return start_gdb(source, self, at, session->options->filters[0], error);
}
