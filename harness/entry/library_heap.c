/* malloc and its relatives for everything in the process but the code under test, whose calls have
 * other names: libc's own, and a record of what libraries allocated while a run was going on. So a
 * block that the code got from a library can be told from a pointer that nobody handed out. */
#include "base/region.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "engine/heap.h"
#include "entry/entry.h"
#include "pthread/foreign.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* glibc's allocator under names that are not replaced. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

enum { SLOTS = 1 << 20, BLOCKS_MAX = SLOTS / 4 * 3 };

static uintptr_t *table; /* [SLOTS]: open addressing with linear probing; 0: free */
static uint32_t count;
static bool lost; /* the table was full once: a block may be live and not in it */

static uint32_t
home_of(uintptr_t address)
{
    return (uint32_t)(sley_mix64(address) % SLOTS);
}

/* The slot that has the address, or the free one where it would stand. */
static uint32_t
slot_of(uintptr_t address)
{
    uint32_t slot = home_of(address);
    while (table[slot] && table[slot] != address) {
        slot = (slot + 1) % SLOTS;
    }
    return slot;
}

static void
note(void *memory)
{
    if (!memory || !sley_running()) {
        return;
    }
    if (!table) {
        table = sley_region_reserve(SLOTS * sizeof table[0]);
    }
    if (!table || count == BLOCKS_MAX) {
        lost = true;
        return;
    }
    uint32_t slot = slot_of((uintptr_t)memory);
    if (!table[slot]) {
        table[slot] = (uintptr_t)memory;
        count++;
        sley_foreign_bytes += malloc_usable_size(memory);
    }
}

/* Takes the address out, and moves those behind it that could no longer be found. */
static void
forget(void *memory)
{
    if (count == 0 || !memory) {
        return;
    }
    uint32_t hole = slot_of((uintptr_t)memory);
    if (!table[hole]) {
        return;
    }
    count--;
    sley_foreign_bytes -= malloc_usable_size(memory);
    for (uint32_t slot = (hole + 1) % SLOTS; table[slot]; slot = (slot + 1) % SLOTS) {
        uint32_t distance = (slot + SLOTS - home_of(table[slot])) % SLOTS;
        if (distance >= (slot + SLOTS - hole) % SLOTS) {
            table[hole] = table[slot];
            hole = slot;
        }
    }
    table[hole] = 0;
}

static bool
known(const void *memory)
{
    return lost || (count > 0 && table[slot_of((uintptr_t)memory)] != 0);
}

void
sley_entry_library_heap(void)
{
    sley_foreign_known = known;
}

static bool
is_of_run(const void *memory)
{
    return (uintptr_t)memory - sley_engine.arena_low < sley_engine.arena_size;
}

void *
malloc(size_t size)
{
    void *memory = __libc_malloc(size);
    note(memory);
    return memory;
}

void *
calloc(size_t number, size_t size)
{
    void *memory = __libc_calloc(number, size);
    note(memory);
    return memory;
}

/* A library that was given a block of the run's heap may free it. It may be in the midst of
 * anything, so there is no point here: the block stays until the run ends. */
void
free(void *memory)
{
    if (!is_of_run(memory)) {
        forget(memory);
        __libc_free(memory);
    }
}

void *
realloc(void *memory, size_t size)
{
    if (memory && is_of_run(memory)) {
        const struct sley_block *block = sley_running() ? sley_heap_find((uintptr_t)memory) : NULL;
        size_t kept = block ? block->size : 0;
        void *fresh = malloc(size);
        if (fresh) {
            memcpy(fresh, memory, kept < size ? kept : size);
        }
        return fresh;
    }
    forget(memory);
    void *fresh = __libc_realloc(memory, size);
    note(fresh || size == 0 ? fresh : memory);
    return fresh;
}

void *
memalign(size_t alignment, size_t size)
{
    void *memory = __libc_memalign(alignment, size);
    note(memory);
    return memory;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    int saved_errno = errno;
    void *fresh = memalign(alignment, size);
    errno = saved_errno;
    if (!fresh) {
        return ENOMEM;
    }
    *memory = fresh;
    return 0;
}
