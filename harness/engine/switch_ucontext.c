/* The portable fallback: POSIX ucontext, for architectures without a switch of their own. About
 * fifty times slower, since every swap is two system calls. */
#include "engine/switch.h"

#include <stdint.h>
#include <ucontext.h>

struct portable_context {
    ucontext_t context;
    void *(*entry)(void *);
    void *argument;
    void (*finish)(void *);
};

static void
start(unsigned high, unsigned low)
{
    struct portable_context *self =
        (struct portable_context *)((uintptr_t)high << 16 << 16 | (uintptr_t)low);
    self->finish(self->entry(self->argument));
}

void
sley_switch(void **from_sp, void *to_sp)
{
    struct portable_context here;
    *from_sp = &here;
    swapcontext(&here.context, &((struct portable_context *)to_sp)->context);
}

void *
sley_switch_prepare(void *bottom, size_t size, void *(*entry)(void *), void *argument,
                    void (*finish)(void *))
{
    size_t reserve = (sizeof(struct portable_context) + 63) & ~(size_t)63;
    struct portable_context *fresh =
        (struct portable_context *)(((uintptr_t)bottom + size - reserve) & ~(uintptr_t)63);
    getcontext(&fresh->context);
    fresh->context.uc_stack.ss_sp = bottom;
    fresh->context.uc_stack.ss_size = (size_t)((char *)fresh - (char *)bottom);
    fresh->context.uc_link = NULL;
    fresh->entry = entry;
    fresh->argument = argument;
    fresh->finish = finish;
    makecontext(&fresh->context, (void (*)(void))start, 2, (unsigned)((uintptr_t)fresh >> 16 >> 16),
                (unsigned)(uintptr_t)fresh);
    return fresh;
}

uintptr_t
sley_switch_frame(const void *sp)
{
    (void)sp;
    return 0;
}
