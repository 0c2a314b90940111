#include "engine/switch.h"

#include <stdint.h>

void sley_switch_start(void);

void *
sley_switch_prepare(void *bottom, size_t size, void *(*entry)(void *), void *argument,
                    void (*finish)(void *))
{
    uintptr_t top = ((uintptr_t)bottom + size) & ~(uintptr_t)15;
    uint64_t *frame = (uint64_t *)(top - 16) - 8;
    uint32_t mxcsr;
    uint16_t x87_control;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(x87_control));
    frame[0] = mxcsr | (uint64_t)x87_control << 32;
    frame[1] = 0;
    frame[2] = 0;
    frame[3] = (uint64_t)(uintptr_t)finish;
    frame[4] = (uint64_t)(uintptr_t)argument;
    frame[5] = (uint64_t)(uintptr_t)entry;
    frame[6] = 0;
    frame[7] = (uint64_t)(uintptr_t)sley_switch_start;
    return frame;
}

uintptr_t
sley_switch_frame(const void *sp)
{
    return ((const uint64_t *)sp)[6];
}
