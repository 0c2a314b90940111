#include "campaign/trial.h"

#include "campaign/capture.h"
#include "campaign/difference.h"
#include "campaign/execution.h"
#include "campaign/reset.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared with the processes that execute. */
struct bench {
    uint32_t position; /* executions that are behind: two for each run */
    bool differs;
    struct sley_run_result first, second;
    struct sley_recording first_events, second_events;
};

static void
execute(const struct sley_execution *execution, uint64_t run, struct sley_run_result *result,
        struct sley_recording *recording)
{
    struct sley_observer observer = sley_recording_observer(recording);
    sley_execution_run(execution, run, &observer, result);
}

/* In a process of its own: the executions from bench->position on, until two of a run differ. */
static void
in_one_process(const struct sley_execution *execution, struct bench *bench, uint32_t end)
{
    while (bench->position < end && !bench->differs) {
        uint64_t run = bench->position / 2;
        bool again = bench->position % 2 != 0;
        execute(execution, run, again ? &bench->second : &bench->first,
                again ? &bench->second_events : &bench->first_events);
        bench->differs =
            again && !bench->first.pruned && !sley_results_agree(&bench->first, &bench->second);
        bench->position++;
    }
}

enum how { HOW_TOGETHER, HOW_FIRST, HOW_SECOND };

/* Executes in a new process: all that is left, or one execution of run. Returns how it ended. */
static enum sley_status
start(const struct sley_campaign *campaign, struct sley_search *search, struct bench *bench,
      enum how how, uint64_t run, int *wait_status, bool *killed, struct sley_error *error)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct sley_execution execution;
        if (sley_execution_init(&execution, campaign, search, error) != SLEY_OK) {
            _exit(SLEY_EXIT_SETUP);
        }
        if (how == HOW_TOGETHER) {
            in_one_process(&execution, bench, search ? 2 : 2 * SLEY_TRIED_RUNS);
        } else {
            execute(&execution, run, how == HOW_FIRST ? &bench->first : &bench->second,
                    how == HOW_FIRST ? &bench->first_events : &bench->second_events);
        }
        _exit(0);
    }
    *killed = false;
    if (child < 0 || !sley_capture_wait(child, wait_status, killed)) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start a process for a run: %s",
                              strerror(errno));
    }
    if (WIFEXITED(*wait_status) && WEXITSTATUS(*wait_status) == SLEY_EXIT_SETUP) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "a process for a run cannot be set up");
    }
    return SLEY_OK;
}

static bool
ended_well(int wait_status)
{
    return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
}

static bool
is_recorded(int wait_status)
{
    return ended_well(wait_status) ||
           (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == SLEY_EXIT_RECORDED);
}

/* Run by run in one process, a new one where a run ends it. */
static enum sley_status
try_together(const struct sley_campaign *campaign, struct sley_search *search, struct bench *bench,
             struct sley_trial *trial, struct sley_error *error)
{
    uint32_t end = search ? 2 : 2 * SLEY_TRIED_RUNS;
    while (bench->position < end && !trial->differs) {
        int wait_status = 0;
        bool killed;
        enum sley_status status =
            start(campaign, search, bench, HOW_TOGETHER, 0, &wait_status, &killed, error);
        if (status != SLEY_OK) {
            return status;
        }
        trial->run = bench->position / 2;
        if (ended_well(wait_status) && bench->differs) {
            trial->differs = true;
            trial->run = (bench->position - 1) / 2;
            sley_recording_compare(&bench->first_events, &bench->second_events, trial->text,
                                   sizeof trial->text);
        } else if (!ended_well(wait_status) && bench->position % 2 != 0) {
            trial->differs = true;
            snprintf(trial->text, sizeof trial->text, "a second execution ended the process");
        } else if (!ended_well(wait_status)) {
            if (!is_recorded(wait_status)) {
                sley_capture_foreign_death(&bench->first, wait_status, killed);
            }
            bench->position += 2; /* it leaves nothing behind in a process */
            if (bench->first.verdicts & SLEY_BIT(STUCK)) {
                return SLEY_OK; /* the others would take as long */
            }
        }
    }
    return SLEY_OK;
}

static enum sley_status
alone(const struct sley_campaign *campaign, struct sley_search *search, struct bench *bench,
      enum how how, uint64_t run, struct sley_error *error)
{
    int wait_status = 0;
    bool killed;
    enum sley_status status =
        start(campaign, search, bench, how, run, &wait_status, &killed, error);
    if (status == SLEY_OK && !is_recorded(wait_status)) {
        sley_capture_foreign_death(how == HOW_FIRST ? &bench->first : &bench->second, wait_status,
                                   killed);
    }
    return status;
}

/* The difference lies outside the processes of the runs. */
static void
found_outside(struct sley_trial *trial, uint64_t run)
{
    static const char where[] = "; it lies outside the process";
    size_t length = strlen(trial->text);
    trial->outside = true;
    trial->run = run;
    if (length + sizeof where <= sizeof trial->text) {
        memcpy(trial->text + length, where, sizeof where);
    }
}

/* The same runs, each execution in a process of its own. */
static enum sley_status
try_apart(const struct sley_campaign *campaign, struct sley_search *search, struct bench *bench,
          struct sley_trial *trial, struct sley_error *error)
{
    uint64_t end = search ? 1 : SLEY_TRIED_RUNS;
    for (uint64_t run = 0; run < end && !trial->outside; run++) {
        enum sley_status status = alone(campaign, search, bench, HOW_FIRST, run, error);
        if (status == SLEY_OK) {
            status = alone(campaign, search, bench, HOW_SECOND, run, error);
        }
        if (status != SLEY_OK) {
            return status;
        }
        if (!sley_results_agree(&bench->first, &bench->second)) {
            sley_recording_compare(&bench->first_events, &bench->second_events, trial->text,
                                   sizeof trial->text);
            found_outside(trial, run);
        }
    }
    return SLEY_OK;
}

/* The first event that differs, as a recording would name it. */
static void
name_event(const struct sley_capture *a, const struct sley_capture *b, char *text, size_t size)
{
    int64_t at = sley_capture_compare(a, b);
    if (at >= 0 && at < a->event_count && at < b->event_count) {
        const struct sley_event *x = &a->events[at], *y = &b->events[at];
        snprintf(text, size, "event %u differs: task %u %s, then task %u %s", (unsigned)at + 1,
                 x->task, sley_op_text((enum sley_op)x->op), y->task,
                 sley_op_text((enum sley_op)y->op));
    } else {
        snprintf(text, size, "two executions of the run without preemption differ");
    }
}

enum sley_status
sley_trial_begin(const struct sley_target *target, struct sley_trial *trial,
                 struct sley_error *error)
{
    const struct sley_recipe recipe = {0};
    struct sley_capture *a = sley_capture_create(), *b = sley_capture_create();
    if (!a || !b) {
        sley_capture_destroy(a);
        sley_capture_destroy(b);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory to try the program's runs");
    }
    enum sley_status status = sley_capture_run(a, target, &recipe, error);
    *trial = (struct sley_trial){0};
    if (status == SLEY_OK) {
        trial->plain = a->result;
    }
    if (status == SLEY_OK && !(a->result.verdicts & SLEY_BIT(STUCK))) {
        status = sley_capture_run(b, target, &recipe, error);
        if (status == SLEY_OK && !sley_results_agree(&a->result, &b->result)) {
            name_event(a, b, trial->text, sizeof trial->text);
            found_outside(trial, 0);
        }
    }
    sley_capture_destroy(a);
    sley_capture_destroy(b);
    return status;
}

static enum sley_status
try_first_runs(const struct sley_campaign *campaign, struct sley_search *search,
               struct sley_trial *trial, struct sley_error *error)
{
    if (trial->outside || trial->plain.verdicts & SLEY_BIT(STUCK)) {
        return SLEY_OK;
    }
    struct bench *bench = mmap(NULL, sizeof *bench, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bench == MAP_FAILED) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory to try the program's runs");
    }
    enum sley_status status = try_together(campaign, search, bench, trial, error);
    if (status == SLEY_OK && trial->differs) {
        status = try_apart(campaign, search, bench, trial, error);
    }
    munmap(bench, sizeof *bench);
    return status;
}

enum sley_status
sley_trial_settle(struct sley_campaign *campaign, struct sley_search *search,
                  struct sley_error *error)
{
    if (!campaign->target.property->program || sley_reset_wanted != SLEY_RESET_AUTO) {
        campaign->forked =
            campaign->target.property->program && sley_reset_wanted == SLEY_RESET_FORK;
        return SLEY_OK;
    }
    enum sley_status status = try_first_runs(campaign, search, &campaign->trial, error);
    campaign->forked = campaign->trial.differs && !campaign->trial.outside;
    if (campaign->forked) {
        sley_reset_wanted = SLEY_RESET_FORK;
    }
    if (status == SLEY_OK && campaign->forked) {
        char text[256];
        snprintf(text, sizeof text,
                 "run %" PRIu64 " is another one when it is executed again in the same process "
                 "(%s): from now on each run has a process of its own",
                 campaign->trial.run, campaign->trial.text);
        sley_campaign_remark(campaign, text);
    }
    return status;
}
