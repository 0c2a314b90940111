#include "engine/switch.h"

#include <stdint.h>

void sley_switch_start(void);

void *
sley_switch_prepare(void *bottom, size_t size, void *(*entry)(void *), void *argument,
                    void (*finish)(void *))
{
    uintptr_t top = ((uintptr_t)bottom + size) & ~(uintptr_t)15;
    uint64_t *frame = (uint64_t *)(top - 16) - 22;
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    for (int i = 0; i < 22; i++) {
        frame[i] = 0;
    }
    frame[0] = (uint64_t)(uintptr_t)entry;
    frame[1] = (uint64_t)(uintptr_t)argument;
    frame[2] = (uint64_t)(uintptr_t)finish;
    frame[11] = (uint64_t)(uintptr_t)sley_switch_start;
    frame[20] = fpcr;
    return frame;
}

uintptr_t
sley_switch_frame(const void *sp)
{
    return ((const uint64_t *)sp)[10];
}
