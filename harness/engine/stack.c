/* Stacks of the tasks: one slot for each, at a fixed address, with a guard page below. */
#include "base/region.h"
#include "engine/internal.h"

#include <sys/mman.h>

static const size_t slot_size = (size_t)8 << 20;
enum { GUARD = 4096 * 4 };
static _Thread_local bool guarded[SLEY_TASKS_MAX]; /* in this process */

enum sley_status
sley_stacks_init(struct sley_error *error)
{
    static const uintptr_t bases[] = {0x7e9000000000, 0x550000000000, 0x3000000000};
    size_t size = slot_size * SLEY_TASKS_MAX;
    void *stacks = sley_region_fixed(bases, 3, size);
    if (!stacks) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "cannot reserve %zu MiB of address space for stacks", size >> 20);
    }
    sley_engine.stacks_low = (uintptr_t)stacks;
    sley_engine.stacks_size = size;
    return SLEY_OK;
}

void *
sley_stack_of(uint32_t task, size_t *size)
{
    char *low = (char *)sley_engine.stacks_low + task * slot_size;
    if (!guarded[task]) {
        guarded[task] = mprotect(low, GUARD, PROT_NONE) == 0;
    }
    *size = slot_size - GUARD;
    return low + GUARD;
}
