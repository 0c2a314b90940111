#include "campaign/capture.h"

#include "campaign/output.h"
#include "campaign/relay.h"
#include "campaign/signals.h"
#include "campaign/surroundings.h"
#include "engine/baton.h"
#include "search/replay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint64_t wait_us_max = 90000000; /* of waiting, about as long as it takes */

struct sley_capture *
sley_capture_create(void)
{
    void *at = mmap(NULL, sizeof(struct sley_capture), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void
sley_capture_destroy(struct sley_capture *capture)
{
    if (capture) {
        munmap(capture, sizeof *capture);
    }
}

static void
on_event(void *context, const struct sley_event *event)
{
    struct sley_capture *capture = context;
    capture->shared_low = sley_engine.shared_low;
    capture->shared_size = sley_engine.shared_size;
    if (capture->event_count == SLEY_CAPTURE_EVENTS_MAX) {
        capture->events_dropped++;
        return;
    }
    capture->events[capture->event_count++] = *event;
}

static void
on_flag(void *context, uint32_t task, uint32_t step, uint8_t flags)
{
    struct sley_capture *capture = context;
    for (uint32_t i = capture->event_count; i-- > 0 && capture->events[i].step >= step;) {
        struct sley_event *event = &capture->events[i];
        if (event->step == step && event->task == task && !(event->flags & SLEY_EVENT_QUIET)) {
            event->flags |= flags;
            return;
        }
    }
}

static void
on_choice(void *context, const struct sley_choice *choice)
{
    struct sley_capture *capture = context;
    if (capture->choice_count == SLEY_CAPTURE_CHOICES_MAX) {
        capture->choices_dropped++;
        return;
    }
    capture->choices[capture->choice_count++] = *choice;
}

/* In the child. Does not return. */
static void
execute(struct sley_capture *capture, const struct sley_target *target,
        const struct sley_recipe *recipe)
{
    struct sley_error error;
    if (sley_engine_init(&error) != SLEY_OK || sley_signals_install(&error) != SLEY_OK) {
        _exit(SLEY_EXIT_SETUP);
    }
    if (target->property->program) {
        sley_surroundings_begin();
    }
    struct sley_observer observer = {on_event, on_choice, on_flag, capture};
    struct sley_note note = {.text = capture->note,
                             .size = sizeof capture->note,
                             .marks = capture->marks,
                             .mark_count = &capture->mark_count,
                             .aliases = capture->aliases,
                             .alias_count = &capture->alias_count};
    sley_note_current = &note;
    static struct sley_replay replay; /* where every process of a run sees it */
    struct sley_source source;
    if (recipe->ops) {
        void *state = sley_strategy_memory(recipe->ops);
        if (!state) {
            _exit(SLEY_EXIT_SETUP);
        }
        recipe->ops->begin(state, &recipe->parameters, recipe->seed, recipe->run);
        source = (struct sley_source){recipe->ops, state};
    } else {
        source = sley_replay_source(&replay, recipe->choices, recipe->choice_count);
        capture->replayed = false;
        snprintf(capture->mismatch, sizeof capture->mismatch, "the run ended in a crash");
    }
    sley_target_run(target, &source, &observer, &capture->result);
    if (!recipe->ops) {
        capture->replayed = sley_replay_fits(&replay, capture->mismatch, sizeof capture->mismatch);
    }
    sley_baton_close();
    fflush(NULL); /* what the program printed last */
    _exit(0);
}

void
sley_capture_foreign_death(struct sley_run_result *result, int status, bool killed)
{
    if (result->failure_count == SLEY_FAILURES_MAX) {
        result->failure_count--;
    }
    struct sley_failure *failure = &result->failure[result->failure_count++];
    memset(failure, 0, sizeof *failure);
    bool signalled = WIFSIGNALED(status);
    failure->verdict = killed      ? SLEY_VERDICT_STUCK
                       : signalled ? SLEY_VERDICT_CRASH
                                   : SLEY_VERDICT_EXIT;
    failure->task[1] = SLEY_TASKS_MAX;
    failure->detail = (uint32_t)(signalled ? WTERMSIG(status) : WEXITSTATUS(status));
    if (killed) {
        snprintf(failure->text, sizeof failure->text, "and had to be ended from outside");
    } else {
        snprintf(failure->text, sizeof failure->text, "the process ended by %s %u",
                 signalled ? "signal" : "exit code", failure->detail);
    }
    result->verdicts |= 1u << failure->verdict;
    /* Nobody completed the result: what stands there is an earlier run's. */
    result->hash = 0;
    result->step_count = 0;
    memset(result->prefix, 0, sizeof result->prefix);
}

static bool
wait_for(pid_t child, struct sley_relay *relay, int *status, bool *killed)
{
    uint32_t pause_us = 50;
    uint64_t waited_us = 0;
    pid_t got;
    while ((got = waitpid(child, status, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        if (waited_us > wait_us_max) {
            *killed = true;
            kill(child, SIGKILL);
        }
        if (sley_relay_pump(relay, pause_us)) {
            continue;
        }
        waited_us += pause_us;
        pause_us = pause_us < 5000 ? pause_us * 2 : pause_us;
    }
    return got == child;
}

bool
sley_capture_wait(pid_t child, int *status, bool *killed)
{
    struct sley_relay none = {.pipe = {{-1, -1, 0}, {-1, -1, 0}}};
    return wait_for(child, &none, status, killed);
}

static uintptr_t
known_address(const struct sley_capture *capture, uintptr_t address)
{
    enum { DEPTH = 2 }; /* a lock's handle may lie in an object that has a handle itself */
    for (int depth = 0; depth < DEPTH; depth++) {
        for (uint32_t i = 0; i < capture->alias_count; i++) {
            const struct sley_alias *alias = &capture->aliases[i];
            if (address - alias->address < alias->size) {
                address = alias->known + (address - alias->address);
                break;
            }
        }
    }
    return address;
}

/* From here on every object has the address that the code under test knows it by. */
static void
apply_aliases(struct sley_capture *capture)
{
    sley_engine.shared_low = capture->shared_low; /* for the names of what lies there */
    sley_engine.shared_size = capture->shared_size;
    for (uint32_t i = 0; i < capture->event_count && capture->alias_count; i++) {
        capture->events[i].address = known_address(capture, capture->events[i].address);
    }
    for (uint32_t i = 0; i < capture->result.failure_count; i++) {
        struct sley_failure *failure = &capture->result.failure[i];
        failure->address = known_address(capture, failure->address);
        for (uint32_t k = 0; k < failure->cycle_count; k++) {
            failure->cycle[k].object = known_address(capture, failure->cycle[k].object);
        }
    }
}

enum sley_status
sley_capture_run(struct sley_capture *capture, const struct sley_target *target,
                 const struct sley_recipe *recipe, struct sley_error *error)
{
    capture->event_count = capture->events_dropped = 0;
    capture->choice_count = capture->choices_dropped = 0;
    capture->mark_count = capture->alias_count = 0;
    capture->shared_low = capture->shared_size = 0;
    capture->replayed = true;
    capture->mismatch[0] = '\0';
    capture->note[0] = '\0';
    memset(&capture->result, 0, sizeof capture->result);
    fflush(NULL);
    struct sley_relay relay;
    if (!sley_relay_open(&relay)) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot make a pipe for a run's output: %s",
                              strerror(errno));
    }
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sley_relay_attach(&relay);
        sley_output_begin();
        execute(capture, target, recipe);
    }
    int status = 0;
    bool killed = false;
    sley_relay_detach(&relay);
    bool waited = child > 0 && wait_for(child, &relay, &status, &killed);
    sley_relay_close(&relay);
    if (!waited) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start a process for a run: %s",
                              strerror(errno));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == SLEY_EXIT_SETUP) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "a process for a run cannot be set up");
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == SLEY_EXIT_RECORDED) {
        /* A crash: the choices that led there were met, or the run would not have come to it. */
        capture->replayed = true;
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        sley_capture_foreign_death(&capture->result, status, killed);
    }
    apply_aliases(capture);
    return SLEY_OK;
}

int64_t
sley_capture_compare(const struct sley_capture *a, const struct sley_capture *b)
{
    uint32_t shorter = a->event_count < b->event_count ? a->event_count : b->event_count;
    for (uint32_t i = 0; i < shorter; i++) {
        const struct sley_event *x = &a->events[i], *y = &b->events[i];
        /* What a write finds may be what anybody left on a stack; a read tells of it soon enough.
         */
        bool write = x->op == SLEY_OP_WRITE;
        if (x->step != y->step || x->task != y->task || x->op != y->op || x->size != y->size ||
            x->object != y->object || (x->value != y->value && !write)) {
            return i;
        }
    }
    return a->event_count == b->event_count ? -1 : (int64_t)shorter;
}
