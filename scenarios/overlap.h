/* Programs of steps for tasks whose lifetimes overlap, for the scenarios overlap and
 * overlap_process.
 *
 * A task is a short program of steps, drawn: bytecodes, a call of C code that releases the
 * interpreter lock or keeps it, a wait for the outside. It is handed over as the task's argument, a
 * byte for each step, so that nothing has to be shared. The machine's counters are the oracle. */
#ifndef SLEY_SCENARIOS_OVERLAP_H
#define SLEY_SCENARIOS_OVERLAP_H

#include <sley/gil.h>
#include <sley/machine.h>
#include <sley/sley.h>

enum { TASKS_MAX = 8, STEPS_MAX = 8, DURATION_MAX = 63, CORES_MAX = 8 };

enum step { BYTECODES, RELEASED, HELD, WAIT };

static inline void *
run_steps(void *program)
{
    for (uintptr_t rest = (uintptr_t)program; rest; rest >>= 8) {
        uint32_t duration_us = rest & DURATION_MAX;
        switch ((enum step)(rest >> 6 & 3)) {
        case BYTECODES:
            sley_compute_us(duration_us);
            break;
        case RELEASED:
        case HELD:
            sley_call_us(duration_us, (rest >> 6 & 3) == RELEASED);
            break;
        case WAIT:
            sley_io_us(duration_us);
            break;
        }
    }
    return NULL;
}

/* 1 to 8 steps, each of a kind between the two given. */
static inline uintptr_t
draw_program(enum step low, enum step high)
{
    uintptr_t program = 0;
    int count = sley_draw(1, STEPS_MAX);
    for (int i = 0; i < count; i++) {
        uintptr_t kind = (uintptr_t)sley_draw(low, high);
        program = program << 8 | kind << 6 | (uintptr_t)sley_draw(1, DURATION_MAX);
    }
    return program;
}

struct overlap {
    int cores;
    int count; /* of the tasks */
    struct sley_usage usage;
};

typedef uintptr_t spawner(void *(*entry)(void *), void *argument);

/* Runs 2 to 8 tasks of such steps; all are started before the first is awaited. A switch interval
 * of microseconds makes the lock change hands often. */
static inline struct overlap
overlap(int cores_low, int cores_high, enum step low, enum step high, spawner *spawn)
{
    uintptr_t programs[TASKS_MAX], tasks[TASKS_MAX];
    struct overlap seen = {.count = sley_draw(2, TASKS_MAX)};
    seen.cores = sley_draw(cores_low, cores_high);
    sley_machine_set((uint32_t)seen.cores, "ideal");
    sley_gil_interval((uint32_t)sley_draw(1, 100));
    for (int i = 0; i < seen.count; i++) {
        programs[i] = draw_program(low, high);
    }
    for (int i = 0; i < seen.count; i++) {
        tasks[i] = spawn(run_steps, (void *)programs[i]);
    }
    for (int i = 0; i < seen.count; i++) {
        sley_join(tasks[i]);
    }
    seen.usage = sley_usage();
    return seen;
}

#endif
