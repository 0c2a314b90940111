/* Every process has a table of frames for each block that it holds, as page tables have them; a
 * frame knows how many tables it stands in. A fork copies the tables, a write to a frame with other
 * users takes a new one. */
#include "models/machine/pages.h"

#include "models/fault.h"
#include "models/machine/machine.h"

enum { PAGE = 4096, VIEWS_MAX = 1024, ENTRIES_MAX = 1 << 20, FRAMES_MAX = 1 << 20 };

/* A block, as one process sees it. */
struct view {
    uint32_t block;   /* 1, 2, ... in the order of loading */
    uint32_t process; /* `nobody`: it has ended */
    uint32_t first;   /* of its entries */
    uint32_t count;
};

static const uint32_t nobody = UINT32_MAX;

static struct view views[VIEWS_MAX];
static uint32_t entries[ENTRIES_MAX]; /* a frame for each page of each view */
static uint16_t users[FRAMES_MAX];    /* entries that name the frame */
static uint32_t view_count, entry_count, frame_count, block_count;
static uint64_t held, held_max, copied; /* frames */

void
sley_pages_begin(void)
{
    view_count = entry_count = frame_count = block_count = 0;
    held = held_max = copied = 0;
}

static uint32_t
self(void)
{
    return sley_engine.task_table[sley_engine.task].process;
}

static void __attribute__((noreturn)) full(uintptr_t pc)
{
    sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc,
                     "more than 1,024 blocks or 1,048,576 pages of all processes in one run");
}

static uint32_t
frame_take(uintptr_t pc)
{
    if (frame_count == FRAMES_MAX) {
        full(pc);
    }
    users[frame_count] = 1;
    held++;
    held_max = held > held_max ? held : held_max;
    return frame_count++;
}

static void
frame_drop(uint32_t frame)
{
    if (--users[frame] == 0) {
        held--;
    }
}

static struct view *
view_add(uint32_t block, uint32_t process, uint32_t count, uintptr_t pc)
{
    if (view_count == VIEWS_MAX || count > ENTRIES_MAX - entry_count) {
        full(pc);
    }
    struct view *view = &views[view_count++];
    *view = (struct view){block, process, entry_count, count};
    entry_count += count;
    return view;
}

static void
load(struct sley_memory *memory, uint64_t bytes, uintptr_t pc)
{
    uint64_t pages = (bytes + PAGE - 1) / PAGE;
    if (pages > ENTRIES_MAX) {
        full(pc);
    }
    memory->block = ++block_count;
    const struct view *view = view_add(memory->block, self(), (uint32_t)pages, pc);
    for (uint32_t i = 0; i < view->count; i++) {
        entries[view->first + i] = frame_take(pc);
    }
}

static const struct view *
view_find(uint32_t block)
{
    for (uint32_t i = 0; i < view_count; i++) {
        if (views[i].block == block && views[i].process == self()) {
            return &views[i];
        }
    }
    return NULL;
}

static void
write_pages(const struct sley_memory *memory, uint64_t bytes, uintptr_t pc)
{
    const struct view *view = view_find(memory->block);
    uint64_t pages = (bytes + PAGE - 1) / PAGE;
    if (!view || pages > view->count) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)memory, pc,
                         "a write to memory that this process does not hold");
    }
    for (uint32_t i = 0; i < pages; i++) {
        uint32_t *entry = &entries[view->first + i];
        if (users[*entry] > 1 && !sley_fault(SLEY_FAULT_MACHINE_WRITE_SHARES)) {
            frame_drop(*entry);
            *entry = frame_take(pc);
            copied++;
        }
    }
}

void
sley_pages_fork(uint32_t child)
{
    uint32_t process = self();
    uint32_t count = view_count;
    for (uint32_t v = 0; v < count; v++) {
        if (views[v].process != process) {
            continue;
        }
        const struct view *copy = view_add(views[v].block, child, views[v].count, 0);
        for (uint32_t i = 0; i < copy->count; i++) {
            uint32_t frame = entries[views[v].first + i];
            users[frame]++;
            entries[copy->first + i] = frame;
            if (sley_fault(SLEY_FAULT_MACHINE_FORK_COPIES)) {
                frame_drop(frame);
                entries[copy->first + i] = frame_take(0);
            }
        }
    }
}

void
sley_pages_end(uint32_t process)
{
    for (uint32_t v = 0; v < view_count; v++) {
        if (views[v].process != process) {
            continue;
        }
        views[v].process = nobody;
        for (uint32_t i = 0; i < views[v].count; i++) {
            frame_drop(entries[views[v].first + i]);
        }
    }
}

void
sley_pages_usage(struct sley_usage *usage)
{
    usage->page_bytes = held * PAGE;
    usage->page_bytes_max = held_max * PAGE;
    usage->page_copied_bytes = copied * PAGE;
}

const struct sley_machine_memory_ops sley_pages_ops = {
    .load = load,
    .write = write_pages,
};
