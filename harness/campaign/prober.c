#include "campaign/prober.h"

#include "campaign/campaign.h"
#include "campaign/capture.h"
#include "campaign/difference.h"
#include "campaign/execution.h"
#include "campaign/output.h"
#include "campaign/reset.h"
#include "campaign/signals.h"
#include "campaign/surroundings.h"
#include "campaign/tally.h"
#include "search/replay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPLY_MS_MAX = 60000 }; /* the run's own watchdogs end it long before */

/* Shared with the process that executes. */
struct exchange {
    uint32_t wanted_count;
    struct sley_choice wanted[SLEY_SHRINK_CHOICES_MAX];
    struct sley_shrink_run taken;
    struct sley_run_result result;
    bool overflow; /* more decisions than taken has room for */
};

struct sley_prober {
    const struct sley_target *target;
    struct exchange *exchange;
    pid_t process; /* 0: none */
    int socket;
};

static void
on_choice(void *context, const struct sley_choice *choice)
{
    struct exchange *exchange = context;
    if (exchange->taken.choice_count == SLEY_SHRINK_CHOICES_MAX) {
        exchange->overflow = true;
        return;
    }
    exchange->taken.choices[exchange->taken.choice_count++] = *choice;
}

/* In the process: executes what the exchange holds. */
static void
run_once(void *context)
{
    static struct sley_replay replay;
    const struct sley_prober *prober = context;
    struct exchange *exchange = prober->exchange;
    struct sley_observer observer = {.choice = on_choice, .context = exchange};
    struct sley_source source =
        sley_replay_source(&replay, exchange->wanted, exchange->wanted_count);
    replay.lenient = true;
    replay.questions = exchange->taken.questions;
    replay.question_max = SLEY_SHRINK_CHOICES_MAX;
    sley_target_run(prober->target, &source, &observer, &exchange->result);
    exchange->taken.question_count = replay.question_count;
}

/* In the process: a run whenever a byte arrives. Does not return. */
static void
serve(struct sley_prober *prober, int socket)
{
    bool program = prober->target->property->program;
    struct sley_error error;
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (sley_engine_init(&error) != SLEY_OK || sley_signals_install(&error) != SLEY_OK) {
        _exit(SLEY_EXIT_SETUP);
    }
    if (program) {
        sley_surroundings_begin();
    }
    while (read(socket, &byte, 1) == 1) {
        if (program && sley_reset_wanted == SLEY_RESET_FORK) {
            sley_execution_fork(run_once, prober, &prober->exchange->result);
        } else {
            run_once(prober);
        }
        if (program && sley_reset_wanted != SLEY_RESET_FORK) {
            sley_surroundings_reset();
        }
        if (write(socket, &byte, 1) != 1) {
            break;
        }
    }
    _exit(0);
}

static enum sley_status
start(struct sley_prober *prober, struct sley_error *error)
{
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot make a socket for a run: %s",
                              strerror(errno));
    }
    fflush(NULL);
    sockets[0] = sley_descriptor_raise(sockets[0]);
    sockets[1] = sley_descriptor_raise(sockets[1]);
    pid_t child = fork();
    if (child == 0) {
        close(sockets[0]);
        sley_output_begin();
        serve(prober, sockets[1]);
    }
    close(sockets[1]);
    if (child < 0) {
        close(sockets[0]);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start a process for a run: %s",
                              strerror(errno));
    }
    prober->process = child;
    prober->socket = sockets[0];
    return SLEY_OK;
}

/* Ends the process, if there is one, and returns its wait status. */
static int
stop(struct sley_prober *prober, bool kill_it)
{
    int status = 0;
    if (prober->process == 0) {
        return 0;
    }
    if (kill_it) {
        kill(prober->process, SIGKILL);
    }
    close(prober->socket);
    while (waitpid(prober->process, &status, 0) < 0 && errno == EINTR) {
    }
    prober->process = 0;
    return status;
}

enum sley_status
sley_prober_create(struct sley_prober **prober, const struct sley_target *target,
                   struct sley_error *error)
{
    struct sley_prober *self = calloc(1, sizeof *self);
    void *shared = mmap(NULL, sizeof(struct exchange), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!self || shared == MAP_FAILED) {
        free(self);
        if (shared != MAP_FAILED) {
            munmap(shared, sizeof(struct exchange));
        }
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory to shrink a run");
    }
    self->target = target;
    self->exchange = shared;
    *prober = self;
    return SLEY_OK;
}

void
sley_prober_destroy(struct sley_prober *prober)
{
    if (!prober) {
        return;
    }
    stop(prober, true);
    munmap(prober->exchange, sizeof *prober->exchange);
    free(prober);
}

/* Whether the process answered within the time that no run exceeds. */
static bool
answered(const struct sley_prober *prober)
{
    struct pollfd wait = {.fd = prober->socket, .events = POLLIN};
    char byte;
    int ready;
    do {
        ready = poll(&wait, 1, REPLY_MS_MAX);
    } while (ready < 0 && errno == EINTR);
    return ready == 1 && read(prober->socket, &byte, 1) == 1;
}

enum sley_status
sley_prober_run(struct sley_prober *prober, const struct sley_choice *choices,
                uint32_t choice_count, const struct sley_run_result **result,
                struct sley_error *error)
{
    struct exchange *exchange = prober->exchange;
    enum sley_status status = prober->process ? SLEY_OK : start(prober, error);
    if (status != SLEY_OK) {
        return status;
    }
    memmove(exchange->wanted, choices, choice_count * sizeof choices[0]);
    exchange->wanted_count = choice_count;
    exchange->taken.choice_count = 0;
    exchange->taken.question_count = 0;
    exchange->overflow = false;
    exchange->result.failure_count = 0;
    *result = &exchange->result;
    if (send(prober->socket, "r", 1, MSG_NOSIGNAL) == 1 && answered(prober)) {
        return SLEY_OK;
    }
    int ended = stop(prober, true);
    bool recorded = WIFEXITED(ended) && WEXITSTATUS(ended) == SLEY_EXIT_RECORDED;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == SLEY_EXIT_SETUP) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "a process for a run cannot be set up");
    }
    if (!recorded) {
        bool killed = WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL;
        sley_capture_foreign_death(&exchange->result, ended, killed);
    }
    return SLEY_OK;
}

/* What `fails` of a shrinking needs. */
struct probe {
    struct sley_prober *prober;
    uint64_t signature;
    enum sley_status status;
    struct sley_error *error;
};

static bool
fails(void *context, const struct sley_choice *choices, uint32_t choice_count,
      struct sley_shrink_run *taken)
{
    struct probe *probe = context;
    const struct sley_run_result *result;
    if (probe->status != SLEY_OK) {
        return false;
    }
    probe->status = sley_prober_run(probe->prober, choices, choice_count, &result, probe->error);
    const struct exchange *exchange = probe->prober->exchange;
    if (probe->status != SLEY_OK || exchange->overflow) {
        return false;
    }
    taken->step_count = result->step_count;
    taken->choice_count = exchange->taken.choice_count;
    memcpy(taken->choices, exchange->taken.choices, taken->choice_count * sizeof taken->choices[0]);
    taken->question_count = exchange->taken.question_count < SLEY_SHRINK_CHOICES_MAX
                                ? exchange->taken.question_count
                                : SLEY_SHRINK_CHOICES_MAX;
    memcpy(taken->questions, exchange->taken.questions,
           taken->question_count * sizeof taken->questions[0]);
    for (uint32_t i = 0; i < result->failure_count; i++) {
        if (sley_failure_signature(&result->failure[i]) == probe->signature) {
            return true;
        }
    }
    return false;
}

/* Whether a process may execute one run after another: one that is executed twice tells. */
static enum sley_status
settle_reset(struct sley_prober *prober, const struct sley_shrink_run *run,
             struct sley_error *error)
{
    static struct sley_run_result first;
    const struct sley_run_result *result;
    enum sley_status status =
        sley_prober_run(prober, run->choices, run->choice_count, &result, error);
    first = prober->exchange->result;
    if (status == SLEY_OK) {
        status = sley_prober_run(prober, run->choices, run->choice_count, &result, error);
    }
    if (status == SLEY_OK && !sley_results_agree(&first, &prober->exchange->result)) {
        sley_reset_wanted = SLEY_RESET_FORK;
        stop(prober, true);
    }
    return status;
}

enum sley_status
sley_prober_shrink(const struct sley_target *target, uint64_t signature,
                   struct sley_shrink_run *run, struct sley_shrink_result *result,
                   struct sley_error *error)
{
    struct probe probe = {.signature = signature, .status = SLEY_OK, .error = error};
    struct sley_shrink_options options = {
        .fails = fails, .context = &probe, .stops = sley_campaign_is_interrupted};
    *result = (struct sley_shrink_result){0};
    if (sley_campaign_is_interrupted()) {
        return SLEY_OK;
    }
    enum sley_status status = sley_prober_create(&probe.prober, target, error);
    if (status != SLEY_OK || !probe.prober) {
        return status;
    }
    if (target->property->program && sley_reset_wanted == SLEY_RESET_AUTO) {
        status = settle_reset(probe.prober, run, error);
    }
    if (status == SLEY_OK) {
        *result = sley_shrink(run, &options);
    }
    sley_prober_destroy(probe.prober);
    return status == SLEY_OK ? probe.status : status;
}
