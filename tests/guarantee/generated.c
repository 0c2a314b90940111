#include "guarantee/generated.h"

#include "base/rng.h"
#include "pthread/front.h"

#include <stdio.h>
#include <string.h>

/* What the compiler would put before the accesses, had it compiled the program. */
void __tsan_read4(void *address);
void __tsan_write4(void *address);

enum operation_kind {
    READ,
    WRITE,
    ADD, /* a read and a write */
    LOCK,
    TRY_LOCK, /* if it succeeds: adds to a variable and unlocks */
    UNLOCK,
    WAIT, /* on the condition variable, with a lock */
    SIGNAL,
    BROADCAST,
    TAKE, /* from the semaphore */
    POST,
    YIELD,
    OPERATION_COUNT,
};

/* --- the world of a run --- */

static const struct generated *running;
static int variables[VARIABLES];
static pthread_mutex_t locks[LOCKS];
static pthread_cond_t condition;
static sem_t semaphore;
static uint64_t seen[WORKERS_MAX]; /* digest of what each worker read, and how far it came */

static void
note(uint32_t worker, uint64_t value)
{
    seen[worker] = sley_mix64(seen[worker] ^ value);
}

static void
read_variable(uint32_t worker, uint32_t object)
{
    __tsan_read4(&variables[object]);
    note(worker, (uint64_t)variables[object]);
}

static void
write_variable(uint32_t object, int value)
{
    __tsan_write4(&variables[object]);
    variables[object] = value;
}

static void
add(uint32_t object)
{
    __tsan_read4(&variables[object]);
    int value = variables[object];
    write_variable(object, value + 1);
}

static void
try_lock(uint32_t worker, uint32_t object)
{
    int error = sley_pthread_mutex_trylock(&locks[object]);
    note(worker, (uint64_t)error);
    if (error == 0) {
        add(object);
        sley_pthread_mutex_unlock(&locks[object]);
    }
}

static void
execute(uint32_t worker, uint32_t index, const struct operation *operation)
{
    uint32_t object = operation->object;
    switch ((enum operation_kind)operation->kind) {
    case READ:
        read_variable(worker, object);
        break;
    case WRITE:
        write_variable(object, (int)(100 * (worker + 1) + index));
        break;
    case ADD:
        add(object);
        break;
    case LOCK:
        sley_pthread_mutex_lock(&locks[object]);
        break;
    case TRY_LOCK:
        try_lock(worker, object);
        break;
    case UNLOCK:
        sley_pthread_mutex_unlock(&locks[object]);
        break;
    case WAIT:
        sley_pthread_cond_wait(&condition, &locks[object]);
        break;
    case SIGNAL:
        sley_pthread_cond_signal(&condition);
        break;
    case BROADCAST:
        sley_pthread_cond_broadcast(&condition);
        break;
    case TAKE:
        sley_sem_wait(&semaphore);
        break;
    case POST:
        sley_sem_post(&semaphore);
        break;
    case YIELD:
        sley_sched_yield();
        break;
    case OPERATION_COUNT:
        break;
    }
    note(worker, index + 1000);
}

static void *
work(void *argument)
{
    uint32_t worker = (uint32_t)(uintptr_t)argument;
    for (uint32_t i = 0; i < running->count[worker]; i++) {
        execute(worker, i, &running->operation[worker][i]);
    }
    return NULL;
}

static void *
entry(void *unused)
{
    pthread_t ids[WORKERS_MAX];
    memset(variables, 0, sizeof variables);
    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < LOCKS; i++) {
        locks[i] = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    }
    condition = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    memset(&semaphore, 0, sizeof semaphore);
    sley_sem_init(&semaphore, 0, running->semaphore);
    for (uint32_t i = 0; i < running->worker_count; i++) {
        sley_pthread_create(&ids[i], NULL, work, (void *)(uintptr_t)i);
    }
    for (uint32_t i = 0; i < running->worker_count; i++) {
        sley_pthread_join(ids[i], NULL);
    }
    return unused;
}

/* --- generation --- */

/* What a program draws its operations from: everything, or what goes well together. */
static const enum operation_kind everything[] = {READ, WRITE,  ADD,       LOCK, TRY_LOCK, UNLOCK,
                                                 WAIT, SIGNAL, BROADCAST, TAKE, POST,     YIELD};
static const enum operation_kind locking[] = {LOCK, LOCK, LOCK, TRY_LOCK, UNLOCK, ADD};
static const enum operation_kind waiting[] = {LOCK, WAIT, WAIT, SIGNAL, BROADCAST, UNLOCK, WRITE};
static const enum operation_kind yielding[] = {READ, WRITE, YIELD, YIELD};

static const struct {
    const enum operation_kind *kinds;
    uint32_t count;
} palettes[] = {
    {everything, sizeof everything / sizeof everything[0]},
    {locking, sizeof locking / sizeof locking[0]},
    {waiting, sizeof waiting / sizeof waiting[0]},
    {yielding, sizeof yielding / sizeof yielding[0]},
};

enum { PALETTES = sizeof palettes / sizeof palettes[0] };

/* Draws operations for one worker. A lock is released only by its holder, and waited with only by
 * its holder; one in five tasks leaves its locks locked. */
static void
generate_worker(struct generated *program, uint32_t worker, uint32_t operations_max,
                struct sley_rng *rng)
{
    struct operation *operations = program->operation[worker];
    bool held[LOCKS] = {false};
    uint32_t palette = (uint32_t)program->seed % PALETTES;
    uint32_t drawn = 2 + (uint32_t)sley_rng_below(rng, operations_max - 1);
    uint32_t count = 0;
    for (; count < drawn; count++) {
        enum operation_kind kind =
            palettes[palette].kinds[sley_rng_below(rng, palettes[palette].count)];
        bool on_lock = kind == LOCK || kind == TRY_LOCK || kind == UNLOCK || kind == WAIT;
        uint32_t object = (uint32_t)sley_rng_below(rng, on_lock ? LOCKS : VARIABLES);
        if ((kind == UNLOCK || kind == WAIT) && !held[object]) {
            kind = LOCK;
        }
        if (kind == LOCK && held[object] && sley_rng_below(rng, 8) != 0) {
            kind = UNLOCK;
        }
        if (kind == LOCK || kind == UNLOCK) {
            held[object] = kind == LOCK;
        }
        operations[count] = (struct operation){kind, object};
    }
    bool leaves = sley_rng_below(rng, 5) == 0;
    for (uint32_t i = 0; i < LOCKS && !leaves; i++) {
        if (held[i]) {
            operations[count++] = (struct operation){UNLOCK, i};
        }
    }
    program->count[worker] = count;
}

void
generated_init(struct generated *program, uint64_t seed)
{
    struct sley_rng rng;
    sley_rng_init(&rng, seed, 0);
    memset(program, 0, sizeof *program);
    program->seed = seed;
    program->worker_count = 2 + (uint32_t)sley_rng_below(&rng, 2);
    program->semaphore = (uint32_t)sley_rng_below(&rng, 2);
    program->spurious_max = (uint32_t)sley_rng_below(&rng, 2);
    uint32_t operations_max = program->worker_count == 2 ? OPERATIONS_MAX : OPERATIONS_MAX - 1;
    for (uint32_t worker = 0; worker < program->worker_count; worker++) {
        generate_worker(program, worker, operations_max, &rng);
    }
}

/* --- runs --- */

static uint64_t
outcome_of(uint32_t verdicts)
{
    uint64_t key = sley_mix64(verdicts);
    for (uint32_t i = 0; i < VARIABLES; i++) {
        key = sley_mix64(key ^ (uint64_t)variables[i]);
    }
    for (uint32_t i = 0; i < WORKERS_MAX; i++) {
        key = sley_mix64(key ^ seen[i]);
    }
    return key;
}

uint64_t
generated_run(const struct generated *program, struct sley_source source,
              struct sley_run_result *result)
{
    struct sley_run_options options = {
        .source = source,
        .entry = entry,
        .spurious_max = program->spurious_max,
        .task_end = sley_pthread_task_end,
    };
    running = program;
    sley_engine_run(&options, result);
    return outcome_of(result->verdicts);
}

void
generated_print(const struct generated *program)
{
    static const char *const names[OPERATION_COUNT] = {"read",      "write",  "add",  "lock",
                                                       "trylock",   "unlock", "wait", "signal",
                                                       "broadcast", "take",   "post", "yield"};
    for (uint32_t worker = 0; worker < program->worker_count; worker++) {
        fprintf(stderr, "  task %u:", worker + 1);
        for (uint32_t i = 0; i < program->count[worker]; i++) {
            const struct operation *operation = &program->operation[worker][i];
            fprintf(stderr, " %s %u;", names[operation->kind], operation->object);
        }
        fprintf(stderr, "\n");
    }
}
