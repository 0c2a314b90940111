/* Plain accesses that are no scheduling points: nothing is asked before them, they take no step of
 * the run and no part in its hash. What checks memory sees them all the same.
 *
 * The race detector tells accesses apart by their numbers, and a task's releases order what has a
 * number up to their own. So a quiet access takes a number as every other does: one that it shared
 * with the operation before it would pass for ordered by a release there. What counts the run's
 * steps is moved on by one along with it. */
#include "base/region.h"
#include "engine/internal.h"

enum {
    STRETCH_MAX = 1 << 16, /* quiet accesses of a task in a row, before one is a point after all */
    STRETCH_MIN = 1 << 10, /* the same in a task that only such points let others run */
    ROW_MAX = 1 << 23,     /* of a task between two operations that are points by themselves: a task
                              that does no more than that for ever is to reach the bound of steps */
    QUIET_MAX = 1 << 27,   /* in a run; then all are points: numbers are finite */
    ROUNDS = 32,           /* of a loop of the same reads, before each has a point */
    PATIENCE_MIN = 4,      /* accesses for which a read is waited for to come again ... */
    PATIENCE_MAX = 128,    /* ... which grows up to this */
};

/* Of each task: whether it does nothing but read the same again and again, as who waits. */
static struct round {
    uint32_t start;    /* of the task that it belongs to */
    uint32_t count;    /* rounds in a row that were the same */
    uint32_t age;      /* accesses since the mark was set, or met in a round like the one before */
    uint32_t patience; /* of them, until another mark is tried */
    uintptr_t mark;    /* object of the read that begins a round */
    uint64_t digest;   /* of the round's reads so far */
    uint64_t before;   /* of the round before */
} rounds[SLEY_TASKS_MAX];

static bool
is_quiet(const struct sley_places *places, uintptr_t pc)
{
    uintptr_t at = pc - places->low;
    return places->all_quiet || (at < places->size && (places->quiet[at / 64] >> at % 64 & 1));
}

static void
round_mark(struct round *round, uintptr_t object)
{
    bool impatient = round->patience < PATIENCE_MIN || round->patience >= PATIENCE_MAX;
    round->mark = object;
    round->patience = impatient ? PATIENCE_MIN : round->patience * 2;
    round->count = round->age = 0;
    round->digest = round->before = 0;
}

/* Whether the task has read what it reads now, and what it read since then, many times over. */
static bool
goes_round(enum sley_op op, uintptr_t object, uintptr_t pc)
{
    struct round *round = &rounds[sley_engine.task];
    if (op == SLEY_OP_WRITE || round->start != sley_current()->start) {
        round->start = sley_current()->start;
        round->patience = 0; /* nothing of an earlier task, or run, decides here */
        round_mark(round, 0);
        return false;
    }
    round->digest = (round->digest ^ object ^ (uint64_t)pc << 32) * 0x9e3779b97f4a7c15u;
    if (object != round->mark) {
        if (++round->age >= round->patience) {
            round_mark(round, object);
        }
        return false;
    }
    bool same = round->digest == round->before;
    round->count = same ? round->count + 1 : 0;
    round->age = same ? 0 : round->age + 1;
    round->before = round->digest;
    round->digest = 0;
    return round->count >= ROUNDS;
}

/* A task that waits for another one by quiet accesses must let it run: each round of a loop of the
 * same reads gets a point, and any other row of quiet accesses now and then, soon more often. */
static bool
is_forced(enum sley_op op, uintptr_t object, uintptr_t pc)
{
    const struct sley_engine *e = &sley_engine;
    struct sley_task *self = sley_current();
    uint32_t point = self->points + (e->step - self->in_step);
    if (e->quiet_count == QUIET_MAX) {
        return true;
    }
    if (self->stretch_point != point) {
        self->stretch_point = point;
        self->stretch_count = 0;
        self->stretch_max = STRETCH_MAX;
        self->row_count = 0;
        rounds[e->task].start = 0;
    }
    if (self->row_count >= ROW_MAX) {
        self->stretch_point = point + 1; /* the row goes on behind it */
        return true;
    }
    self->row_count++;
    if (goes_round(op, object, pc)) {
        self->stretch_point = point + 1;
        return true;
    }
    if (self->stretch_count++ < self->stretch_max) {
        return false;
    }
    self->stretch_count = 0;
    self->stretch_max = self->stretch_max > STRETCH_MIN ? self->stretch_max / 2 : STRETCH_MIN;
    self->stretch_point = point + 1;
    return true;
}

bool
sley_places_pass(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if ((op != SLEY_OP_READ && op != SLEY_OP_WRITE) || e->tail_step ||
        !is_quiet(e->options->places, pc) || is_forced(op, object, pc)) {
        return false;
    }
    bool writes = op == SLEY_OP_WRITE;
    e->quiet_count++;
    e->base++;
    e->due++;
    e->question += e->question != UINT32_MAX;
    sley_current()->in_step++;
    e->pc_ring[e->step % SLEY_PC_RING] = (uint32_t)pc;
    sley_places_note();
    if (object - e->globals_low >= e->globals_size) {
        sley_access_key(object, size, writes, pc);
    }
    unsigned kind = writes ? SLEY_ACCESS_WRITE : 0;
    struct sley_race race;
    if ((object & 7) + size > 8 || !(e->check & SLEY_CHECK_RACE)) {
        sley_access_race_range(object, size, kind, pc);
    } else if (sley_race_access(object, sley_access_bytes(object, size), e->task, e->step, kind,
                                &race)) {
        sley_access_report(&race, object, kind, size, pc);
    }
    if (e->check & SLEY_CHECK_OBSERVE) {
        sley_observe_quiet(op, object, size, pc);
    }
    return true;
}

void
sley_places_note(void)
{
    struct sley_engine *e = &sley_engine;
    e->step_ring[e->step % SLEY_PC_RING] = e->step - e->base;
}

uint32_t
sley_places_step(uint32_t number)
{
    const struct sley_engine *e = &sley_engine;
    return e->step - number < SLEY_PC_RING ? e->step_ring[number % SLEY_PC_RING] : 0;
}
