/* The program's heap: an arena at a fixed address, one region for each task.
 *
 * Addresses depend on the allocating task and its own number of allocations alone. A freed block
 * is not handed out again before its region is full (or at once, as a choice, with the option
 * `reuse`), so a use after free is seen for what it is. */
#ifndef SLEY_ENGINE_HEAP_H
#define SLEY_ENGINE_HEAP_H

#include <sley/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sley_block {
    uintptr_t base;
    size_t size;        /* bytes that the program asked for */
    size_t room;        /* bytes from base to the next block's base, red zone included */
    uint32_t key;       /* logical key: allocating task and its number of allocations */
    uint32_t next_free; /* next block in the list of freed ones, oldest first; 0: last */
    uint16_t alloc_task;
    uint16_t free_task;
    bool freed;
    uint8_t process;     /* that it was allocated in */
    uint32_t alloc_step; /* of the run */
    uint32_t free_step;
    uintptr_t alloc_pc;
    uintptr_t free_pc;
};

/* Reserves the arena; sets the engine's arena bounds. Once in a process. */
enum sley_status sley_heap_init(struct sley_error *error);

/* Forgets every block. Between runs, and for a worker at its start. */
void sley_heap_reset(void);

/* Hands out size bytes (0 counts as 1) aligned to alignment, a power of two of at least 16, filled
 * with zero or a pattern. NULL when the task's region is full. */
void *sley_heap_allocate(size_t size, size_t alignment, bool zero, uintptr_t pc);

/* Frees a block; anything else than the base of a live block is a heap verdict. NULL is ignored. */
void sley_heap_free(void *memory, uintptr_t pc);

/* The block that [address, ...) lies in or closely before, live or freed; NULL if there is none. */
const struct sley_block *sley_heap_find(uintptr_t address);

/* Whether the block is freed, as the current process sees it: what another process frees is that
 * one's copy. */
bool sley_heap_is_freed(const struct sley_block *block);

/* Whether the block is no memory of the current process. */
bool sley_heap_is_foreign(const struct sley_block *block);

/* Reports an access to a foreign block. The process ends, as if by SIGSEGV. */
void sley_heap_foreign(uintptr_t address, size_t size, bool writes, uintptr_t pc);

/* The part of a task's heap region that was handed out in this run. */
void sley_heap_used(uint32_t task, uintptr_t *low, size_t *size);

/* Reports an access to [address, address + size) of the arena that no live block contains. */
void sley_heap_misuse(uintptr_t address, size_t size, bool writes, uintptr_t pc);

/* Directory of the arena: block index for each 16 bytes. An entry of an earlier run is told by its
 * block's bounds. */
extern uint32_t *sley_heap_map;
extern struct sley_block *sley_heap_blocks;
extern uint32_t sley_heap_block_count;

#endif
