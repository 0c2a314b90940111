/* Thread-specific data. Keys live for the run; a task's values lie in its struct sley_thread. */
#include "pthread/key.h"

#include "pthread/front.h"
#include "pthread/object.h"
#include "pthread/process.h"
#include "pthread/thread.h"

#include <errno.h>

static struct {
    bool used;
    void (*destructor)(void *); /* NULL: none */
} keys[PTHREAD_KEYS_MAX];
static uint32_t key_count;  /* keys[0..key_count) may be in use in this run */
static uint32_t key_serial; /* the run that key_count speaks of */

static uint32_t
count_of_run(void)
{
    if (key_serial != sley_engine.serial) {
        key_serial = sley_engine.serial;
        key_count = 0;
    }
    return key_count;
}

static bool
is_used(uint32_t key)
{
    return key < count_of_run() && keys[key].used;
}

/* A key given out anew is NULL in every task. */
static void
forget_values(uint32_t key)
{
    for (uint32_t t = 0; t < sley_engine.task_count; t++) {
        sley_thread_of(t)->values[key] = NULL;
    }
}

int
sley_key_create(uint32_t *key, void (*destructor)(void *), uintptr_t pc)
{
    sley_point(SLEY_OP_INIT, (uintptr_t)key, pc);
    uint32_t k = 0;
    while (k < count_of_run() && keys[k].used) {
        k++;
    }
    if (k == PTHREAD_KEYS_MAX) {
        return EAGAIN;
    }
    if (k == key_count) {
        key_count++;
    }
    keys[k].used = true;
    keys[k].destructor = destructor;
    forget_values(k);
    *key = k;
    return 0;
}

int
sley_key_delete(uint32_t key, uintptr_t pc)
{
    sley_point(SLEY_OP_DESTROY, 0, pc);
    if (!is_used(key)) {
        return EINVAL;
    }
    keys[key].used = false;
    return 0;
}

void *
sley_key_get(uint32_t key)
{
    return is_used(key) ? sley_thread_self()->values[key] : NULL;
}

int
sley_key_set(uint32_t key, const void *value)
{
    if (!is_used(key)) {
        return EINVAL;
    }
    struct sley_thread *self = sley_thread_self();
    self->values[key] = (void *)(uintptr_t)value;
    if (self->value_count <= key) {
        self->value_count = key + 1;
    }
    return 0;
}

/* One round over the values; whether any destructor was called. */
static bool
destruct_round(struct sley_thread *self)
{
    bool any = false;
    for (uint32_t k = 0; k < self->value_count; k++) {
        void *value = self->values[k];
        if (value && is_used(k) && keys[k].destructor) {
            self->values[k] = NULL;
            keys[k].destructor(value);
            any = true;
        }
    }
    return any;
}

void
sley_key_destruct(void)
{
    struct sley_thread *self = sley_thread_self();
    for (int i = 0; i < PTHREAD_DESTRUCTOR_ITERATIONS && destruct_round(self); i++) {
    }
}

void
sley_pthread_task_end(void)
{
    if (sley_engine.task == 0 && !sley_current()->exit_quietly) {
        /* A return from main is an exit: handlers run, destructors do not. */
        sley_process_handlers_run();
    } else {
        sley_key_destruct();
    }
    sley_object_owner_ends();
}

int
sley_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    return sley_running() ? sley_key_create(key, destructor, SLEY_CALLER()) : EAGAIN;
}

int
sley_pthread_key_delete(pthread_key_t key)
{
    return sley_running() ? sley_key_delete(key, SLEY_CALLER()) : 0;
}

void *
sley_pthread_getspecific(pthread_key_t key)
{
    return sley_running() ? sley_key_get(key) : NULL;
}

int
sley_pthread_setspecific(pthread_key_t key, const void *value)
{
    return sley_running() ? sley_key_set(key, value) : 0;
}
