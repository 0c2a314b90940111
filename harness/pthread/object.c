#include "pthread/object.h"

#include "base/region.h"
#include "engine/internal.h"
#include "pthread/fork.h"
#include "pthread/lock_order.h"
#include "pthread/reserve.h"
#include "pthread/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct sley_object *table; /* [SLEY_OBJECTS_MAX], reserved at first use; 0 is never taken */
static uint32_t taken;            /* entries of the current run */
static uint32_t taken_serial;     /* the run that `taken` speaks of */

static const struct {
    const char *word;
    enum sley_wait wait;
} kinds[] = {
    [SLEY_OBJECT_MUTEX] = {"mutex", SLEY_WAIT_MUTEX},
    [SLEY_OBJECT_SPINLOCK] = {"spinlock", SLEY_WAIT_MUTEX},
    [SLEY_OBJECT_CONDITION] = {"condition variable", SLEY_WAIT_CONDITION},
    [SLEY_OBJECT_RWLOCK] = {"read-write lock", SLEY_WAIT_RWLOCK},
    [SLEY_OBJECT_SEMAPHORE] = {"semaphore", SLEY_WAIT_SEMAPHORE},
    [SLEY_OBJECT_BARRIER] = {"barrier", SLEY_WAIT_BARRIER},
    [SLEY_OBJECT_ONCE] = {"once control", SLEY_WAIT_ONCE},
};

const char *
sley_object_word(const struct sley_object *object)
{
    return kinds[object->kind].word;
}

int
sley_object_misuse(const struct sley_object *object, uintptr_t pc, int code, const char *format,
                   ...)
{
    char text[96];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments); // NOLINT(clang-analyzer-valist.Uninitialized)
    va_end(arguments);
    sley_verdict(SLEY_VERDICT_MISUSE, object->address, pc, text);
    return code;
}

static struct sley_object *
find(const void *address, enum sley_object_kind kind)
{
    uint32_t index;
    memcpy(&index, address, sizeof index);
    if (taken_serial != sley_engine.serial) {
        taken_serial = sley_engine.serial;
        taken = 1;
    }
    if (index == 0 || index >= taken) {
        return NULL;
    }
    struct sley_object *object = &table[index];
    bool valid = object->place == sley_place_of((uintptr_t)address) && object->kind == kind &&
                 object->serial == sley_engine.serial;
    return valid ? object : NULL;
}

/* What a static initialiser chose, or plain if the mutex was never initialised at all. */
static uint8_t
static_type(const void *address, enum sley_object_kind kind)
{
    if (kind != SLEY_OBJECT_MUTEX) {
        return 0;
    }
    const pthread_mutex_t *mutex = address;
    int type = mutex->__data.__kind;
    return type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK
               ? (uint8_t)type
               : PTHREAD_MUTEX_NORMAL;
}

/* Sets an entry as new. Field by field: most of it is arrays that their counts guard. */
static void
reset(struct sley_object *object, const void *address, enum sley_object_kind kind)
{
    object->address = (uintptr_t)address;
    object->place = sley_place_of((uintptr_t)address);
    object->serial = sley_engine.serial;
    object->last_task = sley_engine.task;
    object->count = 0;
    object->arrived = 0;
    object->order = 0;
    object->kind = (uint8_t)kind;
    object->type = static_type(address, kind);
    object->initialised = object->destroyed = object->done = object->lost = false;
    object->robust = object->owner_died = object->unusable = false;
    object->ceiling = 0;
    sley_gate_init(&object->gate, kinds[kind].wait, object->address);
    object->queue = (struct sley_queue){0};
    object->mutex = 0;
    sley_clock_init(&object->clock);
    if (kind == SLEY_OBJECT_RWLOCK) {
        sley_gate_init(&object->writer, kinds[kind].wait, object->address);
        sley_taskset_clear(&object->readers);
        object->depth_count = 0;
        object->writers = 0;
        const pthread_rwlock_t *lock = address;
        object->prefers_writers =
            lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
    }
    if (kind == SLEY_OBJECT_RWLOCK || kind == SLEY_OBJECT_BARRIER) {
        sley_clock_init(&object->other);
    }
}

bool
sley_objects_reserve(void)
{
    if (!table) {
        table = sley_region_reserve(SLEY_OBJECTS_MAX * sizeof table[0]);
    }
    return table != NULL;
}

static struct sley_object *
take(void *address, enum sley_object_kind kind, uintptr_t pc)
{
    if (!sley_objects_reserve() || taken == SLEY_OBJECTS_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, (uintptr_t)address, pc,
                         table ? "more than 65535 synchronisation objects in one run"
                               : "no memory for the table of synchronisation objects");
    }
    uint32_t index = taken++;
    memcpy(address, &index, sizeof index);
    reset(&table[index], address, kind);
    return &table[index];
}

struct sley_object *
sley_object_get(void *address, enum sley_object_kind kind, uintptr_t pc)
{
    struct sley_object *object = find(address, kind);
    if (!object) {
        return take(address, kind, pc);
    }
    if (object->last_task != sley_engine.task) {
        object->last_task = sley_engine.task;
        sley_engine.result->conflict = true;
    }
    return object;
}

/* Heap and race checks of an operation. As in ThreadSanitizer, the operations of a lock count as
 * atomic reads of it, initialising and destroying as writes; conditions, barriers and once controls
 * are left out, since POSIX lets the last one woken destroy them. */
static void
check_access(const struct sley_object *object, bool writes, uintptr_t pc)
{
    bool global = object->address - sley_engine.globals_low < sley_engine.globals_size;
    if (global && !object->initialised && !writes) {
        return; /* a static initialiser came before every task, and nobody frees a global */
    }
    (void)sley_access_key(object->address, 4, true, pc);
    bool ordered = object->kind == SLEY_OBJECT_MUTEX || object->kind == SLEY_OBJECT_SPINLOCK ||
                   object->kind == SLEY_OBJECT_RWLOCK || object->kind == SLEY_OBJECT_SEMAPHORE;
    if (ordered) {
        sley_access_race_range(object->address, 4, writes ? SLEY_ACCESS_WRITE : SLEY_ACCESS_ATOMIC,
                               pc);
    }
}

bool
sley_object_alive(struct sley_object *object, uintptr_t pc)
{
    check_access(object, false, pc);
    if (object->destroyed) {
        sley_object_misuse(object, pc, 0, "use of a destroyed %s", sley_object_word(object));
        return false;
    }
    bool needs_init = object->kind == SLEY_OBJECT_SEMAPHORE || object->kind == SLEY_OBJECT_BARRIER;
    if (needs_init && !object->initialised) {
        sley_object_misuse(object, pc, 0, "use of a %s that was never initialised",
                           sley_object_word(object));
        return false;
    }
    return true;
}

static uint32_t
blocked_count(const struct sley_gate *gate)
{
    uint32_t count = 0;
    for (uint32_t t = sley_gate_next(gate, 0); t < SLEY_TASKS_MAX;
         t = sley_gate_next(gate, t + 1)) {
        count += sley_engine.task_table[t].state == SLEY_TASK_BLOCKED;
    }
    return count;
}

/* Reports that an object which is in use would be destroyed or initialised. */
static bool
busy(const struct sley_object *object, const char *what, uintptr_t pc)
{
    const char *word = sley_object_word(object);
    uint32_t waiting = object->queue.count + blocked_count(&object->gate);
    bool locks = object->kind == SLEY_OBJECT_MUTEX || object->kind == SLEY_OBJECT_SPINLOCK ||
                 object->kind == SLEY_OBJECT_RWLOCK;
    if (object->kind == SLEY_OBJECT_RWLOCK) {
        waiting += blocked_count(&object->writer);
    }
    if (locks && object->gate.owner >= 0) {
        sley_object_misuse(object, pc, 0, "%s of a %s that task %d holds", what, word,
                           object->gate.owner);
        return true;
    }
    if (locks && object->count > 0) {
        sley_object_misuse(object, pc, 0, "%s of a %s that readers hold", what, word);
        return true;
    }
    if (waiting > 0) {
        sley_object_misuse(object, pc, 0, "%s of a %s that %u tasks wait for", what, word, waiting);
        return true;
    }
    return false;
}

struct sley_object *
sley_object_init(void *address, enum sley_object_kind kind, uintptr_t pc)
{
    sley_point(SLEY_OP_INIT, (uintptr_t)address, pc);
    struct sley_object *object = find(address, kind);
    if (object && !object->destroyed && busy(object, "initialisation", pc)) {
        return NULL;
    }
    if (object) {
        sley_object_get(address, kind, pc);
        sley_lock_order_forget(object);
        reset(object, address, kind);
    } else {
        object = take(address, kind, pc);
    }
    check_access(object, true, pc);
    object->initialised = true;
    return object;
}

int
sley_object_destroy(void *address, enum sley_object_kind kind, uintptr_t pc)
{
    struct sley_object *object = sley_object_get(address, kind, pc);
    sley_point(SLEY_OP_DESTROY, object->address, pc);
    if (object->destroyed) {
        return sley_object_misuse(object, pc, EINVAL, "destroy of a destroyed %s",
                                  sley_object_word(object));
    }
    if (busy(object, "destroy", pc)) {
        return EBUSY;
    }
    check_access(object, true, pc);
    object->destroyed = true;
    sley_lock_order_forget(object);
    return 0;
}

/* A held lock of the child's: its owner is a task of the parent's, and no copy of it. */
static void
gate_forked(struct sley_gate *gate)
{
    gate->waiter_count = 0;
    gate->orphaned = !gate->open;
    gate->owner = -1;
}

void
sley_object_forked(uint32_t child)
{
    uint32_t count = taken_serial == sley_engine.serial ? taken : 1;
    for (uint32_t i = 1; i < count; i++) {
        const struct sley_object *object = &table[i];
        if (!sley_baton_is_private(object->address) ||
            object->place != sley_baton_place(object->address) || taken == SLEY_OBJECTS_MAX) {
            continue; /* shared, or another process's */
        }
        uint32_t index = taken++;
        struct sley_object *copy = &table[index];
        *copy = *object;
        copy->place = object->address + ((uintptr_t)child << SLEY_PROCESS_SHIFT);
        copy->last_task = child;
        copy->order = 0;
        copy->queue = (struct sley_queue){0};
        gate_forked(&copy->gate);
        gate_forked(&copy->writer);
        sley_image_patch(child, object->address, index);
    }
}

/* The next mutex after index i that the task holds; NULL: none. */
static struct sley_object *
held_after(uint32_t *i, uint32_t task)
{
    uint32_t count = taken_serial == sley_engine.serial ? taken : 1;
    while (++*i < count) {
        if (table[*i].kind == SLEY_OBJECT_MUTEX && !table[*i].gate.open &&
            table[*i].gate.owner == (int32_t)task) {
            return &table[*i];
        }
    }
    return NULL;
}

static void
open_for_others(struct sley_object *object, uint32_t task)
{
    struct sley_engine *e = &sley_engine;
    uint32_t current = e->task;
    e->task = task; /* whose clock it is */
    sley_clock_release(&object->clock);
    e->task = current;
    object->count = 0;
    object->gate.owner = -1;
    sley_gate_set(&object->gate, true);
}

void
sley_object_task_dead(uint32_t task)
{
    uint32_t i = 0;
    struct sley_object *object;
    while ((object = held_after(&i, task))) {
        if (object->robust) {
            object->owner_died = true;
            open_for_others(object, task);
        }
    }
}

void
sley_object_owner_ends(void)
{
    struct sley_run_result *result = sley_engine.result;
    const struct sley_object *object;
    uint32_t i = 0;
    if (sley_thread_self()->owned_count == 0) {
        return;
    }
    sley_object_task_dead(sley_engine.task);
    while ((object = held_after(&i, sley_engine.task))) {
        if (result->held.count++ == 0) {
            result->held.task = sley_engine.task;
            result->held.address = object->address;
            result->held.place = object->gate.taken_pc;
        }
    }
}

void
sley_object_give_back(uint32_t task)
{
    uint32_t i = 0;
    struct sley_object *object;
    while ((object = held_after(&i, task))) {
        open_for_others(object, task);
    }
}
