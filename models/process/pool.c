/* concurrent.futures.ProcessPoolExecutor: explored like the code under test.
 *
 * A message is smaller than what a pipe takes at once, and so few are outstanding that neither pipe
 * is ever full: nobody waits but for work, or for an answer. */
#include "models/fault.h"

#include <sley/process_pool.h>
#include <sley/shared.h>

enum { OUTSTANDING_MAX = SLEY_PROCESS_POOL_ITEMS_MAX / 8 };

/* Work on its way out, and the same with the results on its way back. */
struct message {
    uint32_t number;
    uint16_t count;
    bool last;              /* an answer: the worker ends with it */
    void *(*entry)(void *); /* NULL: no work, the worker ends */
    void *word[SLEY_PROCESS_POOL_CHUNK_MAX];
};

_Static_assert(sizeof(struct message) <= SLEY_PIPE_ATOMIC, "a message is written at once");
_Static_assert((OUTSTANDING_MAX + SLEY_PROCESS_POOL_WORKERS_MAX / 4) * sizeof(struct message) <=
                   SLEY_PIPE_BYTES,
               "the messages that are outstanding fit into the pipe");

/* Written by the owner alone but for the pipes, the lock and the semaphore. */
struct pool {
    struct sley_pipe work, answers;
    struct sley_lock reading;   /* of the work: one worker at a time takes a message */
    struct sley_semaphore idle; /* workers that answered and were not counted on since */
    bool on_demand;             /* a worker is started only if none is idle */
    uint32_t workers_max;
    uint32_t item_limit; /* messages in a worker's life; 0: no limit */
    uint32_t started, ended;
    uint32_t sent, answered;
    struct message answer[SLEY_PROCESS_POOL_ITEMS_MAX]; /* entry is not NULL once it is there */
    uintptr_t workers[SLEY_PROCESS_POOL_ITEMS_MAX + SLEY_PROCESS_POOL_WORKERS_MAX];
};

static struct pool *
pool_of(const struct sley_process_pool *pool)
{
    return pool->shared;
}

void
sley_process_pool_init(struct sley_process_pool *pool, uint32_t workers, uint32_t item_limit)
{
    sley_check(workers >= 1 && workers <= SLEY_PROCESS_POOL_WORKERS_MAX);
    struct pool *self = sley_shared_allocate(sizeof *self);
    sley_pipe_init(&self->work);
    sley_pipe_init(&self->answers);
    sley_lock_init(&self->reading);
    sley_semaphore_init(&self->idle, 0);
    self->on_demand = sley_process_begins_anew();
    self->workers_max = workers;
    self->item_limit = item_limit;
    pool->shared = self;
}

static struct message
take(struct pool *self)
{
    struct message message;
    sley_lock_acquire(&self->reading);
    sley_pipe_read(&self->work, &message, sizeof message);
    sley_lock_release(&self->reading);
    return message;
}

/* A worker's life. */
static void *
serve(void *argument)
{
    struct pool *self = argument;
    for (uint32_t done = 1;; done++) {
        struct message message = take(self);
        if (!message.entry) {
            return NULL;
        }
        for (uint32_t i = 0; i < message.count; i++) {
            message.word[i] = message.entry(message.word[i]);
        }
        message.last = done == self->item_limit && !sley_fault_is(SLEY_FAULT_PROCESS_POOL_IMMORTAL);
        sley_pipe_write(&self->answers, &message, sizeof message);
        if (message.last) {
            return NULL;
        }
        if (self->on_demand) {
            sley_semaphore_release(&self->idle);
        }
    }
}

static void
worker_start(struct pool *self)
{
    self->workers[self->started] = sley_spawn(serve, self);
    self->started++;
}

static void
workers_start(struct pool *self)
{
    uint32_t most = self->workers_max + (sley_fault_is(SLEY_FAULT_PROCESS_POOL_NO_CAP) ? 1 : 0);
    if (self->on_demand) {
        if (!sley_semaphore_try(&self->idle) && self->started - self->ended < most) {
            worker_start(self);
        }
        return;
    }
    while (self->started - self->ended < most) {
        worker_start(self);
    }
}

/* Waits for one answer, whichever comes first. */
static void
collect(struct pool *self)
{
    struct message message;
    sley_pipe_read(&self->answers, &message, sizeof message);
    uint32_t at =
        sley_fault_is(SLEY_FAULT_PROCESS_POOL_UNORDERED) ? self->answered : message.number;
    self->answer[at] = message;
    self->answered++;
    if (message.last) {
        self->ended++;
        if (self->sent > self->answered) {
            worker_start(self);
        }
    }
}

static uint32_t
submit(struct pool *self, void *(*entry)(void *), void *const *words, uint32_t count)
{
    sley_check(self->sent < SLEY_PROCESS_POOL_ITEMS_MAX);
    while (self->sent - self->answered >= OUTSTANDING_MAX) {
        collect(self);
    }
    struct message message = {.number = self->sent, .count = (uint16_t)count, .entry = entry};
    for (uint32_t i = 0; i < count; i++) {
        message.word[i] = words[i];
    }
    sley_hand_over(SLEY_HAND_OVER_PROCESS);
    sley_pipe_write(&self->work, &message, sizeof message);
    self->sent++;
    workers_start(self);
    return message.number;
}

uint32_t
sley_process_pool_submit(struct sley_process_pool *pool, void *(*entry)(void *), void *argument)
{
    return submit(pool_of(pool), entry, &argument, 1);
}

static const struct message *
answer_of(struct pool *self, uint32_t number)
{
    sley_check(number < self->sent);
    while (!self->answer[number].entry) {
        collect(self);
    }
    return &self->answer[number];
}

void *
sley_process_pool_result(struct sley_process_pool *pool, uint32_t number)
{
    return answer_of(pool_of(pool), number)->word[0];
}

void
sley_process_pool_map(struct sley_process_pool *pool, void *(*entry)(void *),
                      void *const *arguments, void **results, uint32_t count, uint32_t chunk)
{
    struct pool *self = pool_of(pool);
    sley_check(chunk >= 1 && chunk <= SLEY_PROCESS_POOL_CHUNK_MAX);
    uint32_t number = self->sent;
    for (uint32_t first = 0; first < count; first += chunk) {
        submit(self, entry, &arguments[first], first + chunk < count ? chunk : count - first);
    }
    for (uint32_t first = 0; first < count; first += chunk) {
        const struct message *answer = answer_of(self, number++);
        for (uint32_t i = 0; i < chunk && first + i < count; i++) {
            results[first + i] = answer->word[i];
        }
    }
}

uint32_t
sley_process_pool_started(const struct sley_process_pool *pool)
{
    return pool_of(pool)->started;
}

void
sley_process_pool_shutdown(struct sley_process_pool *pool)
{
    struct pool *self = pool_of(pool);
    while (self->answered < self->sent) {
        collect(self);
    }
    struct message end = {.entry = NULL};
    for (uint32_t i = self->ended; i < self->started; i++) {
        sley_pipe_write(&self->work, &end, sizeof end);
    }
    for (uint32_t i = 0; i < self->started; i++) {
        sley_join(self->workers[i]);
    }
}
