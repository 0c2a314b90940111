/* Bytecode programs on real threads: no interpreter lock, no virtual time. Their objects live in an
 * arena that is emptied between runs; what is freed stays as it is, so that a use after free is
 * seen by the object's own count. */
#include "native/native.h"

#include "models/program/lane.h"

#include <string.h>

enum { ARENA_SIZE = 1 << 17 };

static _Alignas(16) unsigned char arena[ARENA_SIZE];
static _Atomic size_t arena_used;

void
sley_native_program_begin(void)
{
    size_t used = arena_used;
    memset(arena, 0, used < ARENA_SIZE ? used : ARENA_SIZE);
    arena_used = 0;
}

void
sley_program_step(enum sley_bytecode kind, uintptr_t pc)
{
    (void)kind;
    (void)pc;
}

void
sley_program_compute(uint64_t duration_us, bool releases, uintptr_t pc)
{
    (void)duration_us; /* virtual */
    (void)releases;
    (void)pc;
}

void *
sley_program_allocate(size_t size)
{
    size_t room = (size + 15) & ~(size_t)15;
    size_t begin = atomic_fetch_add_explicit(&arena_used, room, memory_order_relaxed);
    if (begin + room > ARENA_SIZE) {
        sley_program_end(SLEY_VERDICT_OUT_OF_MEMORY, "");
    }
    return arena + begin;
}

void
sley_program_free(void *memory)
{
    (void)memory;
}

void
sley_program_end(enum sley_verdict verdict, const char *text)
{
    (void)text;
    sley_native_end(verdict);
}
