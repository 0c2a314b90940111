/* The child: one run after another. The globals of the code under test are put back between
 * them. */
#include "native/native.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The linker's names for the code's own data; absent when it has none. */
extern char __start_sley_data[] __attribute__((weak));
extern char __stop_sley_data[] __attribute__((weak));
extern char __start_sley_bss[] __attribute__((weak));
extern char __stop_sley_bss[] __attribute__((weak));

struct sley_native_shared *sley_native_shared;

static char *saved_data;

static size_t
data_size(void)
{
    return (size_t)(__stop_sley_data - __start_sley_data);
}

static void
world_save(void)
{
    if (data_size() > 0) {
        saved_data = malloc(data_size());
        if (!saved_data) {
            sley_native_fail(ENOMEM);
        }
        memcpy(saved_data, __start_sley_data, data_size());
    }
}

static void
world_restore(void)
{
    if (data_size() > 0) {
        memcpy(__start_sley_data, saved_data, data_size());
    }
    memset(__start_sley_bss, 0, (size_t)(__stop_sley_bss - __start_sley_bss));
}

static void
prepare(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct rlimit no_core = {0, 0};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        signal(numbers[i], SIG_DFL);
    }
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sley_native_reports_silence();
    world_save();
}

void
sley_native_end(enum sley_verdict verdict)
{
    atomic_fetch_or(&sley_native_shared->shows, 1u << verdict);
    atomic_store(&sley_native_shared->state, SLEY_NATIVE_ENDED);
    _exit(0);
}

void
sley_native_fail(int error)
{
    atomic_store(&sley_native_shared->error, error);
    atomic_store(&sley_native_shared->state, SLEY_NATIVE_FAILED);
    _exit(0);
}

/* Whether another run may follow in this process. After a report it may not: the sanitizer would
 * not look at the reported places again. */
static bool
execute_run(const struct sley_native_batch *batch, uint64_t run)
{
    struct sley_native_shared *shared = sley_native_shared;
    sley_native_tasks_begin();
    sley_native_shared_begin();
    sley_native_oracle_begin(batch->seed, run);
    atomic_store(&shared->shows, 0);
    atomic_store(&shared->state, SLEY_NATIVE_RUNNING);
    batch->property->body();
    if (atomic_load(&shared->shows)) {
        atomic_store(&shared->state, SLEY_NATIVE_ENDED);
        return false;
    }
    atomic_store(&shared->state, SLEY_NATIVE_BETWEEN);
    atomic_store(&shared->run, run + 1);
    return sley_native_tasks_end();
}

void
sley_native_execute(const struct sley_native_batch *batch)
{
    prepare();
    for (uint64_t run = batch->first; run < batch->end; run++) {
        if (sley_native_now() >= batch->deadline_ns || !execute_run(batch, run)) {
            break;
        }
        world_restore();
    }
    _exit(0);
}
