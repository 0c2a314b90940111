#include "instrument/copy.h"

#include "engine/engine.h"
#include "instrument/range.h"

#include <string.h>

enum { PIECE = 8 };

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void
copy_piece(uintptr_t to, uintptr_t from, size_t size, uintptr_t pc)
{
    char piece[PIECE];
    sley_range(from, size, false, pc);
    memcpy(piece, (const void *)from, size); /* the value of the read, whoever writes then */
    sley_range(to, size, true, pc);
    memcpy((void *)to, piece, size);
}

void
sley_memory_copy(void *destination, const void *source, size_t size, uintptr_t pc)
{
    uintptr_t to = (uintptr_t)destination;
    uintptr_t from = (uintptr_t)source;
    if (!sley_running()) {
        memmove(destination, source, size);
        return;
    }
    if (sley_range_quiet(from, size, false, pc)) {
        sley_range(to, size, true, pc);
        memmove(destination, source, size);
        return;
    }
    while (size > 0 && to - from >= size) {
        size_t part = smaller(PIECE - to % PIECE, size);
        copy_piece(to, from, part, pc);
        to += part;
        from += part;
        size -= part;
    }
    /* What is left overlaps with its own source further up: the end goes first. */
    while (size > 0) {
        size_t part = (to + size) % PIECE;
        part = smaller(part ? part : PIECE, size);
        size -= part;
        copy_piece(to + size, from + size, part, pc);
    }
}

void
sley_memory_set(void *destination, int byte, size_t size, uintptr_t pc)
{
    uintptr_t to = (uintptr_t)destination;
    if (sley_running() && sley_range_quiet(to, size, true, pc)) {
        memset(destination, byte, size);
        return;
    }
    while (size > 0) {
        size_t part = sley_running() ? smaller(PIECE - to % PIECE, size) : size;
        sley_range(to, part, true, pc);
        memset((void *)to, byte, part);
        to += part;
        size -= part;
    }
}
