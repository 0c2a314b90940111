/* The parent: starts children, waits for them, and counts what their runs showed. */
#include "native/native.h"

#include "native/asleep.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH_RUNS = 4096, POLL_MS = 20, BLOCKED_MS = 500, STUCK_MS = 10000 };

static const uint64_t ns_per_ms = 1000000;

static volatile sig_atomic_t interrupted;

/* One child and how it is getting on. */
struct child {
    pid_t pid;
    int ended; /* pipe whose other end the child alone holds: hangs up when it is gone */
    uint64_t progress;
    uint64_t moved_ns;         /* when progress last changed */
    uint64_t awake_ns;         /* when one of its threads was last seen awake, or progress made */
    enum sley_verdict verdict; /* why it was killed; SLEY_VERDICT_COUNT: it was not */
};

void
sley_native_interrupt(void)
{
    interrupted = 1;
}

bool
sley_native_interrupted(void)
{
    return interrupted != 0;
}

uint64_t
sley_native_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint32_t
sley_native_event(const struct sley_property *property)
{
    uint32_t event = property->event ? property->event : SLEY_BIT(ASSERTION);
    event |= event & SLEY_ANY_DEADLOCK ? SLEY_BIT(BLOCKED) : 0;
    return event | (event & SLEY_BIT(LIVELOCK) ? SLEY_BIT(STUCK) : 0);
}

static enum sley_status
child_start(struct child *child, const struct sley_native_batch *batch, struct sley_error *error)
{
    int ends[2];
    uint64_t now = sley_native_now();
    *child = (struct child){
        .progress = UINT64_MAX,
        .moved_ns = now,
        .awake_ns = now,
        .verdict = SLEY_VERDICT_COUNT,
    };
    if (pipe(ends) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no pipe for a run: %s", strerror(errno));
    }
    child->ended = ends[0];
    atomic_store(&sley_native_shared->run, batch->first);
    atomic_store(&sley_native_shared->state, SLEY_NATIVE_BETWEEN);
    fflush(NULL); /* what is not written yet would be written by the child as well */
    child->pid = fork();
    if (child->pid == 0) {
        close(ends[0]);
        sley_native_execute(batch);
    }
    close(ends[1]);
    if (child->pid < 0) {
        close(ends[0]);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no process for a run: %s",
                              strerror(errno));
    }
    return SLEY_OK;
}

/* Whether the child gets on; if not, sets why it must be killed. Threads that wait for the
 * processor are awake, so that a busy machine blocks nothing. */
static bool
gets_on(struct child *child)
{
    uint64_t now = sley_native_now();
    uint64_t progress =
        atomic_load(&sley_native_shared->run) + atomic_load(&sley_native_shared->activity);
    if (progress != child->progress) {
        child->progress = progress;
        child->moved_ns = child->awake_ns = now;
    } else if (!sley_native_asleep(child->pid)) {
        child->awake_ns = now;
    }
    if (now - child->awake_ns > BLOCKED_MS * ns_per_ms) {
        child->verdict = SLEY_VERDICT_BLOCKED;
    } else if (now - child->moved_ns > STUCK_MS * ns_per_ms) {
        child->verdict = SLEY_VERDICT_STUCK;
    }
    return child->verdict == SLEY_VERDICT_COUNT;
}

/* Returns the child's wait status once it has ended, by itself or not. */
static int
child_wait(struct child *child)
{
    struct pollfd hang_up = {.fd = child->ended};
    int status = 0;
    while (poll(&hang_up, 1, POLL_MS) <= 0) {
        if (interrupted || !gets_on(child)) {
            kill(child->pid, SIGKILL);
            break;
        }
    }
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(child->ended);
    return status;
}

static void
count_run(struct sley_native_result *result, uint32_t event, uint64_t run, uint64_t start_ns)
{
    uint32_t shows = atomic_load(&sley_native_shared->shows);
    result->run_count++;
    for (int v = 0; v < SLEY_VERDICT_COUNT; v++) {
        result->shown[v] += shows >> v & 1;
    }
    if ((shows & event) && result->event_count++ == 0) {
        result->event_run = run;
        result->event_ns = sley_native_now() - start_ns;
    }
}

/* Counts the runs of a child that has ended; fills next with the first run of the next one. */
static enum sley_status
child_count(struct sley_native_result *result, const struct child *child, int status,
            const struct sley_native_batch *batch, uint64_t start_ns, uint64_t *next,
            struct sley_error *error)
{
    struct sley_native_shared *shared = sley_native_shared;
    uint32_t state = atomic_load(&shared->state);
    uint64_t run = atomic_load(&shared->run);
    bool killed = child->verdict != SLEY_VERDICT_COUNT;
    result->run_count += run - batch->first;
    *next = run;
    if (interrupted && state != SLEY_NATIVE_ENDED) {
        return SLEY_OK;
    }
    switch ((enum sley_native_state)state) {
    case SLEY_NATIVE_BETWEEN:
        if (status != 0) {
            return sley_error_set(error, SLEY_ERROR_BUG, "%s: a process died between two runs",
                                  batch->property->name);
        }
        return SLEY_OK;
    case SLEY_NATIVE_FAILED:
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "%s: no thread for a task: %s",
                              batch->property->name, strerror(atomic_load(&shared->error)));
    case SLEY_NATIVE_RUNNING:
        /* An exit in the middle of a run is no end that a property may have. */
        atomic_fetch_or(&shared->shows, killed                ? 1u << child->verdict
                                        : WIFSIGNALED(status) ? SLEY_BIT(CRASH)
                                                              : SLEY_BIT(EXIT));
        break;
    case SLEY_NATIVE_ENDED:
        break;
    }
    count_run(result, sley_native_event(batch->property), run, start_ns);
    *next = run + 1;
    return SLEY_OK;
}

/* The sanitizer's first lock of a process clears tables of megabytes. Done here, it is done for
 * every child. */
static void
warm_up(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&mutex);
}

static enum sley_status
prepare(struct sley_error *error)
{
    if (!sley_native_shared) {
        warm_up();
        void *page = mmap(NULL, sizeof *sley_native_shared, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) {
            return sley_error_set(error, SLEY_ERROR_SYSTEM, "no shared memory: %s",
                                  strerror(errno));
        }
        sley_native_shared = page;
    }
    return SLEY_OK;
}

enum sley_status
sley_native_stress(struct sley_native_result *result, const struct sley_native_options *options,
                   struct sley_error *error)
{
    uint64_t start_ns = sley_native_now();
    uint64_t end = options->runs ? options->runs : UINT64_MAX;
    struct sley_native_batch batch = {
        .property = options->property,
        .seed = options->seed,
        .deadline_ns = options->time_ms ? start_ns + options->time_ms * ns_per_ms : UINT64_MAX,
    };
    *result = (struct sley_native_result){0};
    enum sley_status status = prepare(error);
    while (status == SLEY_OK && !interrupted && batch.first < end &&
           sley_native_now() < batch.deadline_ns) {
        struct child child;
        batch.end = end - batch.first > BATCH_RUNS ? batch.first + BATCH_RUNS : end;
        status = child_start(&child, &batch, error);
        if (status == SLEY_OK) {
            int ended = child_wait(&child);
            status = child_count(result, &child, ended, &batch, start_ns, &batch.first, error);
        }
    }
    result->elapsed_ns = sley_native_now() - start_ns;
    result->interrupted = interrupted != 0;
    return status;
}
