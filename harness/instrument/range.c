#include "instrument/range.h"

#include "engine/access.h"
#include "engine/internal.h"
#include "engine/lane.h"

enum { PIECE = 8 };

bool
sley_range_quiet(uintptr_t address, size_t size, bool writes, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (!e->options->places || e->limit == 0 || size <= PIECE || size > UINT32_MAX) {
        return false;
    }
    e->step++;
    if (!sley_places_pass(writes ? SLEY_OP_WRITE : SLEY_OP_READ, address, (uint32_t)size, pc)) {
        e->step--;
        return false;
    }
    if (sley_lane) {
        sley_lane->memory((void *)address, size, writes);
    }
    return true;
}

void
sley_range(uintptr_t address, size_t size, bool writes, uintptr_t pc)
{
    if (!sley_running() || sley_range_quiet(address, size, writes, pc)) {
        return;
    }
    enum sley_op op = writes ? SLEY_OP_WRITE : SLEY_OP_READ;
    unsigned kind = writes ? SLEY_ACCESS_WRITE : 0;
    uintptr_t end = address + size;
    if (sley_lane && size > 0) {
        sley_lane->memory((void *)address, size, writes);
    }
    while (address < end) {
        uint32_t part = PIECE - (uint32_t)(address % PIECE);
        if (part > end - address) {
            part = (uint32_t)(end - address);
        }
        sley_access(address, part, op, kind, pc);
        address += part;
    }
}
