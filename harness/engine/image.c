/* What a new process's memory holds: a copy of its parent's globals, heap regions and live stacks
 * at the moment of the spawn, carried over in shared memory.
 *
 * The pool's processes are older than the run, so fork itself cannot make the copy. */
#include "engine/baton.h"
#include "engine/heap.h"
#include "engine/internal.h"

#include "base/region.h"

#include <string.h>

static const size_t images_size = (size_t)1 << 28;

static char *images; /* [images_size], shared */
static size_t images_used;

struct record {
    uintptr_t address;
    size_t size;
    bool clear; /* zero instead of what follows */
};

void
sley_image_begin(void)
{
    images_used = 0;
}

static size_t
rounded(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

static bool
append(struct sley_process *process, uintptr_t address, size_t size, bool clear)
{
    size_t room = rounded(sizeof(struct record)) + (clear ? 0 : rounded(size));
    if (size == 0) {
        return true;
    }
    if (!images || room > images_size - images_used) {
        return false;
    }
    char *at = images + images_used;
    *(struct record *)(void *)at = (struct record){address, size, clear};
    if (!clear) {
        memcpy(at + rounded(sizeof(struct record)), (const void *)address, size);
    }
    images_used += room;
    process->image_size += room;
    return true;
}

/* A range of the parent's that the child has as well. */
static bool
inherit(struct sley_process *child, uintptr_t address, size_t size, bool anew)
{
    if (size == 0) {
        return true;
    }
    if (child->range_count == SLEY_RANGES_MAX) {
        return false;
    }
    child->ranges[child->range_count++] = (struct sley_range){address, size};
    return append(child, address, size, anew);
}

/* The live part of a task's stack. */
static struct sley_range
live_stack(uint32_t t)
{
    const struct sley_task *task = &sley_engine.task_table[t];
    uintptr_t high = (uintptr_t)task->stack_low + task->stack_size;
    uintptr_t low =
        t == sley_engine.task ? (uintptr_t)__builtin_frame_address(0) : (uintptr_t)task->fiber.sp;
    bool inside = low >= (uintptr_t)task->stack_low && low < high;
    return (struct sley_range){low, inside && task->state != SLEY_TASK_DONE ? high - low : 0};
}

bool
sley_image_take(uint32_t child, bool anew)
{
    const struct sley_engine *e = &sley_engine;
    uint32_t self = sley_baton_self();
    struct sley_process *process = &sley_process_table[child];
    if (!images) {
        images = sley_region_reserve(images_size);
    }
    process->image = images + images_used;
    process->image_size = 0;
    process->range_count = 0;
    struct sley_range data, bss;
    sley_world_sections(&data.address, &data.size, &bss.address, &bss.size);
    bool ok = anew || (append(process, data.address, data.size, false) &&
                       append(process, bss.address, bss.size, false));
    const struct sley_process *parent = &sley_process_table[self];
    for (uint32_t i = 0; ok && self != 0 && i < parent->range_count; i++) {
        ok = inherit(process, parent->ranges[i].address, parent->ranges[i].size, anew);
    }
    for (uint32_t t = 0; ok && t < e->task_count; t++) {
        if (e->task_table[t].process != self || t == child) {
            continue;
        }
        struct sley_range stack = live_stack(t), heap;
        sley_heap_used(t, &heap.address, &heap.size);
        ok = inherit(process, stack.address, stack.size, anew) &&
             inherit(process, heap.address, heap.size, anew);
    }
    return ok;
}

/* Where in its image a process's bytes at address lie; NULL: they are not in it. */
static char *
find(const struct sley_process *process, uintptr_t address, size_t size)
{
    size_t head = rounded(sizeof(struct record));
    for (size_t at = 0; at < process->image_size;) {
        const struct record *record = (const void *)(process->image + at);
        if (!record->clear && address >= record->address &&
            address + size <= record->address + record->size) {
            return process->image + at + head + (address - record->address);
        }
        at += head + (record->clear ? 0 : rounded(record->size));
    }
    return NULL;
}

void
sley_image_patch(uint32_t child, uintptr_t address, uint32_t word)
{
    char *at = find(&sley_process_table[child], address, sizeof word);
    if (at) {
        memcpy(at, &word, sizeof word);
    }
}

bool
sley_image_peek(uint32_t process, uintptr_t address, void *to, size_t size)
{
    const char *at = find(&sley_process_table[process], address, size);
    if (at) {
        memcpy(to, at, size);
    }
    return at != NULL;
}

void
sley_image_apply(uint32_t process)
{
    const struct sley_process *self = &sley_process_table[process];
    size_t head = rounded(sizeof(struct record));
    for (size_t at = 0; at < self->image_size;) {
        const struct record *record = (const void *)(self->image + at);
        if (record->clear) {
            memset((void *)record->address, 0, record->size);
        } else {
            memcpy((void *)record->address, self->image + at + head, record->size);
        }
        at += head + (record->clear ? 0 : rounded(record->size));
    }
}

bool
sley_baton_is_private(uintptr_t address)
{
    const struct sley_engine *e = &sley_engine;
    uintptr_t offset = address - e->globals_low;
    return (offset < e->globals_size && e->globals_key[offset] != 0) ||
           address - e->arena_low < e->arena_size || address - e->stacks_low < e->stacks_size;
}

uintptr_t
sley_baton_place(uintptr_t address)
{
    uintptr_t shift = (uintptr_t)sley_current()->process << SLEY_PROCESS_SHIFT;
    return sley_baton_is_private(address) ? address + shift : address;
}

bool
sley_baton_inherits(uint32_t process, uint32_t owner, uint32_t step)
{
    for (uint32_t i = 0; i < SLEY_PROCESS_TASKS_MAX && process != owner; i++) {
        if (process == 0 || step > sley_process_table[process].fork_step) {
            return false;
        }
        process = sley_process_table[process].parent;
    }
    return process == owner;
}
