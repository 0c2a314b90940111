#include "pthread/foreign.h"

#include "detect/race.h"
#include "engine/access.h"
#include "engine/lane.h"

#include <malloc.h>
#include <stdlib.h>

enum { CHECKED = 4096 }; /* bytes of a freed block that are checked for races with the free */

bool (*sley_foreign_known)(const void *memory);
size_t sley_foreign_bytes;

extern const char __executable_start[], _end[]; /* of the linker */

/* Of the run's own memory, or what no allocation returns. */
static bool
is_impossible(uintptr_t address)
{
    const struct sley_engine *e = &sley_engine;
    return address % (2 * sizeof(void *)) != 0 || address - e->arena_low < e->arena_size ||
           address - e->stacks_low < e->stacks_size || address - e->globals_low < e->globals_size ||
           (address >= (uintptr_t)__executable_start && address < (uintptr_t)_end);
}

bool
sley_foreign_is(const void *memory)
{
    if (!memory || is_impossible((uintptr_t)memory)) {
        return false;
    }
    if (sley_lane && sley_lane->owns) {
        return sley_lane->owns(memory);
    }
    return !sley_foreign_known || sley_foreign_known(memory);
}

bool
sley_foreign_free(void *memory, uintptr_t pc)
{
    if (!sley_foreign_is(memory)) {
        return false;
    }
    uintptr_t address = (uintptr_t)memory;
    sley_point_sized(SLEY_OP_FREE, address, 1, pc);
    if (!sley_foreign_is(memory)) {
        sley_verdict(SLEY_VERDICT_HEAP, address, pc, "double free"); /* since the point began */
        return true;
    }
    size_t size = malloc_usable_size(memory);
    sley_access_race_range(address, size < CHECKED ? size : CHECKED, SLEY_ACCESS_WRITE, pc);
    sley_race_clear(address, size); /* libc may hand it out anew in this run */
    free(memory);
    return true;
}
