/* Calls of C code by several tasks at once, and the same calls in a row, for the scenarios of
 * extensions. */
#ifndef SLEY_SCENARIOS_EXTENSION_H
#define SLEY_SCENARIOS_EXTENSION_H

#include <sley/machine.h>
#include <sley/sley.h>

enum { EXTENSION_TASKS_MAX = 8 };

static inline uint64_t
together_ns(int count, void *(*entry)(void *), uintptr_t argument)
{
    uintptr_t tasks[EXTENSION_TASKS_MAX];
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, (void *)argument);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    return sley_now_ns() - start_ns;
}

static inline uint64_t
in_a_row_ns(int count, void *(*entry)(void *), uintptr_t argument)
{
    uint64_t start_ns = sley_now_ns();
    for (int i = 0; i < count; i++) {
        entry((void *)argument);
    }
    return sley_now_ns() - start_ns;
}

/* Whether 2 to 8 tasks of the entry, on a core each, are done in at most two thirds of the time
 * that one task takes for all. */
static inline bool
pays(int count, const char *profile, void *(*entry)(void *), uintptr_t argument)
{
    sley_machine_set((uint32_t)count, profile);
    uint64_t row_ns = in_a_row_ns(count, entry, argument);
    return together_ns(count, entry, argument) * 3 <= row_ns * 2;
}

static inline void *
call_released(void *duration_us)
{
    sley_call_us((uint32_t)(uintptr_t)duration_us, true);
    return NULL;
}

static inline void *
call_held(void *duration_us)
{
    sley_call_us((uint32_t)(uintptr_t)duration_us, false);
    return NULL;
}

static inline void *
execute_bytecodes(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

#endif
