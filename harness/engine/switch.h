/* The register switch itself, one source file for each architecture. */
#ifndef SLEY_ENGINE_SWITCH_H
#define SLEY_ENGINE_SWITCH_H

#include <stddef.h>
#include <stdint.h>

/* Saves the running context, stores its stack pointer in *from_sp and continues at to_sp. */
void sley_switch(void **from_sp, void *to_sp);

/* Returns the stack pointer of a fresh context on [bottom, bottom + size) that calls
 * entry(argument) and then finish(result). */
void *sley_switch_prepare(void *bottom, size_t size, void *(*entry)(void *), void *argument,
                          void (*finish)(void *));

/* The frame pointer that the context saved at sp continues with; 0 if it is not known. */
uintptr_t sley_switch_frame(const void *sp);

#endif
