/* One listening socket, or one for each worker, and the workers that poll it. */
#include "models/common/common.h"

struct connection {
    uint32_t port;
    uint32_t requests;
};

/* What a socket holds that nobody accepted yet. */
struct backlog {
    uint32_t first;
    uint32_t count;
    struct connection waiting[SLEY_SERVER_BACKLOG_MAX];
};

struct worker {
    struct sley_condition ready;
    bool polls; /* waits to be told of a connection */
    bool woken; /* it was told, and did not run yet */
    uint32_t connections;
    uint32_t requests;
};

struct server {
    struct sley_lock lock;
    struct sley_server_options options;
    bool closed;
    struct worker workers[SLEY_SERVER_WORKERS_MAX];
    struct backlog backlogs[SLEY_SERVER_WORKERS_MAX]; /* the first, or one for each worker */
};

static struct server *
server_of(struct sley_server *server)
{
    _Static_assert(sizeof(struct server) <= sizeof(struct sley_server), "no room for a server");
    return (struct server *)server->storage;
}

void
sley_server_init(struct sley_server *server, const struct sley_server_options *options)
{
    struct server *self = server_of(server);
    sley_check(options->workers >= 1 && options->workers <= SLEY_SERVER_WORKERS_MAX);
    sley_lock_init(&self->lock);
    self->options = *options;
    self->closed = false;
    for (uint32_t i = 0; i < options->workers; i++) {
        struct worker *worker = &self->workers[i];
        sley_condition_init(&worker->ready, &self->lock);
        worker->polls = worker->woken = false;
        worker->connections = worker->requests = 0;
        self->backlogs[i].first = self->backlogs[i].count = 0;
    }
}

static struct backlog *
backlog_of(struct server *self, uint32_t worker)
{
    return &self->backlogs[self->options.reuse_port ? worker : 0];
}

/* Which worker's socket a port's connections come to: a hash of the address, as the kernel does. */
static uint32_t
worker_of(const struct server *self, uint32_t port)
{
    if (sley_fault_is(SLEY_FAULT_SERVER_NO_HASH)) {
        return 0;
    }
    return (port * UINT32_C(2654435769) >> 16) % self->options.workers;
}

static void
wake(struct worker *worker)
{
    worker->polls = false;
    worker->woken = true;
    sley_condition_notify(&worker->ready, 1);
}

/* One of those that poll the shared socket; the outside decides which. None: whoever runs will look
 * at the backlog before it polls again. */
static void
wake_any(struct server *self)
{
    uint32_t polling[SLEY_SERVER_WORKERS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < self->options.workers; i++) {
        if (self->workers[i].polls) {
            polling[count++] = i;
        }
    }
    if (count > 0) {
        uint32_t index = sley_fault_is(SLEY_FAULT_SERVER_FIRST) ? 0 : sley_outside(count);
        wake(&self->workers[polling[index]]);
    }
}

bool
sley_server_connect(struct sley_server *server, uint32_t port, uint32_t requests)
{
    struct server *self = server_of(server);
    sley_lock_acquire(&self->lock);
    uint32_t worker = self->options.reuse_port ? worker_of(self, port) : 0;
    struct backlog *backlog = backlog_of(self, worker);
    bool takes = !self->closed && backlog->count < SLEY_SERVER_BACKLOG_MAX;
    if (takes) {
        uint32_t at = (backlog->first + backlog->count) % SLEY_SERVER_BACKLOG_MAX;
        backlog->waiting[at] = (struct connection){port, requests};
        backlog->count++;
        if (!self->options.reuse_port) {
            wake_any(self);
        } else if (self->workers[worker].polls) {
            wake(&self->workers[worker]);
        }
    }
    sley_lock_release(&self->lock);
    return takes;
}

/* Under the lock: takes up to a batch. What is left needs no wake-up: each arrival woke a worker,
 * as long as one polled, and a worker looks before it polls again. */
static uint32_t
accept_batch(struct server *self, uint32_t index, struct connection *accepted)
{
    struct backlog *backlog = backlog_of(self, index);
    uint32_t batch = self->options.batch;
    uint32_t count = 0;
    if (batch == 0 || sley_fault_is(SLEY_FAULT_SERVER_NO_BATCH)) {
        batch = SLEY_SERVER_BACKLOG_MAX;
    }
    while (count < batch && backlog->count > 0) {
        accepted[count++] = backlog->waiting[backlog->first];
        backlog->first = (backlog->first + 1) % SLEY_SERVER_BACKLOG_MAX;
        backlog->count--;
    }
    self->workers[index].connections += count;
    if (sley_fault_is(SLEY_FAULT_SERVER_DROPS)) {
        backlog->count = 0;
    }
    return count;
}

/* Waits for connections; 0: the server is closed and nothing waits. */
static uint32_t
accept_some(struct server *self, uint32_t index, struct connection *accepted)
{
    struct worker *worker = &self->workers[index];
    sley_lock_acquire(&self->lock);
    while (backlog_of(self, index)->count == 0 && !self->closed) {
        worker->polls = true;
        worker->woken = false;
        while (!worker->woken) {
            sley_condition_wait(&worker->ready);
        }
    }
    uint32_t count = accept_batch(self, index, accepted);
    sley_lock_release(&self->lock);
    return count;
}

static void
serve_connection(struct server *self, uint32_t index, const struct connection *connection,
                 void (*handle)(uint32_t worker, uint32_t port))
{
    for (uint32_t i = 0; i < connection->requests; i++) {
        if (handle) {
            handle(index, connection->port);
        }
        sley_lock_acquire(&self->lock);
        sley_add(&self->workers[index].requests, 1);
        sley_lock_release(&self->lock);
    }
}

void
sley_server_serve(struct sley_server *server, uint32_t worker,
                  void (*handle)(uint32_t worker, uint32_t port))
{
    struct server *self = server_of(server);
    struct connection accepted[SLEY_SERVER_BACKLOG_MAX];
    uint32_t count;
    while ((count = accept_some(self, worker, accepted)) > 0) {
        for (uint32_t i = 0; i < count; i++) {
            serve_connection(self, worker, &accepted[i], handle);
        }
    }
}

void
sley_server_close(struct sley_server *server)
{
    struct server *self = server_of(server);
    sley_lock_acquire(&self->lock);
    self->closed = true;
    for (uint32_t i = 0; i < self->options.workers; i++) {
        wake(&self->workers[i]);
    }
    sley_lock_release(&self->lock);
}

uint32_t
sley_server_connections(struct sley_server *server, uint32_t worker)
{
    struct server *self = server_of(server);
    sley_lock_acquire(&self->lock);
    uint32_t connections = self->workers[worker].connections;
    sley_lock_release(&self->lock);
    return connections;
}

uint32_t
sley_server_requests(struct sley_server *server, uint32_t worker)
{
    struct server *self = server_of(server);
    sley_lock_acquire(&self->lock);
    uint32_t requests = self->workers[worker].requests;
    sley_lock_release(&self->lock);
    return requests;
}

void
sley_server_destroy(struct sley_server *server)
{
    struct server *self = server_of(server);
    for (uint32_t i = 0; i < self->options.workers; i++) {
        sley_condition_destroy(&self->workers[i].ready);
    }
    sley_lock_destroy(&self->lock);
}
