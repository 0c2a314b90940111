#include "campaign/execution.h"

#include "campaign/capture.h"
#include "campaign/output.h"
#include "campaign/signals.h"
#include "campaign/streams.h"
#include "campaign/surroundings.h"
#include "pthread/reserve.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum sley_status
sley_execution_init(struct sley_execution *execution, const struct sley_campaign *campaign,
                    struct sley_search *search, struct sley_error *error)
{
    *execution = (struct sley_execution){campaign, search, sley_strategy_memory(campaign->ops)};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sley_output_begin();
    if (!execution->state) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a strategy");
    }
    enum sley_status status = sley_engine_init(error);
    if (status == SLEY_OK) {
        status = sley_signals_install(error);
    }
    if (status == SLEY_OK && campaign->target.property->program) {
        sley_surroundings_begin();
    }
    return status;
}

static void
execute(const struct sley_execution *execution, uint64_t run, const struct sley_observer *observer,
        struct sley_run_result *result)
{
    const struct sley_campaign *campaign = execution->campaign;
    struct sley_source source;
    if (execution->search) {
        source = sley_search_source(execution->search);
    } else {
        struct sley_recipe recipe = sley_campaign_recipe(campaign, run);
        source = (struct sley_source){recipe.ops, execution->state};
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set whenever there is no search
        recipe.ops->begin(execution->state, &recipe.parameters, recipe.seed, recipe.run);
    }
    if (!execution->search && sley_schedules_takes(run)) {
        sley_target_run_canonical(&campaign->target, &source, observer, result);
    } else {
        sley_target_run(&campaign->target, &source, observer, result);
    }
    result->input_ended = sley_streams_input_ended();
}

void
sley_execution_run(const struct sley_execution *execution, uint64_t run,
                   const struct sley_observer *observer, struct sley_run_result *result)
{
    execute(execution, run, observer, result);
    if (execution->campaign->target.property->program) {
        sley_surroundings_reset();
    }
}

enum { PREPARED_MAX = 64 /* tasks: what is made ready for them is copied at each fork */ };
static uint32_t prepared;

/* What the next runs need is made ready once, before they are forked. */
static void
prepare(uint32_t task_count)
{
    if (task_count > prepared && task_count <= PREPARED_MAX) {
        prepared = task_count;
        sley_engine_prepare(task_count);
        sley_objects_reserve(); /* without it the runs show what is missing */
    }
}

void
sley_execution_fork(void (*body)(void *context), void *context, struct sley_run_result *result)
{
    int status = 0;
    result->verdicts = result->failure_count = 0; /* should it end before it begins the run */
    pid_t child = _Fork(); /* there is nothing that handlers of fork would have to do */
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sley_signals_rearm();
        body(context);
        sley_streams_flush();
        _exit(0);
    }
    /* The run's own watchdogs end it. Should it stop them, whoever started this process ends it,
     * and the child with it. */
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child < 0) {
        _exit(SLEY_EXIT_SETUP);
    }
    bool recorded = WIFEXITED(status) &&
                    (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == SLEY_EXIT_RECORDED);
    if (!recorded) {
        sley_capture_foreign_death(result, status, false);
    }
    prepare(result->task_count);
}

/* The arguments of `execute`. */
struct call {
    const struct sley_execution *execution;
    uint64_t run;
    const struct sley_observer *observer;
    struct sley_run_result *result;
};

static void
execute_call(void *context)
{
    const struct call *call = context;
    execute(call->execution, call->run, call->observer, call->result);
}

void
sley_execution_run_forked(const struct sley_execution *execution, uint64_t run,
                          const struct sley_observer *observer, struct sley_run_result *result)
{
    struct call call = {execution, run, observer, result};
    sley_execution_fork(execute_call, &call, result);
}

void
sley_execution_run_either(const struct sley_execution *execution, uint64_t run,
                          const struct sley_observer *observer, struct sley_run_result *result)
{
    if (execution->campaign->forked) {
        sley_execution_run_forked(execution, run, observer, result);
    } else {
        sley_execution_run(execution, run, observer, result);
    }
}
