/* Memory functions as accesses of the code under test. Copies go on by pieces of at most 8 bytes,
 * each with its points, so that other tasks can see and cause torn copies. */
#include "pthread/memory.h"

#include "engine/engine.h"
#include "instrument/range.h"
#include "pthread/front.h"
#include "pthread/process.h"

#include <string.h>
#include <strings.h>

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
    while (size > 0) {
        size_t part = sley_running() ? smaller(PIECE - to % PIECE, size) : size;
        sley_range(to, part, true, pc);
        memset((void *)to, byte, part);
        to += part;
        size -= part;
    }
}

void
sley_memory_check_room(size_t size, size_t room, uintptr_t pc)
{
    if (size > room && sley_running()) {
        sley_process_abort("buffer overflow detected", pc);
    }
}

void *
sley_memcpy(void *restrict to, const void *restrict from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
sley_mempcpy(void *restrict to, const void *restrict from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return (char *)to + size;
}

void *
sley_memmove(void *to, const void *from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
sley_memset(void *to, int byte, size_t size)
{
    sley_memory_set(to, byte, size, SLEY_CALLER());
    return to;
}

void
sley_bzero(void *to, size_t size)
{
    sley_memory_set(to, 0, size, SLEY_CALLER());
}

int
sley_memcmp(const void *a, const void *b, size_t size)
{
    sley_range((uintptr_t)a, size, false, SLEY_CALLER());
    sley_range((uintptr_t)b, size, false, SLEY_CALLER());
    return memcmp(a, b, size);
}

void *
sley_memchr(const void *memory, int byte, size_t size)
{
    const char *found = memchr(memory, byte, size);
    size_t seen = found ? (size_t)(found - (const char *)memory) + 1 : size;
    sley_range((uintptr_t)memory, seen, false, SLEY_CALLER());
    return memchr(memory, byte, size);
}

void *
sley___memcpy_chk(void *restrict to, const void *restrict from, size_t size, size_t room)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
sley___memmove_chk(void *to, const void *from, size_t size, size_t room)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
sley___memset_chk(void *to, int byte, size_t size, size_t room)
{
    sley_memory_check_room(size, room, SLEY_CALLER());
    sley_memory_set(to, byte, size, SLEY_CALLER());
    return to;
}
