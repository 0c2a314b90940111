#include "campaign/driver.h"

#include "campaign/capture.h"
#include "campaign/output.h"
#include "campaign/reporter.h"
#include "campaign/signals.h"
#include "campaign/worker.h"
#include "engine/lane.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    JOBS_MAX = 256,
    SILENT_MS = 90000, /* a run that takes longer is ended from outside */
};

static volatile sig_atomic_t interrupted;

struct worker_process {
    pid_t pid; /* 0: none */
    int socket;
    bool busy;
    bool killed;       /* by the driver: its run went on for too long */
    uint64_t seen_run; /* run under way when it was looked at last */
    uint64_t seen_ms;  /* since when */
    bool done;         /* its block waits to be merged */
    uint64_t block;    /* number of the block */
    struct sley_channel *channel;
};

struct driver {
    struct sley_campaign *campaign;
    struct worker_process workers[JOBS_MAX];
    uint32_t worker_count;
    struct sley_search *search;
    uint64_t block_next;   /* next block to hand out */
    uint64_t block_merged; /* blocks before it are in the tally */
    uint64_t started_ms, reported_ms;
    bool stopping; /* no new blocks */
    bool decided;  /* the blocks merged so far decide the finding: later ones are not merged */
};

void
sley_campaign_interrupt(void)
{
    interrupted = 1;
}

bool
sley_campaign_is_interrupted(void)
{
    return interrupted != 0;
}

static uint64_t
now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Blocks are a function of their number alone, so that every number of workers merges the same
 * sums: 16, 16, 32, 64, ... 4096, 4096, ... runs. */
static uint64_t
block_begin(uint64_t block)
{
    if (block == 0) {
        return 0;
    }
    return block <= 9 ? (uint64_t)16 << (block - 1) : 4096 + (block - 9) * 4096;
}

static enum sley_status
worker_start(struct driver *driver, struct worker_process *worker, struct sley_error *error)
{
    int pair[2];
    fflush(NULL);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot make a socket pair: %s",
                              strerror(errno));
    }
    pair[0] = sley_descriptor_raise(pair[0]);
    pair[1] = sley_descriptor_raise(pair[1]);
    worker->pid = fork();
    if (worker->pid < 0) {
        worker->pid = 0;
        close(pair[0]);
        close(pair[1]);
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot start a worker process: %s",
                              strerror(errno));
    }
    if (worker->pid == 0) {
        close(pair[0]);
        for (uint32_t i = 0; i < driver->worker_count; i++) {
            if (driver->workers[i].pid > 0) {
                close(driver->workers[i].socket);
            }
        }
        sley_worker_main(driver->campaign, worker->channel, driver->search, pair[1]);
    }
    close(pair[1]);
    worker->socket = pair[0];
    worker->seen_run = 0; /* it has not begun a run */
    return SLEY_OK;
}

static bool
tell(const struct worker_process *worker, enum sley_message message)
{
    char byte = (char)message;
    return send(worker->socket, &byte, 1, MSG_NOSIGNAL) == 1;
}

/* Whether a block may be handed out now: there is one, and it is not too far ahead. */
static bool
has_block(const struct driver *driver)
{
    bool ahead = driver->block_next - driver->block_merged >= 2 * (uint64_t)driver->worker_count;
    return !driver->stopping && !ahead && block_begin(driver->block_next) < driver->campaign->runs;
}

static bool
hand_out(struct driver *driver, struct worker_process *worker)
{
    struct sley_campaign *campaign = driver->campaign;
    uint64_t begin = block_begin(driver->block_next);
    uint64_t end = block_begin(driver->block_next + 1);
    if (!has_block(driver)) {
        return false;
    }
    worker->block = driver->block_next++;
    worker->busy = true;
    worker->channel->begin = begin;
    worker->channel->end = end < campaign->runs ? end : campaign->runs;
    worker->channel->stop = false;
    sley_tally_init(&worker->channel->tally);
    worker->channel->schedule_count = worker->channel->coarse_count = 0;
    return tell(worker, SLEY_MESSAGE_BLOCK);
}

/* A block that was cut short ends the campaign: as far as it went, it is the end of what is in the
 * tally, unless a later call is to go on from whole blocks. */
static bool
is_cut(const struct sley_channel *channel)
{
    return channel->stop && channel->begin < channel->end && !channel->search_done;
}

/* Whether the merged runs decide the finding already. */
static bool
decides(const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    switch (campaign->target.property->quantifier) {
    case SLEY_ALWAYS:
    case SLEY_RATIO:
        return tally->first_miss_run != UINT64_MAX;
    case SLEY_SOMETIMES:
    case SLEY_NEVER:
        return tally->first_event_run != UINT64_MAX;
    case SLEY_OUTCOMES:
        break; /* no run decides before the others are known */
    }
    return false;
}

/* Whether every run so far showed the event that must never come, by one failure alone. */
static bool
fails_alike(const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    uint32_t ways = 0;
    for (uint32_t i = 0; i < tally->distinct_count; i++) {
        const struct sley_distinct *distinct = &tally->distinct[i];
        enum sley_verdict verdict = distinct->result.failure[distinct->index].verdict;
        ways += campaign->target.property->event >> verdict & 1;
    }
    return campaign->target.property->quantifier == SLEY_NEVER && ways == 1 &&
           tally->run_count >= SLEY_ALIKE_RUNS && tally->event_count == tally->run_count;
}

static void
merge_block(struct sley_campaign *campaign, const struct sley_channel *channel)
{
    sley_tally_merge(campaign->tally, &channel->tally);
    for (uint32_t i = 0; i < channel->schedule_count; i++) {
        sley_schedules_add(campaign->schedules, channel->schedule[i], i < channel->coarse_count);
    }
}

static void
merge_ready(struct driver *driver)
{
    struct sley_campaign *campaign = driver->campaign;
    bool merged = true;
    while (merged && !driver->decided) {
        merged = false;
        for (uint32_t i = 0; i < driver->worker_count && !driver->decided; i++) {
            struct worker_process *worker = &driver->workers[i];
            if (!worker->done || worker->block != driver->block_merged) {
                continue;
            }
            bool cut = is_cut(worker->channel);
            worker->done = false;
            if (cut && campaign->options.time_ms) {
                driver->stopping = true;
                return;
            }
            merge_block(campaign, worker->channel);
            if (cut) {
                driver->decided = driver->stopping = true;
                return;
            }
            driver->block_merged++;
            merged = true;
            if (campaign->options.until_event && decides(campaign)) {
                driver->decided = driver->stopping = true;
            }
            if (campaign->options.stop_alike && fails_alike(campaign)) {
                campaign->alike = driver->decided = driver->stopping = true;
            }
        }
    }
}

static void
search_step(struct driver *driver, const struct worker_process *worker)
{
    if (driver->search && worker->channel->search_done) {
        driver->campaign->exhausted = !sley_search_truncated(driver->search);
        driver->campaign->truncated = sley_search_truncated(driver->search);
        driver->stopping = true;
    }
}

/* A new process goes on with what is left of the block. */
static enum sley_status
succeed(struct driver *driver, struct worker_process *worker, struct sley_error *error)
{
    enum sley_status started = worker_start(driver, worker, error);
    return started == SLEY_OK && !tell(worker, SLEY_MESSAGE_BLOCK)
               ? sley_error_set(error, SLEY_ERROR_SYSTEM, "a new worker does not answer")
               : started;
}

/* The worker has no more to do for its block. */
static void
block_end(struct driver *driver, struct worker_process *worker)
{
    worker->busy = false;
    worker->done = true;
    if (sley_worker_gives_up(driver->campaign, worker->channel) && is_cut(worker->channel)) {
        sley_campaign_remark(driver->campaign,
                             "the first runs are all stuck: the others are left out");
    }
    search_step(driver, worker);
    merge_ready(driver);
}

/* A dead worker left the verdict of its run in the channel, or died behind the harness's back. */
static enum sley_status
bury(struct driver *driver, struct worker_process *worker, struct sley_error *error)
{
    struct sley_channel *channel = worker->channel;
    int status = 0;
    close(worker->socket);
    waitpid(worker->pid, &status, 0);
    worker->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == SLEY_EXIT_SETUP) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "a worker process cannot be set up");
    }
    if (!channel->in_run) {
        return sley_error_set(error, SLEY_ERROR_BUG,
                              "a worker process ended outside a run (wait status %d): a bug of "
                              "sley itself; please report it with the command line",
                              status);
    }
    if (channel->repeating) {
        struct sley_failure *failure = sley_worker_nondeterminism(&channel->result);
        snprintf(failure->text, sizeof failure->text, "a second execution ended the process");
        channel->repeating = false;
    } else if (!(WIFEXITED(status) && WEXITSTATUS(status) == SLEY_EXIT_RECORDED)) {
        sley_capture_foreign_death(&channel->result, status, worker->killed);
    }
    worker->killed = false;
    channel->in_run = false;
    sley_worker_account(driver->campaign, channel);
    enum sley_status reported =
        sley_reporter_tell(driver->campaign, driver->search, worker->channel, error);
    if (reported != SLEY_OK) {
        return reported;
    }
    channel->begin = channel->run + 1;
    if (sley_worker_gives_up(driver->campaign, channel)) {
        channel->stop = true;
        block_end(driver, worker);
        return SLEY_OK;
    }
    if (driver->search && !sley_search_next(driver->search)) {
        channel->search_done = true;
    }
    return succeed(driver, worker, error);
}

/* In another lane a worker serves one block: ThreadSanitizer's epochs are finite, and after some
 * thousand runs of a process it misses races that it reported before. So does one whose memory has
 * grown by what libraries allocated. */
static void
retire(struct worker_process *worker)
{
    close(worker->socket); /* the worker's next read ends it */
    waitpid(worker->pid, NULL, 0);
    worker->pid = 0;
}

static enum sley_status
serve(struct driver *driver, struct worker_process *worker, struct sley_error *error)
{
    char byte;
    ssize_t got = recv(worker->socket, &byte, 1, 0);
    if (got != 1) {
        return bury(driver, worker, error);
    }
    if (byte == SLEY_MESSAGE_FAILURE) {
        enum sley_status status =
            sley_reporter_tell(driver->campaign, driver->search, worker->channel, error);
        tell(worker, SLEY_MESSAGE_GO);
        return status;
    }
    const struct sley_channel *channel = worker->channel;
    if (channel->worn && channel->begin < channel->end && !channel->search_done && !channel->stop) {
        retire(worker);
        return succeed(driver, worker, error);
    }
    if (sley_lane || channel->worn) {
        retire(worker);
    }
    block_end(driver, worker);
    return SLEY_OK;
}

/* The last resort against a run that never ends and that its own process cannot tell of. */
static void
watch(struct driver *driver)
{
    uint64_t now = now_ms();
    for (uint32_t i = 0; i < driver->worker_count; i++) {
        struct worker_process *worker = &driver->workers[i];
        uint64_t run = worker->busy && worker->channel->in_run ? worker->channel->run + 1 : 0;
        if (run != worker->seen_run || run == 0) {
            worker->seen_run = run;
            worker->seen_ms = now;
        } else if (now - worker->seen_ms > SILENT_MS && worker->pid > 0) {
            worker->killed = true;
            worker->seen_ms = now;
            kill(worker->pid, SIGKILL);
        }
    }
}

static void
progress(struct driver *driver, bool last)
{
    struct sley_campaign *campaign = driver->campaign;
    uint64_t now = now_ms();
    campaign->elapsed_ms = now - driver->started_ms;
    if (campaign->options.time_ms && campaign->elapsed_ms >= campaign->options.time_ms) {
        driver->stopping = true;
    }
    if (interrupted) {
        campaign->interrupted = true;
        driver->stopping = true;
        for (uint32_t i = 0; i < driver->worker_count; i++) {
            driver->workers[i].channel->stop = true;
        }
    }
    if ((last || now - driver->reported_ms >= 200) && campaign->options.listener.progress) {
        driver->reported_ms = now;
        campaign->options.listener.progress(campaign->options.listener.context, campaign,
                                            block_begin(driver->block_merged));
    }
}

static enum sley_status
wait_and_serve(struct driver *driver, struct sley_error *error)
{
    struct pollfd polls[JOBS_MAX];
    for (uint32_t i = 0; i < driver->worker_count; i++) {
        const struct worker_process *worker = &driver->workers[i];
        polls[i] = (struct pollfd){.fd = worker->busy ? worker->socket : -1, .events = POLLIN};
    }
    if (poll(polls, driver->worker_count, 100) < 0 && errno != EINTR) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "poll: %s", strerror(errno));
    }
    for (uint32_t i = 0; i < driver->worker_count; i++) {
        if (polls[i].revents) {
            enum sley_status status = serve(driver, &driver->workers[i], error);
            if (status != SLEY_OK) {
                return status;
            }
        }
    }
    return SLEY_OK;
}

static enum sley_status
drive(struct driver *driver, struct sley_error *error)
{
    for (;;) {
        bool busy = false;
        for (uint32_t i = 0; i < driver->worker_count; i++) {
            struct worker_process *worker = &driver->workers[i];
            enum sley_status ready = SLEY_OK;
            if (!worker->busy && !worker->done && worker->pid == 0 && has_block(driver)) {
                ready = worker_start(driver, worker, error);
            }
            if (ready != SLEY_OK) {
                return ready;
            }
            if (!worker->busy && !worker->done && worker->pid != 0) {
                hand_out(driver, worker);
            }
            busy |= worker->busy;
        }
        if (!busy) {
            return SLEY_OK;
        }
        enum sley_status status = wait_and_serve(driver, error);
        if (status != SLEY_OK) {
            return status;
        }
        watch(driver);
        progress(driver, false);
    }
}

/* A worker that has nothing to do ends by itself, with the processes of its runs; any other, or one
 * that does not within a second, is killed. */
static void
end(const struct worker_process *worker)
{
    const struct timespec pause = {0, 200000};
    for (int i = 0; i < 5000 && !worker->busy; i++) {
        if (waitpid(worker->pid, NULL, WNOHANG) != 0) {
            return;
        }
        nanosleep(&pause, NULL);
    }
    kill(worker->pid, SIGKILL);
    waitpid(worker->pid, NULL, 0);
}

static void
driver_deinit(struct driver *driver)
{
    for (uint32_t i = 0; i < driver->worker_count; i++) {
        struct worker_process *worker = &driver->workers[i];
        if (worker->pid > 0) {
            close(worker->socket);
            end(worker);
        }
        if (worker->channel) {
            munmap(worker->channel, sizeof *worker->channel);
        }
    }
    sley_search_destroy(driver->search);
    free(driver);
}

static enum sley_status
driver_start(struct driver *driver, struct sley_error *error)
{
    struct sley_campaign *campaign = driver->campaign;
    uint32_t jobs = campaign->options.jobs ? campaign->options.jobs : 1;
    driver->started_ms = now_ms();
    if (!campaign->ops) {
        jobs = 1; /* one search has one path */
        driver->search = sley_search_create(&campaign->search);
        if (!driver->search) {
            return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for the search");
        }
    }
    const struct sley_sums *resume = campaign->options.resume;
    if (resume) {
        sley_tally_resume(campaign->tally, resume);
        campaign->resumed_count = resume->run_count;
    }
    if (resume && campaign->options.resume_schedules) {
        *campaign->schedules = *campaign->options.resume_schedules;
    }
    enum sley_status settled = sley_trial_settle(campaign, driver->search, error);
    if (settled != SLEY_OK) {
        return settled;
    }
    while (resume && block_begin(driver->block_next + 1) <= resume->next) {
        driver->block_next++;
    }
    driver->block_merged = driver->block_next;
    for (uint32_t i = 0; i < jobs && i < JOBS_MAX; i++) {
        struct worker_process *worker = &driver->workers[i];
        worker->channel = mmap(NULL, sizeof *worker->channel, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (worker->channel == MAP_FAILED) {
            worker->channel = NULL;
            return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a worker");
        }
        driver->worker_count++;
        enum sley_status status = worker_start(driver, worker, error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    return SLEY_OK;
}

enum sley_status
sley_driver_run(struct sley_campaign *campaign, struct sley_error *error)
{
    struct driver *driver = calloc(1, sizeof *driver);
    if (!driver) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a campaign");
    }
    driver->campaign = campaign;
    enum sley_status status = driver_start(driver, error);
    if (status == SLEY_OK) {
        status = drive(driver, error);
    }
    if (status == SLEY_OK) {
        progress(driver, true);
    }
    driver_deinit(driver);
    return status;
}
