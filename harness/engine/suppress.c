#include "engine/suppress.h"

static struct {
    uint32_t start; /* of the task that the depths belong to: another user of the slot has none */
    uint32_t depth[2];
} ignoring[SLEY_TASKS_MAX];

static struct {
    uintptr_t low, high;
} benign[SLEY_BENIGN_MAX];
static uint32_t benign_count, benign_serial;

uint32_t
sley_ignore_depth(uint32_t task, enum sley_ignored what)
{
    bool own = ignoring[task].start == sley_engine.task_table[task].start;
    return own ? ignoring[task].depth[what] : 0;
}

void
sley_ignore_begin(enum sley_ignored what)
{
    uint32_t task = sley_engine.task;
    uint32_t start = sley_engine.task_table[task].start;
    if (ignoring[task].start != start) {
        ignoring[task].start = start;
        ignoring[task].depth[SLEY_IGNORED_ACCESSES] = 0;
        ignoring[task].depth[SLEY_IGNORED_SYNC] = 0;
    }
    ignoring[task].depth[what]++;
    sley_engine.check |= SLEY_CHECK_IGNORES; /* to the end of the run: who asks is told exactly */
}

void
sley_ignore_end(enum sley_ignored what)
{
    uint32_t task = sley_engine.task;
    if (sley_ignore_depth(task, what) > 0) {
        ignoring[task].depth[what]--;
    }
}

static uint32_t
count_of_run(void)
{
    if (benign_serial != sley_engine.serial) {
        benign_serial = sley_engine.serial;
        benign_count = 0;
    }
    return benign_count;
}

void
sley_benign_add(uintptr_t address, size_t size)
{
    uint32_t count = count_of_run();
    uintptr_t high = size > UINTPTR_MAX - address ? UINTPTR_MAX : address + size;
    for (uint32_t i = 0; i < count; i++) {
        if (benign[i].low == address && benign[i].high == high) {
            return; /* said again */
        }
    }
    if (count < SLEY_BENIGN_MAX) {
        benign[benign_count].low = address;
        benign[benign_count++].high = high;
    }
}

bool
sley_benign_touches(uintptr_t address, size_t size)
{
    uint32_t count = count_of_run();
    for (uint32_t i = 0; i < count; i++) {
        if (address < benign[i].high && benign[i].low < address + size) {
            return true;
        }
    }
    return false;
}
