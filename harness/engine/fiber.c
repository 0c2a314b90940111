#include "engine/fiber.h"

#include "engine/fiber_asan.h"
#include "engine/switch.h"

void
sley_fiber_init(struct sley_fiber *fiber, void *bottom, size_t size, void *(*entry)(void *),
                void *argument, void (*finish)(void *))
{
    fiber->asan_stack = NULL;
    fiber->bottom = bottom;
    fiber->size = size;
    fiber->sp = asan_prepare(bottom, size, entry, argument, finish);
}

void
sley_fiber_switch(struct sley_fiber *from, struct sley_fiber *to)
{
    asan_start(&from->asan_stack, to);
    sley_switch(&from->sp, to->sp);
    asan_finish(from->asan_stack);
}

void
sley_fiber_leave(struct sley_fiber *from, struct sley_fiber *to)
{
    asan_start(NULL, to);
    sley_switch(&from->sp, to->sp);
}
