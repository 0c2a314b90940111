/* The operations of sley.h, handed to the current model. */
#include "engine/engine.h"
#include "model/machine.h"

#include <sley/sley.h>

#include <stdio.h>

const struct sley_model *sley_model_current;

enum { GATHER_MAX = 32 };

static const uint64_t ns_per_ms = 1000000;

void
sley_check_failed(const char *text)
{
    sley_verdict_end(SLEY_VERDICT_ASSERTION, 0, SLEY_CALLER(), text);
}

void
sley_assume_failed(void)
{
    sley_verdict_end(SLEY_VERDICT_DISCARDED, 0, SLEY_CALLER(), "");
}

bool
sley_run_shows(uint32_t verdicts)
{
    return sley_running() && (sley_engine.result->verdicts & verdicts) != 0;
}

int
sley_draw(int low, int high)
{
    uint32_t bound = high > low ? (uint32_t)(high - low) + 1 : 1;
    return low + (int)sley_choose(SLEY_CHOICE_INPUT, bound);
}

uintptr_t
sley_spawn(void *(*entry)(void *), void *argument)
{
    if (sley_machine_current) {
        sley_machine_current->create(sley_model_current->unit, SLEY_CALLER());
    }
    return sley_model_current->task->spawn(entry, argument);
}

void *
sley_join(uintptr_t task)
{
    return sley_model_current->task->join(task);
}

void
sley_gather(int count, void *(*entry)(void *))
{
    uintptr_t tasks[GATHER_MAX];
    if (count < 0 || count > GATHER_MAX) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(),
                         "sley_gather of more than 32 tasks, or less than 0");
    }
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)(intptr_t)i);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
}

void
sley_pause(void)
{
    sley_model_current->task->pause();
}

void
sley_sleep_ms(uint32_t duration_ms)
{
    sley_model_current->task->sleep(duration_ms * ns_per_ms);
}

void
sley_bytecode(enum sley_bytecode kind)
{
    if (sley_model_current->code) {
        sley_model_current->code->bytecode(kind, SLEY_CALLER());
    }
}

void
sley_lock_init(struct sley_lock *lock)
{
    sley_model_current->lock->init(lock, SLEY_LOCK_PLAIN);
}

void
sley_lock_init_reentrant(struct sley_lock *lock)
{
    sley_model_current->lock->init(lock, SLEY_LOCK_REENTRANT);
}

void
sley_lock_acquire(struct sley_lock *lock)
{
    sley_model_current->lock->acquire(lock);
}

bool
sley_lock_try(struct sley_lock *lock)
{
    return sley_model_current->lock->try_acquire(lock);
}

bool
sley_lock_acquire_for(struct sley_lock *lock, uint32_t timeout_ms)
{
    return sley_model_current->lock->acquire_for(lock, timeout_ms * ns_per_ms);
}

void
sley_lock_release(struct sley_lock *lock)
{
    sley_model_current->lock->release(lock);
}

void
sley_lock_destroy(struct sley_lock *lock)
{
    sley_model_current->lock->destroy(lock);
}

uintptr_t
sley_self(void)
{
    return sley_engine.task + 1;
}

uint32_t
sley_outside(uint32_t bound)
{
    return sley_choose(SLEY_CHOICE_OUTSIDE, bound);
}
