#include "engine/heap.h"

#include "base/region.h"
#include "detect/race.h"
#include "engine/access.h"
#include "engine/baton.h"
#include "engine/engine.h"
#include "engine/lane.h"

#include <base/rng.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum {
    BLOCKS_MAX = 1 << 20,
    GRANULE = 16,
    RED_ZONE = 16,
    LARGE = 1 << 18,     /* blocks from here on are emptied by the kernel */
    CLASS_COUNT = 64,    /* lists of freed blocks, by room */
    FREE_CHECKED = 4096, /* bytes of a freed block that are checked for races with the free */
};

/* Regions of the first tasks are larger: a program's main thread and its few workers allocate most,
 * and 256 MiB for each of SLEY_TASKS_MAX would be a quarter of a TiB of address space. */
enum { LARGE_REGIONS = 128 };
static const size_t large_region = (size_t)1 << 28;
static const size_t small_region = (size_t)1 << 25;

uint32_t *sley_heap_map;
struct sley_block *sley_heap_blocks;
uint32_t sley_heap_block_count;

static uintptr_t bump[SLEY_TASKS_MAX]; /* next free address of each task's region, 0: untouched */
static struct {
    uint32_t oldest, newest;
} freed[CLASS_COUNT];
static uint32_t bump_count; /* tasks whose bump is set */

static uintptr_t
region_offset(uint32_t task)
{
    uint32_t large = task < LARGE_REGIONS ? task : LARGE_REGIONS;
    return large * large_region + (task - large) * small_region;
}

static size_t
region_size(uint32_t task)
{
    return task < LARGE_REGIONS ? large_region : small_region;
}

enum sley_status
sley_heap_init(struct sley_error *error)
{
    static const uintptr_t bases[] = {0x7ea000000000, 0x560000000000, 0x4000000000};
    size_t size = region_offset(SLEY_TASKS_MAX);
    void *arena = sley_region_fixed(bases, 3, size);
    sley_heap_map = sley_region_reserve(size / GRANULE * sizeof sley_heap_map[0]);
    sley_heap_blocks = sley_region_reserve(BLOCKS_MAX * sizeof sley_heap_blocks[0]);
    if (!arena || !sley_heap_map || !sley_heap_blocks) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "cannot reserve %zu GiB of address space for the program's heap; "
                              "allow overcommit (vm.overcommit_memory 0 or 1) and no ulimit -v",
                              size >> 30);
    }
    sley_engine.arena_low = (uintptr_t)arena;
    sley_engine.arena_size = size;
    sley_heap_block_count = 1;
    return SLEY_OK;
}

void
sley_heap_reset(void)
{
    if (sley_heap_block_count > 1) {
        memset(freed, 0, sizeof freed);
    }
    memset(bump, 0, bump_count * sizeof bump[0]);
    bump_count = 0;
    sley_heap_block_count = 1;
}

static uint32_t
class_of(size_t room)
{
    return (uint32_t)(63 - __builtin_clzll(room));
}

/* Takes a freed block with exactly this room off its list, the newest if lifo. */
static struct sley_block *
take_freed(size_t room, bool lifo)
{
    uint32_t class = class_of(room);
    uint32_t previous = 0, found = 0, found_previous = 0;
    for (uint32_t i = freed[class].oldest; i; previous = i, i = sley_heap_blocks[i].next_free) {
        if (sley_heap_blocks[i].room == room && (lifo || !found)) {
            found = i;
            found_previous = previous;
        }
    }
    if (!found) {
        return NULL;
    }
    uint32_t next = sley_heap_blocks[found].next_free;
    *(found_previous ? &sley_heap_blocks[found_previous].next_free : &freed[class].oldest) = next;
    if (freed[class].newest == found) {
        freed[class].newest = found_previous;
    }
    return &sley_heap_blocks[found];
}

static struct sley_block *
take_fresh(size_t room, size_t alignment)
{
    uint32_t task = sley_engine.task;
    uintptr_t low = sley_engine.arena_low + region_offset(task);
    size_t length = region_size(task);
    if (task >= bump_count) {
        bump_count = task + 1;
    }
    /* The first block of a region begins behind a red zone, so that no block's neighbour below
     * belongs to another task. */
    uintptr_t base = bump[task] ? bump[task] : low + RED_ZONE;
    base = (base + alignment - 1) & ~(uintptr_t)(alignment - 1);
    if (sley_heap_block_count == BLOCKS_MAX || room > length || base + room > low + length) {
        return NULL;
    }
    bump[task] = base + room;
    struct sley_block *block = &sley_heap_blocks[sley_heap_block_count++];
    block->base = base;
    block->room = room;
    return block;
}

static void
fill(struct sley_block *block, bool zero)
{
    uint32_t index = (uint32_t)(block - sley_heap_blocks);
    size_t first = (block->base - sley_engine.arena_low) / GRANULE;
    for (size_t i = 0; i < block->room / GRANULE; i++) {
        sley_heap_map[first + i] = index;
    }
    if (block->size < LARGE) {
        memset((void *)block->base, zero ? 0 : 0xa5, block->size);
        return;
    }
    uintptr_t page_low = (block->base + 4095) & ~(uintptr_t)4095;
    uintptr_t page_high = (block->base + block->size) & ~(uintptr_t)4095;
    memset((void *)block->base, 0, page_low - block->base);
    madvise((void *)page_low, page_high - page_low, MADV_DONTNEED);
    memset((void *)page_high, 0, block->base + block->size - page_high);
}

void *
sley_heap_allocate(size_t size, size_t alignment, bool zero, uintptr_t pc)
{
    if (size > large_region) {
        return NULL;
    }
    size_t room = ((size ? size : 1) + GRANULE - 1 + RED_ZONE) & ~(size_t)(GRANULE - 1);
    struct sley_block *block = NULL;
    bool reused = false;
    if (sley_engine.options->reuse && alignment == GRANULE && freed[class_of(room)].oldest &&
        sley_choose(SLEY_CHOICE_REUSE, 2) == 1) {
        block = take_freed(room, true);
        reused = block != NULL;
    }
    if (!block) {
        block = take_fresh(room, alignment);
    }
    if (!block && alignment == GRANULE) {
        block = take_freed(room, false);
        reused = block != NULL;
    }
    if (!block) {
        return NULL;
    }
    if (reused) {
        sley_race_clear(block->base, block->room);
    }
    struct sley_task *task = sley_current();
    block->size = size;
    block->key = (uint32_t)sley_mix64((uint64_t)(sley_engine.task + 1) << 32 | ++task->alloc_count);
    block->next_free = 0;
    block->alloc_task = (uint16_t)sley_engine.task;
    block->process = task->process;
    block->freed = false;
    block->alloc_step = sley_step();
    block->alloc_pc = sley_noted_pc(pc);
    fill(block, zero);
    return (void *)block->base;
}

const struct sley_block *
sley_heap_find(uintptr_t address)
{
    uintptr_t offset = address - sley_engine.arena_low;
    if (offset >= sley_engine.arena_size) {
        return NULL;
    }
    uint32_t index = sley_heap_map[offset / GRANULE];
    const struct sley_block *block = &sley_heap_blocks[index];
    bool valid = index != 0 && index < sley_heap_block_count && address >= block->base &&
                 address - block->base < block->room;
    return valid ? block : NULL;
}

bool
sley_heap_is_freed(const struct sley_block *block)
{
    return block->freed &&
           (!sley_engine.processes || sley_baton_inherits(sley_current()->process, block->process,
                                                          block->free_step + sley_engine.base));
}

bool
sley_heap_is_foreign(const struct sley_block *block)
{
    return !sley_baton_inherits(sley_current()->process, block->process,
                                block->alloc_step + sley_engine.base);
}

void
sley_heap_foreign(uintptr_t address, size_t size, bool writes, uintptr_t pc)
{
    char text[96];
    snprintf(text, sizeof text, "%s of %zu bytes of another process's memory",
             writes ? "write" : "read", size);
    sley_verdict(SLEY_VERDICT_HEAP, address, pc, text);
    if (sley_current()->process == 0) {
        sley_run_end();
    }
    sley_task_end_process(-SIGSEGV);
}

void
sley_heap_used(uint32_t task, uintptr_t *low, size_t *size)
{
    *low = sley_engine.arena_low + region_offset(task);
    *size = task < bump_count && bump[task] ? bump[task] - *low : 0;
}

void
sley_heap_misuse(uintptr_t address, size_t size, bool writes, uintptr_t pc)
{
    const struct sley_block *block = sley_heap_find(address);
    char text[96];
    const char *verb = writes ? "write" : "read";
    struct sley_failure *failure;
    if (!block) {
        snprintf(text, sizeof text, "%s of %zu bytes outside every heap block", verb, size);
        sley_verdict(SLEY_VERDICT_HEAP, address, pc, text);
        return;
    }
    if (!block->freed) {
        snprintf(text, sizeof text, "%s of %zu bytes at offset %zu of a block of %zu bytes", verb,
                 size, (size_t)(address - block->base), block->size);
        failure = sley_verdict(SLEY_VERDICT_HEAP, address, pc, text);
        if (failure) {
            failure->task[1] = block->alloc_task;
            failure->pc[1] = block->alloc_pc;
            failure->step[1] = block->alloc_step;
        }
        return;
    }
    snprintf(text, sizeof text, "use after free: %s of %zu bytes", verb, size);
    failure = sley_verdict(SLEY_VERDICT_HEAP, address, pc, text);
    if (failure) {
        failure->task[1] = block->free_task;
        failure->pc[1] = block->free_pc;
        failure->step[1] = block->free_step;
    }
}

void
sley_heap_free(void *memory, uintptr_t pc)
{
    if (!memory) {
        return;
    }
    struct sley_block *block = (struct sley_block *)(uintptr_t)sley_heap_find((uintptr_t)memory);
    bool whole = block && block->base == (uintptr_t)memory;
    sley_point_sized(SLEY_OP_FREE, (uintptr_t)memory, whole ? (uint32_t)block->room : 1, pc);
    if (!whole) {
        sley_verdict(SLEY_VERDICT_HEAP, (uintptr_t)memory, pc,
                     block ? "free of a pointer into the middle of a block"
                           : "free of a pointer that no allocation returned");
        return;
    }
    if (sley_heap_is_freed(block)) {
        struct sley_failure *failure =
            sley_verdict(SLEY_VERDICT_HEAP, (uintptr_t)memory, pc, "double free");
        if (failure) {
            failure->task[1] = block->free_task;
            failure->pc[1] = block->free_pc;
            failure->step[1] = block->free_step;
        }
        return;
    }
    size_t checked = block->size < FREE_CHECKED ? block->size : FREE_CHECKED;
    sley_access_race_range(block->base, checked, SLEY_ACCESS_WRITE, pc);
    if (sley_lane) {
        sley_lane->memory((void *)block->base, checked, true);
    }
    if (sley_engine.processes && block->process != sley_current()->process) {
        return; /* a copy that a fork made: the block itself is another process's */
    }
    block->freed = true;
    block->free_task = (uint16_t)sley_engine.task;
    block->free_step = sley_step();
    block->free_pc = sley_noted_pc(pc);
    uint32_t index = (uint32_t)(block - sley_heap_blocks);
    uint32_t class = class_of(block->room);
    *(freed[class].newest ? &sley_heap_blocks[freed[class].newest].next_free
                          : &freed[class].oldest) = index;
    freed[class].newest = index;
}
