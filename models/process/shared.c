/* Shared memory: one mapping that every process of a run has at the same address. A task allocates
 * in a part of its own, so that an address depends on the task and what it allocated before. */
#include "models/process/process.h"

#include "base/region.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t part_size = (size_t)1 << 20;

static char *arena;
static size_t used[SLEY_PROCESS_TASKS_MAX];

void
sley_process_shared_begin(void)
{
    static const uintptr_t bases[] = {0x7ec000000000, 0x578000000000, 0x5000000000};
    size_t size = part_size * SLEY_PROCESS_TASKS_MAX;
    if (!arena) {
        arena = sley_region_fixed_shared(bases, 3, size);
        if (!arena) {
            fprintf(stderr, "sley: cannot reserve shared memory for processes\n");
            _Exit(SLEY_EXIT_SETUP);
        }
        sley_engine.shared_low = (uintptr_t)arena;
        sley_engine.shared_size = size;
    }
    for (uint32_t t = 0; t < SLEY_PROCESS_TASKS_MAX; t++) {
        if (used[t] > 0) {
            memset(arena + t * part_size, 0, used[t]);
            used[t] = 0;
        }
    }
}

void *
sley_process_shared(size_t size)
{
    uint32_t task = sley_engine.task;
    size_t room = (size + 31) & ~(size_t)15; /* an unused granule between two blocks */
    if (size > part_size || room > part_size - used[task]) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, SLEY_CALLER(),
                         "more than a MiB of shared memory from one task");
    }
    used[task] += room;
    return arena + task * part_size + used[task] - room;
}
