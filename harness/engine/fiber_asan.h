/* What AddressSanitizer must be told about a switch; nothing at all in other builds.
 *
 * ASan keeps one notion of "the stack" per OS thread. Each switch announces the stack it goes to,
 * and the first thing that runs there says that it has arrived. */
#ifndef SLEY_ENGINE_FIBER_ASAN_H
#define SLEY_ENGINE_FIBER_ASAN_H

#include "engine/switch.h"

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SLEY_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLEY_ASAN 1
#endif
#endif

#ifdef SLEY_ASAN

#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

struct sley_asan_start_frame {
    void *(*entry)(void *);
    void *argument;
};

static inline void
sley_asan_start(void **save, const void *bottom, size_t size)
{
    if (size == 0) {
        pthread_attr_t attributes;
        void *stack = NULL;
        pthread_getattr_np(pthread_self(), &attributes);
        pthread_attr_getstack(&attributes, &stack, &size);
        pthread_attr_destroy(&attributes);
        bottom = stack;
    }
    __sanitizer_start_switch_fiber(save, bottom, size);
}

static inline void
sley_asan_finish(void *saved)
{
    __sanitizer_finish_switch_fiber(saved, NULL, NULL);
}

/* The red zones of frames that were abandoned at sp, on a stack that is used again. */
static inline void
sley_asan_renew(const void *sp, const void *bottom, size_t size)
{
    const char *low = bottom;
    const char *at = sp;
    if (at >= low && at < low + size) {
        __asan_unpoison_memory_region(at, (size_t)(low + size - at));
    }
}

static inline void *
sley_asan_entry(void *argument)
{
    struct sley_asan_start_frame *frame = argument;
    sley_asan_finish(NULL);
    return frame->entry(frame->argument);
}

/* The frame that names the real entry lies at the lowest end of the new stack. */
static inline void *
sley_asan_prepare(void *bottom, size_t size, void *(*entry)(void *), void *argument,
                  void (*finish)(void *))
{
    struct sley_asan_start_frame *frame = bottom;
    frame->entry = entry;
    frame->argument = argument;
    return sley_switch_prepare(bottom, size, sley_asan_entry, frame, finish);
}

#else

static inline void
sley_asan_start(void **save, const void *bottom, size_t size)
{
    (void)save;
    (void)bottom;
    (void)size;
}

static inline void
sley_asan_finish(void *saved)
{
    (void)saved;
}

static inline void
sley_asan_renew(const void *sp, const void *bottom, size_t size)
{
    (void)sp;
    (void)bottom;
    (void)size;
}

static inline void *
sley_asan_prepare(void *bottom, size_t size, void *(*entry)(void *), void *argument,
                  void (*finish)(void *))
{
    return sley_switch_prepare(bottom, size, entry, argument, finish);
}

#endif
#endif
