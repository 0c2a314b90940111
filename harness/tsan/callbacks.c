/* The tsan lane's callbacks for plain accesses: first a scheduling point, then the real callback.
 *
 * The code's undefined references to __tsan_X are renamed to sley_tsan_X (names.def). The tail call
 * leaves the caller's address what it was, so the sanitizer sees the place in the code under test.
 */
/* A tail call of a function without a value is written `return f();`, which ISO C does not know. */
#pragma clang diagnostic ignored "-Wpedantic"

#include "engine/access.h"
#include "instrument/copy.h"

#define ACCESS(name, size, op, kind)                                                               \
    void __tsan_##name(void *address);                                                             \
    void sley_tsan_##name(void *address);                                                          \
    void sley_tsan_##name(void *address)                                                           \
    {                                                                                              \
        sley_access((uintptr_t)address, size, op, kind, SLEY_CALLER());                            \
        __attribute__((musttail)) return __tsan_##name(address);                                   \
    }

#define READ(name, size) ACCESS(name, size, SLEY_OP_READ, 0)
#define WRITE(name, size) ACCESS(name, size, SLEY_OP_WRITE, SLEY_ACCESS_WRITE)

READ(read1, 1)
READ(read2, 2)
READ(read4, 4)
READ(read8, 8)
READ(unaligned_read2, 2)
READ(unaligned_read4, 4)
READ(unaligned_read8, 8)
WRITE(write1, 1)
WRITE(write2, 2)
WRITE(write4, 4)
WRITE(write8, 8)
WRITE(unaligned_write2, 2)
WRITE(unaligned_write4, 4)
WRITE(unaligned_write8, 8)

/* Ranges are split into points here and go to the sanitizer whole. */
static void
pieces(uintptr_t address, size_t size, bool writes, uintptr_t pc)
{
    enum sley_op op = writes ? SLEY_OP_WRITE : SLEY_OP_READ;
    while (size > 0) {
        uint32_t part = 8 - (uint32_t)(address & 7);
        part = part > size ? (uint32_t)size : part;
        sley_access(address, part, op, writes ? SLEY_ACCESS_WRITE : 0, pc);
        address += part;
        size -= part;
    }
}

#define SIXTEEN(name, writes)                                                                      \
    void __tsan_##name(void *address);                                                             \
    void sley_tsan_##name(void *address);                                                          \
    void sley_tsan_##name(void *address)                                                           \
    {                                                                                              \
        pieces((uintptr_t)address, 16, writes, SLEY_CALLER());                                     \
        __attribute__((musttail)) return __tsan_##name(address);                                   \
    }

SIXTEEN(read16, false)
SIXTEEN(write16, true)
SIXTEEN(unaligned_read16, false)
SIXTEEN(unaligned_write16, true)

#define RANGE(name, writes)                                                                        \
    void __tsan_##name(void *address, unsigned long size);                                         \
    void sley_tsan_##name(void *address, unsigned long size);                                      \
    void sley_tsan_##name(void *address, unsigned long size)                                       \
    {                                                                                              \
        pieces((uintptr_t)address, size, writes, SLEY_CALLER());                                   \
        __attribute__((musttail)) return __tsan_##name(address, size);                             \
    }

RANGE(read_range, false)
RANGE(write_range, true)

void __tsan_vptr_update(void **address, void *value);
void sley_tsan_vptr_update(void **address, void *value);
void __tsan_vptr_read(void **address);
void sley_tsan_vptr_read(void **address);

void
sley_tsan_vptr_update(void **address, void *value)
{
    if (*address != value) {
        sley_access((uintptr_t)address, sizeof value, SLEY_OP_WRITE, SLEY_ACCESS_WRITE,
                    SLEY_CALLER());
    }
    __attribute__((musttail)) return __tsan_vptr_update(address, value);
}

void
sley_tsan_vptr_read(void **address)
{
    sley_access((uintptr_t)address, sizeof *address, SLEY_OP_READ, 0, SLEY_CALLER());
    __attribute__((musttail)) return __tsan_vptr_read(address);
}

/* What clang from 15 on calls for copies; the copy and what the sanitizer sees of it are the
 * front's. */
void *sley_tsan_memcpy(void *to, const void *from, size_t size);
void *sley_tsan_memmove(void *to, const void *from, size_t size);
void *sley_tsan_memset(void *to, int byte, size_t size);

void *
sley_tsan_memcpy(void *to, const void *from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
sley_tsan_memmove(void *to, const void *from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
sley_tsan_memset(void *to, int byte, size_t size)
{
    sley_memory_set(to, byte, size, SLEY_CALLER());
    return to;
}
