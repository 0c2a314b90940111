/* What the sanitizer reports, as verdicts of the run under way. */
#include "native/native.h"

#include <fcntl.h>
#include <string.h>

int __tsan_get_report_data(void *report, const char **description, int *count, int *stack_count,
                           int *mop_count, int *loc_count, int *mutex_count, int *thread_count,
                           int *unique_tid_count, void **sleep_trace, unsigned long trace_size);
void __sanitizer_set_report_fd(void *fd);
void __tsan_on_report(void *report);
const char *__tsan_default_options(void);

/* The text of a report is of no use here, and to make it would take longer than many runs. A report
 * never ends the process. TSAN_OPTIONS goes before these. */
const char *
__tsan_default_options(void)
{
    return "symbolize=0:exitcode=0:atexit_sleep_ms=0:report_destroy_locked=0:"
           "report_signal_unsafe=0:report_thread_leaks=0:die_after_fork=0:handle_segv=0:"
           "handle_sigbus=0:handle_abort=0:handle_sigill=0:handle_sigfpe=0";
}

/* In a forked process the runtime would write its reports to files of their own. */
void
sley_native_reports_silence(void)
{
    __sanitizer_set_report_fd((void *)(intptr_t)open("/dev/null", O_WRONLY | O_CLOEXEC));
}

static enum sley_verdict
verdict_of(const char *description)
{
    if (strncmp(description, "data-race", 9) == 0) {
        return SLEY_VERDICT_RACE;
    }
    if (strncmp(description, "lock-order-inversion", 20) == 0) {
        return SLEY_VERDICT_INVERSION;
    }
    return strncmp(description, "heap-use-after-free", 19) == 0 ? SLEY_VERDICT_HEAP
                                                                : SLEY_VERDICT_MISUSE;
}

void
__tsan_on_report(void *report)
{
    const char *description = "";
    int count, stacks, mops, locations, mutexes, threads, unique;
    void *sleep_trace[1];
    if (!sley_native_shared) {
        return;
    }
    __tsan_get_report_data(report, &description, &count, &stacks, &mops, &locations, &mutexes,
                           &threads, &unique, sleep_trace, 1);
    atomic_fetch_or(&sley_native_shared->shows, 1u << verdict_of(description));
}
