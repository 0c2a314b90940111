#include "campaign/survey.h"

#include "campaign/output.h"
#include "campaign/sharing.h"
#include "campaign/signals.h"
#include "campaign/surroundings.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    RUNS_MIN = 4,
    RUNS_MAX = 32,
    RUNS_BOUNDED = 8,        /* at most, while they all reach the bound of steps */
    EVENTS_ENOUGH = 1 << 19, /* no more runs than the least after so many events */
    RANGE_BYTES = 64,        /* of a range, that count as one */
};
static const uint64_t run_ns_max = 90000000000; /* of waiting, about as long as it takes */

/* Of one property in one model; all that were made, the latest first. */
struct kept {
    struct kept *next;
    const struct sley_property *property;
    const struct sley_model *model;
    struct sley_survey survey;
};

static struct kept *all_kept;

static const struct sley_survey synchronisation = {.points = SLEY_POINTS_SYNC,
                                                   .places = {.all_quiet = true}};

bool
sley_survey_applies(const struct sley_model *model)
{
    return !model->quiet && !model->processes;
}

/* Shared with the process that executes the runs. */
struct progress {
    uint64_t run; /* under way */
    uint64_t event_count;
    bool stuck;   /* a run was: the others would take as long */
    bool bounded; /* one reached the bound of steps: in the others, what is known to be private is
                     no point, so that they come further */
    struct sley_sharing *sharing;
    struct sley_run_result result;
};

static bool
reached_bound(const struct sley_run_result *result)
{
    return result->verdicts & SLEY_BIT(STEP_BOUND);
}

static bool
is_left(const struct progress *progress)
{
    return !progress->stuck &&
           (progress->run < RUNS_MIN ||
            (progress->run < RUNS_BOUNDED && reached_bound(&progress->result)) ||
            (progress->run < RUNS_MAX && progress->event_count < EVENTS_ENOUGH));
}

static void
on_event(void *context, const struct sley_event *event)
{
    struct progress *progress = context;
    progress->event_count += 1 + event->size / RANGE_BYTES;
    sley_sharing_add(progress->sharing, event);
}

/* In the process: executes the runs that are left, every access a point. quiet has room for what is
 * known by then. Does not return. */
static void
serve(struct progress *progress, const struct sley_target *target, const struct sley_places *places,
      uint64_t *quiet)
{
    const struct sley_survey partial = {.points = SLEY_POINTS_SHARED, .places = *places};
    static const char *const strategies[] = {"random", "sticky:64"};
    struct sley_target every = {.property = target->property, .model = target->model};
    struct sley_observer observer = {.event = on_event, .context = progress};
    struct sley_error error;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sley_output_begin();
    if (sley_engine_init(&error) != SLEY_OK || sley_signals_install(&error) != SLEY_OK) {
        _exit(SLEY_EXIT_SETUP);
    }
    if (target->property->program) {
        sley_surroundings_begin();
    }
    for (; is_left(progress); progress->run++) {
        struct sley_source source;
        struct sley_parameters parameters;
        sley_strategy_parse(strategies[progress->run % 2], &source.ops, &parameters, &error);
        source.state = sley_strategy_memory(source.ops);
        if (!source.state) {
            _exit(SLEY_EXIT_SETUP);
        }
        source.ops->begin(source.state, &parameters, 0, progress->run);
        progress->bounded |= reached_bound(&progress->result);
        if (progress->bounded) {
            memset(quiet, 0, (places->size / 64 + 1) * sizeof *quiet);
            sley_sharing_private(progress->sharing, quiet);
            every.survey = &partial;
        }
        sley_sharing_begin(progress->sharing);
        sley_target_run(&every, &source, &observer, &progress->result);
        if (target->property->program) {
            sley_surroundings_reset();
        }
    }
    _exit(0);
}

/* Waits for the process, which is killed when one run takes longer than any should. */
static int
await(pid_t child, const struct progress *progress)
{
    struct timespec pause = {0, 50000};
    uint64_t waited_ns = 0, run = progress->run;
    int status = 0;
    pid_t got;
    while ((got = waitpid(child, &status, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        if (waited_ns > run_ns_max) {
            kill(child, SIGKILL);
        }
        nanosleep(&pause, NULL);
        waited_ns = run == progress->run ? waited_ns + (uint64_t)pause.tv_nsec : 0;
        run = progress->run;
        pause.tv_nsec = pause.tv_nsec < 5000000 ? pause.tv_nsec * 2 : pause.tv_nsec;
    }
    return status;
}

/* A run that ends its process leaves the others to the next one. */
static enum sley_status
execute(struct progress *progress, const struct sley_target *target,
        const struct sley_places *places, uint64_t *quiet, struct sley_error *error)
{
    for (; is_left(progress); progress->run++) {
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            serve(progress, target, places, quiet);
        }
        int status = child < 0 ? 0 : await(child, progress);
        bool recorded = WIFEXITED(status) && WEXITSTATUS(status) == SLEY_EXIT_RECORDED;
        progress->stuck = (recorded && progress->result.verdicts & SLEY_BIT(STUCK)) ||
                          (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == SLEY_EXIT_SETUP)) {
            return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start a process for a run");
        }
    }
    return SLEY_OK;
}

static enum sley_status
learn(struct sley_survey *survey, const struct sley_target *target, struct sley_error *error)
{
    uintptr_t low;
    size_t size;
    sley_user_text(&low, &size);
    bool muted = sley_output_muted;
    struct sley_sharing *sharing = sley_sharing_create(low, size);
    void *shared = mmap(NULL, sizeof(struct progress), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct progress *progress = shared == MAP_FAILED ? NULL : shared;
    uint64_t *quiet = calloc(size / 64 + 1, sizeof *quiet);
    survey->places = (struct sley_places){.low = low, .size = size, .quiet = quiet};
    enum sley_status status = SLEY_OK;
    if (!sharing || !progress || !quiet) {
        status = sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory to learn what tasks share");
    }
    if (status == SLEY_OK && progress) {
        sley_output_muted = true;
        progress->sharing = sharing;
        status = execute(progress, target, &survey->places, quiet, error);
        sley_output_muted = muted;
    }
    if (status == SLEY_OK) {
        sley_sharing_private(sharing, quiet);
        survey->points = SLEY_POINTS_SHARED;
        survey->digest = (uint32_t)(sley_sharing_digest(sharing) % SLEY_SURVEY_BOUND);
        survey->place_count = sley_sharing_count(sharing, &survey->shared_count);
        quiet = NULL;
    }
    free(quiet);
    if (progress) {
        munmap(progress, sizeof *progress);
    }
    sley_sharing_destroy(sharing);
    return status;
}

static enum sley_status
learned(const struct sley_survey **survey, const struct sley_target *target, bool tried,
        struct sley_error *error)
{
    struct kept *kept = all_kept;
    while (kept && (kept->property != target->property || kept->model != target->model)) {
        kept = kept->next;
    }
    if (kept) {
        *survey = &kept->survey;
        return SLEY_OK;
    }
    kept = calloc(1, sizeof *kept);
    if (!kept) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory to learn what tasks share");
    }
    enum sley_status status = SLEY_OK;
    if (tried && target->property->program) {
        const struct sley_target every = {.property = target->property, .model = target->model};
        status = sley_trial_begin(&every, &kept->survey.trial, error);
    }
    if (status == SLEY_OK) {
        status = learn(&kept->survey, target, error);
    }
    if (status != SLEY_OK) {
        free(kept);
        return status;
    }
    kept->property = target->property;
    kept->model = target->model;
    kept->next = all_kept;
    all_kept = kept;
    *survey = &kept->survey;
    return SLEY_OK;
}

static enum sley_status
take(struct sley_target *target, enum sley_points points, bool tried, struct sley_error *error)
{
    target->survey = NULL;
    if (!target->property->body || !sley_survey_applies(target->model)) {
        return SLEY_OK;
    }
    switch (points) {
    case SLEY_POINTS_ALL:
        break;
    case SLEY_POINTS_SYNC:
        target->survey = &synchronisation;
        break;
    case SLEY_POINTS_SHARED:
        return learned(&target->survey, target, tried, error);
    }
    return SLEY_OK;
}

enum sley_status
sley_survey_take(struct sley_target *target, enum sley_points points, struct sley_error *error)
{
    return take(target, points, true, error);
}

enum sley_status
sley_survey_of_token(struct sley_target *target, const struct sley_token *token,
                     struct sley_error *error)
{
    enum sley_points points = token->points ? (enum sley_points)token->points : SLEY_POINTS_ALL;
    if (points != SLEY_POINTS_ALL && !sley_survey_applies(target->model)) {
        return sley_error_set(error, SLEY_ERROR_STALE,
                              "token with points option '%c'; the model %s has option 'a' only",
                              token->points, target->model->name);
    }
    return take(target, points, false, error);
}

bool
sley_survey_fits(const struct sley_target *target, const struct sley_token *token)
{
    return token->points != SLEY_POINTS_SHARED || target->survey->digest == token->survey;
}
