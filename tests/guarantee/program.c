#include "guarantee/program.h"

#include <base/rng.h>
#include <string.h>

/* --- runs --- */

static const struct program *running;
static program_order order;
static uint64_t objects[PROGRAM_OBJECTS_MAX];
static struct sley_gate locks[PROGRAM_OBJECTS_MAX];

static void
act(char letter, uint32_t object)
{
    uintptr_t address = (uintptr_t)&objects[object];
    struct sley_gate *lock = &locks[object];
    uintptr_t pc = 1;
    switch (letter) {
    case 'w':
        sley_point(SLEY_OP_WRITE, address, pc);
        break;
    case 'r':
        sley_point(SLEY_OP_READ, address, pc);
        break;
    case 'l':
        sley_point_gate(SLEY_OP_LOCK, lock, UINT64_MAX, pc);
        lock->owner = (int32_t)sley_engine.task;
        sley_gate_set(lock, false);
        break;
    case 'u':
        sley_point(SLEY_OP_UNLOCK, lock->object, pc);
        lock->owner = -1;
        sley_gate_set(lock, true);
        break;
    case 'j':
        sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[object].done, UINT64_MAX, pc);
        break;
    default:
        sley_point_yield(pc);
        break;
    }
    order = order * 4 + sley_engine.task;
}

static void *
task_run(void *operations)
{
    for (const char *at = operations; *at; at += 2) {
        act(at[0], (uint32_t)(at[1] - '0'));
    }
    return NULL;
}

static void
execute(void)
{
    for (uint32_t i = 0; i < PROGRAM_OBJECTS_MAX; i++) {
        sley_gate_init(&locks[i], SLEY_WAIT_MUTEX, (uintptr_t)&locks[i]);
    }
    for (uint32_t t = 1; t < running->task_count; t++) {
        sley_task_spawn(task_run, (void *)(uintptr_t)running->task[t], NULL, 1);
    }
    task_run((void *)(uintptr_t)running->task[0]);
}

static void *
program_entry(void *unused)
{
    execute();
    return unused;
}

program_order
program_execute(const struct program *program)
{
    running = program;
    order = 1;
    execute();
    return order;
}

program_order
program_run(const struct program *program, struct sley_source source,
            struct sley_run_result *result)
{
    static struct sley_run_result unseen;
    struct sley_run_options options = {.source = source, .entry = program_entry, .canonical = true};
    running = program;
    order = 1;
    sley_engine_run(&options, result ? result : &unseen);
    return order;
}

program_order
program_order_of(const char *tasks)
{
    program_order read = 1;
    for (; *tasks; tasks++) {
        read = read * 4 + (program_order)(*tasks - '0');
    }
    return read;
}

/* --- the model --- */

struct program_state
program_begin(const struct program *program, bool begun)
{
    struct program_state state = {.program = program, .order = 1};
    for (uint32_t t = 0; t < PROGRAM_TASKS_MAX; t++) {
        state.begun[t] = begun || t == 0;
    }
    memset(state.owner, -1, sizeof state.owner);
    return state;
}

char
program_next(const struct program_state *state, uint32_t task)
{
    return state->program->task[task][2 * state->done[task]];
}

uint32_t
program_object(const struct program_state *state, uint32_t task)
{
    return (uint32_t)(state->program->task[task][2 * state->done[task] + 1] - '0');
}

bool
program_over(const struct program_state *state)
{
    return program_next(state, 0) == '\0';
}

static bool
enabled(const struct program_state *state, uint32_t task)
{
    char letter = program_next(state, task);
    if (letter == 'l') {
        return state->owner[program_object(state, task)] < 0;
    }
    if (letter == 'j') {
        return program_next(state, program_object(state, task)) == '\0';
    }
    return letter != '\0';
}

uint32_t
program_candidates(const struct program_state *state, uint8_t tasks[PROGRAM_TASKS_MAX])
{
    uint32_t count = 0;
    for (uint32_t t = 0; t < state->program->task_count; t++) {
        if (!state->begun[t] || enabled(state, t)) {
            tasks[count++] = (uint8_t)t;
        }
    }
    return count;
}

bool
program_conflict(const struct program_state *state, uint32_t a, uint32_t b)
{
    char x = program_next(state, a);
    char y = program_next(state, b);
    bool locks_both = (x == 'l' || x == 'u') && (y == 'l' || y == 'u');
    bool accesses = (x == 'w' && (y == 'w' || y == 'r')) || (x == 'r' && y == 'w');
    return (locks_both || accesses) && program_object(state, a) == program_object(state, b);
}

bool
program_step(struct program_state *state, uint32_t task)
{
    char letter = program_next(state, task);
    state->current = task;
    if (!state->begun[task]) {
        state->begun[task] = true;
        return false;
    }
    if (letter == 'l') {
        state->owner[program_object(state, task)] = (int8_t)task;
    } else if (letter == 'u') {
        state->owner[program_object(state, task)] = -1;
    }
    state->done[task]++;
    state->order = state->order * 4 + task;
    return true;
}

/* --- classes --- */

struct operation {
    uint32_t task;
    uint32_t number; /* within the task */
    char letter;
    uint32_t object;
};

static bool
conflict(const struct operation *a, const struct operation *b)
{
    bool at_locks = strchr("lu", a->letter) && strchr("lu", b->letter);
    bool joins = a->letter == 'j' && b->letter == 'j';
    bool accesses =
        (a->letter == 'w' && strchr("wr", b->letter)) || (a->letter == 'r' && b->letter == 'w');
    return a->task != b->task && a->object == b->object && (at_locks || joins || accesses);
}

static uint64_t
digest_pair(const struct operation *first, const struct operation *second)
{
    return sley_mix64((uint64_t)first->task << 48 | (uint64_t)first->number << 32 |
                      (uint64_t)second->task << 16 | second->number);
}

/* Operations of the order, at most 30. */
static uint32_t
list_operations(const struct program *program, program_order taken, struct operation *operation)
{
    uint32_t digits = 0, next[PROGRAM_TASKS_MAX] = {0};
    while (taken >> (2 * digits) > 1) {
        digits++;
    }
    for (uint32_t i = 0; i < digits; i++) {
        uint32_t task = taken >> (2 * (digits - 1 - i)) & 3;
        const char *at = &program->task[task][2 * (size_t)next[task]];
        operation[i] = (struct operation){task, next[task]++, at[0], (uint32_t)(at[1] - '0')};
    }
    return digits;
}

uint64_t
program_class(const struct program *program, program_order taken)
{
    struct operation operation[32];
    uint32_t count = list_operations(program, taken, operation);
    uint64_t digest = 1;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = i + 1; j < count; j++) {
            if (conflict(&operation[i], &operation[j])) {
                digest += digest_pair(&operation[i], &operation[j]);
            }
        }
        /* A deadlock cuts runs off at different operations. */
        digest += digest_pair(&operation[i], &operation[i]);
    }
    return digest;
}
