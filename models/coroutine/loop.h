/* The event loop: one coroutine runs at a time, and goes on until it awaits something that is not
 * ready.
 *
 * Modelled on asyncio: a first-in-first-out ready queue, which is never a choice, and timers on the
 * virtual clock. Every coroutine is a task of the engine that waits at a gate of its own; the loop
 * has no task: whoever suspends opens the gate of the next in line. */
#ifndef SLEY_MODELS_COROUTINE_LOOP_H
#define SLEY_MODELS_COROUTINE_LOOP_H

#include "engine/engine.h"

/* Suspends the current coroutine until sley_loop_wake names it. kind, object and owner (a task, or
 * -1) say in reports what it waits for and whose doing it is. */
void sley_loop_suspend(enum sley_wait kind, uintptr_t object, int32_t owner, uintptr_t taken_pc,
                       uintptr_t pc);

/* Appends a suspended coroutine to the ready queue. */
void sley_loop_wake(uint32_t task);

/* As suspend, but also returns at the deadline; false then. It has no owner: nobody's doing keeps
 * it from going on. */
bool sley_loop_suspend_until(uint64_t deadline_ns, enum sley_wait kind, uintptr_t object,
                             uintptr_t pc);

/* A first-in-first-out list of waiting coroutines, linked through the loop's own table. All zero is
 * the empty list. */
struct sley_loop_list {
    uint16_t first; /* 1 + task; 0: empty */
    uint16_t last;
};

void sley_loop_list_append(struct sley_loop_list *list, uint32_t task);
void sley_loop_list_remove(struct sley_loop_list *list, uint32_t task);

/* What the waiters in the list wait for without a deadline is now owner's doing (-1: nobody's). */
void sley_loop_list_owned(const struct sley_loop_list *list, int32_t owner, uintptr_t taken_pc);

#endif
