/* Worker processes behind one listening socket (000:389): who is woken accepts all that wait, and
 * keeps what it has accepted. */
#include <sley/shared.h>

enum { WORKERS = 2, KEEP_ALIVE_PORTS = 8, HASHED_PORTS = 12, ROUNDS = 4 };

struct shared;

struct worker {
    struct shared *shared;
    uint32_t index;
    uintptr_t task;
};

/* What the workers' processes have in common. */
struct shared {
    struct sley_server server;
    struct sley_semaphore served;
    struct worker workers[WORKERS];
};

static struct shared *shared;

static void
begin(const struct sley_server_options *options, void *(*life)(void *))
{
    shared = sley_shared_allocate(sizeof *shared);
    sley_server_init(&shared->server, options);
    sley_semaphore_init(&shared->served, 0);
    for (uint32_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &shared->workers[i];
        worker->shared = shared;
        worker->index = i;
        worker->task = sley_spawn(life, worker);
    }
}

/* The requests that the busiest worker served. */
static uint32_t
end(void)
{
    uint32_t most = 0;
    sley_server_close(&shared->server);
    for (uint32_t i = 0; i < WORKERS; i++) {
        sley_join(shared->workers[i].task);
        uint32_t count = sley_server_requests(&shared->server, i);
        most = count > most ? count : most;
    }
    return most;
}

/* A share of at most 60 per cent for the busiest of two. */
static bool
is_balanced(uint32_t most, uint32_t all)
{
    return most * 10 <= all * 6;
}

static void *
work(void *argument)
{
    const struct worker *self = argument;
    sley_server_serve(&self->shared->server, self->index, NULL);
    return NULL;
}

static void
keep_alive(void)
{
    begin(&(struct sley_server_options){.workers = WORKERS}, work);
    for (uint32_t port = 0; port < KEEP_ALIVE_PORTS; port++) {
        sley_server_connect(&shared->server, port, 2);
    }
}

static void
balanced(void)
{
    keep_alive();
    sley_check(is_balanced(end(), 2 * KEEP_ALIVE_PORTS));
}

static void
not_all_to_one(void)
{
    keep_alive();
    sley_check(end() < 2 * KEEP_ALIVE_PORTS);
}

/* Of clients whose ports follow each other. */
static void
balanced_by_hash(void)
{
    uint32_t port = (uint32_t)sley_draw(1024, 30000);
    begin(&(struct sley_server_options){.workers = WORKERS, .reuse_port = true}, work);
    for (uint32_t i = 0; i < HASHED_PORTS; i++) {
        sley_server_connect(&shared->server, port + i, 1);
    }
    sley_check(is_balanced(end(), HASHED_PORTS));
}

static void
answer(uint32_t worker, uint32_t port)
{
    (void)worker;
    (void)port;
    sley_sleep_ms(10);
    sley_semaphore_release(&shared->served);
}

static void *
work_slowly(void *argument)
{
    const struct worker *self = argument;
    sley_server_serve(&self->shared->server, self->index, answer);
    return NULL;
}

/* Two connections at a time, each for one request; time is strict, so that a worker that serves
 * does not poll. */
static void
balanced_one_shot(void)
{
    begin(&(struct sley_server_options){.workers = WORKERS, .batch = 1}, work_slowly);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        sley_server_connect(&shared->server, 2 * round, 1);
        sley_server_connect(&shared->server, 2 * round + 1, 1);
        sley_semaphore_acquire(&shared->served);
        sley_semaphore_acquire(&shared->served);
    }
    sley_check(is_balanced(end(), 2 * ROUNDS));
}

static const char stays[] = "whoever runs first accepts all that wait, and nothing rebalances";
static const char of_processes[] = "the claim speaks of processes";

#define SERVER(property, id, condition, text, entry, found, why)                                   \
    .name = property, .claim = id, .source = "000:389", .when = condition, .says = text,           \
    .quantifier = SLEY_ALWAYS, .body = entry,                                                      \
    .expect = {{"thread", SLEY_NOT_APPLICABLE, of_processes},                                      \
               {"coroutine", SLEY_NOT_APPLICABLE, of_processes},                                   \
               {"process", found, why}}

#define BALANCE "loop-multi-worker-load-balance"
#define FAIR "of two workers none serves more than 60 per cent of the requests"

const struct sley_property sley_scenario_server_balance[] = {
    {
        SERVER(BALANCE, BALANCE, "keep-alive connections on one socket", FAIR, balanced,
               SLEY_REFUTED, stays),
        .runs = 200,
    },
    {
        SERVER("loop-multi-worker-load-balance.takes-all", BALANCE,
               "keep-alive connections on one socket", "of two workers none serves every request",
               not_all_to_one, SLEY_REFUTED, stays),
        .runs = 200,
    },
    {
        SERVER("loop-multi-worker-load-balance.reuse-port", BALANCE,
               "SO_REUSEPORT, and 12 keep-alive connections", FAIR, balanced_by_hash,
               SLEY_CONFIRMED, ""),
        .runs = 200,
    },
    {
        SERVER("loop-multi-worker-load-balance.one-shot", BALANCE,
               "a connection for each request, two at a time, accepted one by one", FAIR,
               balanced_one_shot, SLEY_CONFIRMED, ""),
        .runs = 500,
        .strict_time = true,
        .falsifier = BALANCE,
    },
    {0},
};
