/* What the sanitizer reports, as verdicts of the run. Read through its interface, not from text. */
#include "engine/engine.h"
#include "engine/suppress.h"
#include "tsan/lane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_MAX = 32 };

struct mop {
    int tid, size, write, atomic;
    void *address;
    void *trace[TRACE_MAX];
};

int __tsan_get_report_data(void *report, const char **description, int *count, int *stack_count,
                           int *mop_count, int *loc_count, int *mutex_count, int *thread_count,
                           int *unique_tid_count, void **sleep_trace, unsigned long trace_size);
int __tsan_get_report_mop(void *report, unsigned long index, int *tid, void **address, int *size,
                          int *write, int *atomic, void **trace, unsigned long trace_size);
int __tsan_get_report_thread(void *report, unsigned long index, int *tid, int *os_id, int *running,
                             const char **name, int *parent_tid, void **trace,
                             unsigned long trace_size);
int __tsan_get_report_stack(void *report, unsigned long index, void **trace,
                            unsigned long trace_size);
void __tsan_on_report(void *report);
const char *__tsan_default_options(void);

/* Every run counts, also one that shows what another showed; the sanitizer never ends the process.
 * TSAN_OPTIONS goes before these. */
const char *
__tsan_default_options(void)
{
    return "suppress_equal_stacks=0:suppress_equal_addresses=0:report_destroy_locked=0:exitcode=0:"
           "atexit_sleep_ms=0:second_deadlock_stack=1:handle_segv=0:handle_sigbus=0:"
           "handle_abort=0:handle_sigill=0:handle_sigfpe=0:report_signal_unsafe=0:"
           "report_thread_leaks=0:die_after_fork=0";
}

/* The task that a thread number of the report names; SLEY_TASKS_MAX: none. */
static uint32_t
task_of(void *report, int thread_count, int tid)
{
    for (int i = 0; i < thread_count; i++) {
        int this_tid, os_id, running, parent;
        const char *name = NULL;
        void *trace[1];
        __tsan_get_report_thread(report, (unsigned long)i, &this_tid, &os_id, &running, &name,
                                 &parent, trace, 1);
        if (this_tid == tid && name && strncmp(name, "task ", 5) == 0) {
            return (uint32_t)strtoul(name + 5, NULL, 10);
        }
    }
    return SLEY_TASKS_MAX;
}

/* The innermost frame of a trace that lies in the code under test. */
static uintptr_t
place_of(void *const *trace)
{
    for (int i = 0; i < TRACE_MAX && trace[i]; i++) {
        if (sley_in_user_text((uintptr_t)trace[i])) {
            /* The sanitizer's frames are call sites; a place is a return address. */
            return (uintptr_t)trace[i] + 1;
        }
    }
    return trace[0] ? (uintptr_t)trace[0] + 1 : 0;
}

static enum sley_verdict
verdict_of(const char *description)
{
    if (strncmp(description, "lock-order-inversion", 20) == 0) {
        return SLEY_VERDICT_INVERSION;
    }
    if (strncmp(description, "heap-use-after-free", 19) == 0) {
        return SLEY_VERDICT_HEAP;
    }
    return strncmp(description, "data-race", 9) == 0 ? SLEY_VERDICT_RACE : SLEY_VERDICT_MISUSE;
}

void
__tsan_on_report(void *report)
{
    const char *description = "";
    int count, stacks, mops, locations, mutexes, threads, unique;
    void *sleep_trace[1];
    if (!sley_running()) {
        return;
    }
    __tsan_get_report_data(report, &description, &count, &stacks, &mops, &locations, &mutexes,
                           &threads, &unique, sleep_trace, 1);
    struct mop mop[2];
    memset(mop, 0, sizeof mop);
    for (int i = 0; i < mops && i < 2; i++) {
        __tsan_get_report_mop(report, (unsigned long)i, &mop[i].tid, &mop[i].address, &mop[i].size,
                              &mop[i].write, &mop[i].atomic, mop[i].trace, TRACE_MAX);
    }
    for (int i = 0; i < mops && i < 2; i++) {
        sley_tsan_forget((uintptr_t)mop[i].address);
    }
    if (mops > 0 && sley_benign_touches((uintptr_t)mop[0].address, (size_t)mop[0].size)) {
        return;
    }
    if (mops == 0) {
        /* Of locks: the stacks where each was taken while the other was held. */
        __tsan_get_report_stack(report, 0, mop[0].trace, TRACE_MAX);
        if (stacks > 1) {
            __tsan_get_report_stack(report, 1, mop[1].trace, TRACE_MAX);
        }
    }
    enum sley_verdict verdict = verdict_of(description);
    struct sley_failure *failure =
        sley_verdict_at(verdict, (uintptr_t)mop[0].address, place_of(mop[0].trace),
                        place_of(mop[1].trace), verdict == SLEY_VERDICT_RACE ? "" : description);
    if (failure && mops == 2) {
        failure->task[0] = task_of(report, threads, mop[0].tid);
        failure->task[1] = task_of(report, threads, mop[1].tid);
        failure->step[1] = 0;
        failure->detail = (mop[0].write ? 1u : 0u) | (mop[0].atomic ? 2u : 0u) |
                          (mop[1].write ? 4u : 0u) | (mop[1].atomic ? 8u : 0u) |
                          (uint32_t)mop[0].size << 8;
    }
}
