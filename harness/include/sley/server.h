/* Several workers that accept from one listening socket, as the processes of a web server do. A
 * part of sley.h.
 *
 * A connection that arrives wakes one of the workers that poll, which one the outside decides. A
 * worker that runs accepts up to a batch of what is waiting, and whatever it accepted stays with
 * it: nothing rebalances. */
#ifndef SLEY_SERVER_H
#define SLEY_SERVER_H

#include <sley/model.h>

struct sley_server {
    uint64_t storage[768];
};

enum { SLEY_SERVER_WORKERS_MAX = 8, SLEY_SERVER_BACKLOG_MAX = 64 };

struct sley_server_options {
    uint32_t workers; /* 1..SLEY_SERVER_WORKERS_MAX */
    uint32_t batch;   /* connections accepted in one go; 0: all that wait (asyncio) */
    bool reuse_port;  /* SO_REUSEPORT: each worker has a backlog of its own, by hash */
};

void sley_server_init(struct sley_server *server, const struct sley_server_options *options);

/* A connection arrives from port, with so many requests to come on it (keep-alive; 1: one-shot).
 * False: refused, since the backlog is full or the server closed. */
bool sley_server_connect(struct sley_server *server, uint32_t port, uint32_t requests);

/* Worker index's life: accepts, and calls handle(worker, port) for each request of what it
 * accepted, one after the other, until the server is closed and nothing waits for it. */
void sley_server_serve(struct sley_server *server, uint32_t worker,
                       void (*handle)(uint32_t worker, uint32_t port));

/* No more connections; workers end when their backlog is empty. */
void sley_server_close(struct sley_server *server);

/* What the worker accepted, and served, so far. */
uint32_t sley_server_connections(struct sley_server *server, uint32_t worker);
uint32_t sley_server_requests(struct sley_server *server, uint32_t worker);
void sley_server_destroy(struct sley_server *server);

#endif
