/* Memory functions as accesses of the code under test. */
#include "pthread/memory.h"

#include "engine/engine.h"
#include "instrument/range.h"
#include "pthread/front.h"
#include "pthread/process.h"

#include <string.h>
#include <strings.h>

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
