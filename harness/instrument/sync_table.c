#include "instrument/sync_table.h"

#include "base/region.h"
#include "engine/baton.h"

#include <base/rng.h>

enum { SLOTS = 1 << 16 };

/* Open addressing; an entry of an earlier run counts as empty. */
static struct {
    uintptr_t address;
    uint32_t serial;
    struct sley_clock clock;
} * table;
static uint32_t used, used_serial;

struct sley_clock *
sley_sync_clock(uintptr_t address, bool create)
{
    uint32_t serial = sley_engine.serial;
    if (sley_engine.processes) {
        address = sley_baton_place(address);
    }
    if (!table) {
        table = sley_region_reserve(SLOTS * sizeof table[0]);
    }
    if (used_serial != serial) {
        used_serial = serial;
        used = 0;
    }
    if (!table || used > SLOTS / 2) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, address, 0,
                         "more than 32768 atomic locations in one run");
    }
    uint32_t slot = (uint32_t)(sley_mix64(address) % SLOTS);
    while (table[slot].serial == serial && table[slot].address != address) {
        slot = (slot + 1) % SLOTS;
    }
    if (table[slot].serial == serial) {
        return &table[slot].clock;
    }
    if (!create) {
        return NULL;
    }
    used++;
    table[slot].serial = serial;
    table[slot].address = address;
    sley_clock_init(&table[slot].clock);
    return &table[slot].clock;
}

/* Nothing was said in most runs: then there is nothing to look up. */
static uint32_t said_serial;

struct sley_clock *
sley_sync_said(uintptr_t address, enum sley_sync_said by, bool create)
{
    if (create) {
        said_serial = sley_engine.serial;
    }
    /* No address has these bits (x86-64 and AArch64: 48 bits for a process). */
    uintptr_t tag = (uintptr_t)1 << (by == SLEY_SAID ? 62 : 63);
    return said_serial == sley_engine.serial ? sley_sync_clock(address | tag, create) : NULL;
}
