/* A server of several workers on one listening socket: who is woken is the outside's business, a
 * batch is a bound, nothing is lost. */
#include "scenarios/object.h"

enum { WORKERS = 2 };

static struct sley_server server;
static struct sley_barrier together;
static uintptr_t workers[WORKERS];
static uint32_t clients, requests;

static void *
work(void *index)
{
    sley_server_serve(&server, (uint32_t)(uintptr_t)index, 0);
    return index;
}

static void
begin(const struct sley_server_options *options, void *(*life)(void *))
{
    sley_server_init(&server, options);
    for (intptr_t i = 0; i < WORKERS; i++) {
        workers[i] = sley_spawn(life, (void *)i);
    }
}

/* The requests that the busiest worker served. */
static uint32_t
end(void)
{
    uint32_t most = 0;
    sley_server_close(&server);
    for (uint32_t i = 0; i < WORKERS; i++) {
        sley_join(workers[i]);
        uint32_t count = sley_server_requests(&server, i);
        most = count > most ? count : most;
    }
    return most;
}

static uint32_t
requests_in_all(void)
{
    return sley_server_requests(&server, 0) + sley_server_requests(&server, 1);
}

static void
every_request_once(void)
{
    struct sley_server_options options = {.workers = WORKERS};
    options.batch = (uint32_t)sley_draw(0, 2);
    options.reuse_port = sley_draw(0, 1);
    clients = (uint32_t)sley_draw(0, 4);
    requests = (uint32_t)sley_draw(1, 2);
    begin(&options, work);
    for (uint32_t port = 0; port < clients; port++) {
        sley_check(sley_server_connect(&server, port, requests));
    }
    end();
    sley_check(requests_in_all() == clients * requests);
    sley_check(sley_server_connections(&server, 0) + sley_server_connections(&server, 1) ==
               clients);
    sley_check(!sley_server_connect(&server, 0, 1));
    sley_server_destroy(&server);
}

/* Time is strict here: both workers poll when the connection comes. */
static void
second_is_woken(void)
{
    begin(&(struct sley_server_options){.workers = WORKERS}, work);
    sley_sleep_ms(10);
    sley_server_connect(&server, 1, 1);
    sley_sleep_ms(10);
    end();
    sley_check(sley_server_requests(&server, 1) == 0);
}

static void
first_is_woken(void)
{
    begin(&(struct sley_server_options){.workers = WORKERS}, work);
    sley_sleep_ms(10);
    sley_server_connect(&server, 1, 1);
    sley_sleep_ms(10);
    end();
    sley_check(sley_server_requests(&server, 0) == 0);
}

static void
meet(uint32_t worker, uint32_t port)
{
    (void)worker;
    (void)port;
    sley_barrier_wait(&together);
}

static void *
work_together(void *index)
{
    sley_server_serve(&server, (uint32_t)(uintptr_t)index, meet);
    return index;
}

/* Two requests that need each other, accepted one at a time: each worker must get one. */
static void
batch_of_one(void)
{
    sley_barrier_init(&together, WORKERS);
    begin(&(struct sley_server_options){.workers = WORKERS, .batch = 1}, work_together);
    sley_server_connect(&server, 0, 1);
    sley_server_connect(&server, 1, 1);
    sley_check(end() == 1);
}

const struct sley_property sley_scenario_object_server[] = {
    {
        SLEY_CONTRACT("object-server.exactly-once", "listen(2), accept(2)",
                      "every request of every connection is served once, by one worker",
                      every_request_once),
    },
    {
        .name = "object-server.wake-order",
        .claim = "contract",
        .source = "epoll(7)",
        .says = "a connection may wake the second of two workers that poll",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = second_is_woken,
        .strict_time = true,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        .name = "object-server.wake-order.first",
        .claim = "contract",
        .source = "epoll(7)",
        .says = "a connection may wake the first of two workers that poll",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = first_is_woken,
        .strict_time = true,
        .expect = {SLEY_SHARING_CONFIRMED},
    },
    {
        SLEY_CONTRACT("object-server.batch", "accept(2)",
                      "with a batch of one, two workers accept one of two connections each",
                      batch_of_one),
    },
    {0},
};
