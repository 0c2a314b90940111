#include "descriptor/bytes.h"

#include "engine/access.h"
#include "engine/lane.h"

void
sley_bytes_touch(const void *memory, size_t size, bool writes, uintptr_t pc)
{
    uintptr_t address = (uintptr_t)memory;
    if (size == 0) {
        return;
    }
    if (sley_lane) {
        sley_lane->memory((void *)address, size, writes);
    }
    sley_access_key(address, size < UINT32_MAX ? (uint32_t)size : UINT32_MAX, writes, pc);
    sley_access_race_range(address, size, writes ? SLEY_ACCESS_WRITE : 0, pc);
}

void
sley_bytes_touch_pieces(const struct iovec *pieces, int count, size_t size, bool writes,
                        uintptr_t pc)
{
    for (int i = 0; i < count && size > 0; i++) {
        size_t part = pieces[i].iov_len < size ? pieces[i].iov_len : size;
        sley_bytes_touch(pieces[i].iov_base, part, writes, pc);
        size -= part;
    }
}

size_t
sley_bytes_total(const struct iovec *pieces, int count)
{
    size_t total = 0;
    for (int i = 0; i < count; i++) {
        total += pieces[i].iov_len;
    }
    return total;
}

int
sley_bytes_advance(struct iovec *pieces, int count, size_t size)
{
    int used = 0;
    while (used < count && size >= pieces[used].iov_len) {
        size -= pieces[used++].iov_len;
    }
    if (used < count) {
        pieces[used].iov_base = (char *)pieces[used].iov_base + size;
        pieces[used].iov_len -= size;
    }
    return used;
}
