/* The callbacks that the compiler's -fsanitize=thread puts before plain memory accesses.
 *
 * Code under test is compiled with that flag and linked with these instead of the sanitizer's
 * runtime, as the Linux kernel does for KCSAN. The names are fixed by the compilers. */
#include "instrument/range.h"

#include "engine/access.h"
#include "instrument/copy.h"

#define ACCESS(name, size, op, kind)                                                               \
    void name(void *address);                                                                      \
    void name(void *address)                                                                       \
    {                                                                                              \
        sley_access((uintptr_t)address, size, op, kind, SLEY_CALLER());                            \
    }

#define READ(name, size) ACCESS(name, size, SLEY_OP_READ, 0)
#define WRITE(name, size) ACCESS(name, size, SLEY_OP_WRITE, SLEY_ACCESS_WRITE)

READ(__tsan_read1, 1)
READ(__tsan_read2, 2)
READ(__tsan_read4, 4)
READ(__tsan_read8, 8)
READ(__tsan_unaligned_read2, 2)
READ(__tsan_unaligned_read4, 4)
READ(__tsan_unaligned_read8, 8)
WRITE(__tsan_write1, 1)
WRITE(__tsan_write2, 2)
WRITE(__tsan_write4, 4)
WRITE(__tsan_write8, 8)
WRITE(__tsan_unaligned_write2, 2)
WRITE(__tsan_unaligned_write4, 4)
WRITE(__tsan_unaligned_write8, 8)
/* clang's own names for volatile and for read-before-write accesses, where it is asked for them. */
READ(__tsan_volatile_read1, 1)
READ(__tsan_volatile_read2, 2)
READ(__tsan_volatile_read4, 4)
READ(__tsan_volatile_read8, 8)
WRITE(__tsan_volatile_write1, 1)
WRITE(__tsan_volatile_write2, 2)
WRITE(__tsan_volatile_write4, 4)
WRITE(__tsan_volatile_write8, 8)

/* A compound access is a read and a write: two points, so that an update can be lost. */
#define READ_WRITE(name, size)                                                                     \
    void name(void *address);                                                                      \
    void name(void *address)                                                                       \
    {                                                                                              \
        sley_access((uintptr_t)address, size, SLEY_OP_READ, 0, SLEY_CALLER());                     \
        sley_access((uintptr_t)address, size, SLEY_OP_WRITE, SLEY_ACCESS_WRITE, SLEY_CALLER());    \
    }

READ_WRITE(__tsan_read_write1, 1)
READ_WRITE(__tsan_read_write2, 2)
READ_WRITE(__tsan_read_write4, 4)
READ_WRITE(__tsan_read_write8, 8)
READ_WRITE(__tsan_unaligned_read_write2, 2)
READ_WRITE(__tsan_unaligned_read_write4, 4)
READ_WRITE(__tsan_unaligned_read_write8, 8)

#define RANGE(name, parameters, from, size, writes)                                                \
    void name parameters;                                                                          \
    void name parameters                                                                           \
    {                                                                                              \
        sley_range((uintptr_t)(from), size, writes, SLEY_CALLER());                                \
    }

RANGE(__tsan_read16, (void *address), address, 16, false)
RANGE(__tsan_write16, (void *address), address, 16, true)
RANGE(__tsan_volatile_read16, (void *address), address, 16, false)
RANGE(__tsan_volatile_write16, (void *address), address, 16, true)
RANGE(__tsan_unaligned_read16, (void *address), address, 16, false)
RANGE(__tsan_unaligned_write16, (void *address), address, 16, true)
RANGE(__tsan_read_range, (void *address, size_t size), address, size, false)
RANGE(__tsan_write_range, (void *address, size_t size), address, size, true)

void __tsan_init(void);
void __tsan_func_entry(void *pc);
void __tsan_func_exit(void);
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
void __tsan_vptr_update(void **address, void *value);
void __tsan_vptr_read(void **address);

void
__tsan_init(void)
{
}

/* Stacks are read along the frame pointers when a report needs one, so nothing is kept here. */
void
__tsan_func_entry(void *pc)
{
    (void)pc;
}

void
__tsan_func_exit(void)
{
}

void
__tsan_ignore_thread_begin(void)
{
}

void
__tsan_ignore_thread_end(void)
{
}

/* Storing the same pointer again (a constructor of a base class) is no conflict. */
void
__tsan_vptr_update(void **address, void *value)
{
    if (*address != value) {
        sley_access((uintptr_t)address, sizeof value, SLEY_OP_WRITE, SLEY_ACCESS_WRITE,
                    SLEY_CALLER());
    }
}

void
__tsan_vptr_read(void **address)
{
    sley_access((uintptr_t)address, sizeof *address, SLEY_OP_READ, 0, SLEY_CALLER());
}

/* clang from 15 on calls these for copies that it makes itself; older ones call memcpy and the
 * like, which are redirected. */
void *__tsan_memcpy(void *to, const void *from, size_t size);
void *__tsan_memmove(void *to, const void *from, size_t size);
void *__tsan_memset(void *to, int byte, size_t size);

void *
__tsan_memcpy(void *to, const void *from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
__tsan_memmove(void *to, const void *from, size_t size)
{
    sley_memory_copy(to, from, size, SLEY_CALLER());
    return to;
}

void *
__tsan_memset(void *to, int byte, size_t size)
{
    sley_memory_set(to, byte, size, SLEY_CALLER());
    return to;
}
