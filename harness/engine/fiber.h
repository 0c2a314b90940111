/* Fibers: control flows on stacks of their own, switched by hand within one OS thread. */
#ifndef SLEY_ENGINE_FIBER_H
#define SLEY_ENGINE_FIBER_H

#include "engine/switch.h"

#include <stddef.h>
#include <stdint.h>

struct sley_fiber {
    void *sp;           /* where the callee-saved registers lie while the fiber is not running */
    void *asan_stack;   /* ASan's fake stack of this fiber; unused in other builds */
    const void *bottom; /* lowest address of the stack, for ASan */
    size_t size;        /* bytes of the stack, for ASan; 0: the OS thread's own stack */
};

/* Here, since what it declares for ASan needs the struct. */
#include "engine/fiber_asan.h"

/* Prepares fiber so that the first switch to it calls entry(argument) on the stack
 * [bottom, bottom + size) with the stack pointer at a place that depends on bottom and size alone;
 * when entry returns, finish(result) is called on the same stack and must not return.
 * bottom is 16-byte aligned and borrowed for the fiber's life. fiber is all zero or has been
 * prepared before; a control flow that it still holds is abandoned. */
static inline void
sley_fiber_init(struct sley_fiber *fiber, void *bottom, size_t size, void *(*entry)(void *),
                void *argument, void (*finish)(void *))
{
    sley_asan_renew(fiber->sp, bottom, size);
    fiber->asan_stack = NULL;
    fiber->bottom = bottom;
    fiber->size = size;
    fiber->sp = sley_asan_prepare(bottom, size, entry, argument, finish);
}

/* Saves the running control flow in from and continues to. Callee-saved registers, the stack
 * pointer and the floating-point control words are kept per fiber; the signal mask is not. Inline:
 * every `ret` after a switch is mispredicted, so there is none that need not be. */
static inline __attribute__((always_inline)) void
sley_fiber_switch(struct sley_fiber *from, struct sley_fiber *to)
{
    sley_asan_start(&from->asan_stack, to->bottom, to->size);
    sley_switch(&from->sp, to->sp);
    sley_asan_finish(from->asan_stack);
}

/* As sley_fiber_switch, for a fiber that never runs again: its ASan state is dropped. */
static inline void
sley_fiber_leave(struct sley_fiber *from, struct sley_fiber *to)
{
    sley_asan_start(NULL, to->bottom, to->size);
    sley_switch(&from->sp, to->sp);
}

#endif
