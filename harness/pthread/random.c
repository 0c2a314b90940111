/* Random numbers that a run can be repeated with. rand, random and drand48 have states of the run:
 * as in libc, calls from several tasks are safe and share one sequence. What the system has for
 * secrets is a sequence of each task's own, the same in every run. */
#include "engine/engine.h"
#include "instrument/range.h"
#include "pthread/front.h"

#include <base/rng.h>

#include <errno.h>
#include <string.h>

static uint64_t state;
static uint64_t state48;      /* of drand48: 48 bits */
static uint32_t state_serial; /* the run that the states belong to */
static uint32_t last_task;    /* that used the generators */

static struct {
    uint32_t serial;
    uint64_t count; /* numbers that the task drew */
} entropy[SLEY_TASKS_MAX];

enum { SEED48_LOW = 0x330e, ENTROPY_MAX = 256 };
static const uint64_t mask48 = ((uint64_t)1 << 48) - 1;

/* A point: who draws first gets another number. */
static void
enter(uintptr_t pc)
{
    if (state_serial != sley_engine.serial) {
        state_serial = sley_engine.serial;
        state = 1;
        state48 = 0x1234abcd330e; /* as POSIX has it before a first srand48 */
        last_task = sley_engine.task;
    }
    if (sley_running()) {
        sley_point(SLEY_OP_ATOMIC_RMW, (uintptr_t)&state, pc);
        sley_engine.result->conflict |= last_task != sley_engine.task;
        last_task = sley_engine.task;
    }
}

static int
draw(uintptr_t pc)
{
    enter(pc);
    state += 0x9e3779b97f4a7c15u;
    return (int)(sley_mix64(state) >> 33);
}

static void
seed(unsigned value, uintptr_t pc)
{
    enter(pc);
    state = value;
}

int
sley_rand(void)
{
    return draw(SLEY_CALLER());
}

void
sley_srand(unsigned value)
{
    seed(value, SLEY_CALLER());
}

long
sley_random(void)
{
    return draw(SLEY_CALLER());
}

void
sley_srandom(unsigned value)
{
    seed(value, SLEY_CALLER());
}

/* The linear congruential generator that POSIX prescribes. */
static uint64_t
draw48(uintptr_t pc)
{
    enter(pc);
    state48 = (state48 * 0x5deece66d + 0xb) & mask48;
    return state48;
}

double
sley_drand48(void)
{
    return (double)draw48(SLEY_CALLER()) / (double)((uint64_t)1 << 48);
}

long
sley_lrand48(void)
{
    return (long)(draw48(SLEY_CALLER()) >> 17);
}

long
sley_mrand48(void)
{
    return (int32_t)(draw48(SLEY_CALLER()) >> 16);
}

void
sley_srand48(long value)
{
    enter(SLEY_CALLER());
    state48 = (uint64_t)(uint32_t)value << 16 | SEED48_LOW;
}

unsigned short *
sley_seed48(unsigned short former[3])
{
    static unsigned short old[3];
    enter(SLEY_CALLER());
    uint64_t seed = 0;
    for (int i = 0; i < 3; i++) {
        seed |= (uint64_t)former[i] << (16 * i);
        old[i] = (unsigned short)(state48 >> (16 * i));
    }
    state48 = seed;
    return old;
}

static uint64_t
draw_entropy(void)
{
    uint32_t task = sley_engine.task;
    if (entropy[task].serial != sley_engine.serial) {
        entropy[task].serial = sley_engine.serial;
        entropy[task].count = 0;
    }
    return sley_mix64((uint64_t)(task + 1) << 32 ^ ++entropy[task].count);
}

static void
fill(void *bytes, size_t size, uintptr_t pc)
{
    char *to = bytes;
    sley_range((uintptr_t)bytes, size, true, pc);
    for (size_t done = 0; done < size; done += sizeof(uint64_t)) {
        uint64_t value = draw_entropy();
        memcpy(to + done, &value, size - done < sizeof value ? size - done : sizeof value);
    }
}

ssize_t
sley_getrandom(void *bytes, size_t size, unsigned flags)
{
    (void)flags;
    fill(bytes, size, SLEY_CALLER());
    return (ssize_t)size;
}

int
sley_getentropy(void *bytes, size_t size)
{
    if (size > ENTROPY_MAX) {
        errno = EIO;
        return -1;
    }
    fill(bytes, size, SLEY_CALLER());
    return 0;
}

uint32_t
sley_arc4random(void)
{
    return (uint32_t)draw_entropy();
}

void
sley_arc4random_buf(void *bytes, size_t size)
{
    fill(bytes, size, SLEY_CALLER());
}

uint32_t
sley_arc4random_uniform(uint32_t bound)
{
    return bound < 2 ? 0 : (uint32_t)(draw_entropy() % bound);
}

unsigned
sley_random_device(void *device)
{
    (void)device;
    return (unsigned)draw_entropy();
}
