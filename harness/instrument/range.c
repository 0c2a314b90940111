#include "instrument/range.h"

#include "engine/access.h"
#include "engine/lane.h"

void
sley_range(uintptr_t address, size_t size, bool writes, uintptr_t pc)
{
    if (!sley_running()) {
        return;
    }
    enum sley_op op = writes ? SLEY_OP_WRITE : SLEY_OP_READ;
    unsigned kind = writes ? SLEY_ACCESS_WRITE : 0;
    uintptr_t end = address + size;
    if (sley_lane && size > 0) {
        sley_lane->memory((void *)address, size, writes);
    }
    while (address < end) {
        uint32_t part = 8 - (uint32_t)(address & 7);
        if (part > end - address) {
            part = (uint32_t)(end - address);
        }
        sley_access(address, part, op, kind, pc);
        address += part;
    }
}
