/* malloc and its relatives, on the program's heap. Outside a run they are libc's. */
#include "pthread/alloc.h"
#include "engine/engine.h"
#include "engine/heap.h"
#include "instrument/range.h"
#include "pthread/foreign.h"
#include "pthread/front.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

enum { ALIGNMENT = 16 };

void *
sley_alloc(size_t size, size_t alignment, bool zero, uintptr_t pc)
{
    size_t least = alignment < ALIGNMENT ? ALIGNMENT : alignment;
    void *memory = sley_heap_allocate(size, least, zero, pc);
    if (!memory) {
        errno = ENOMEM;
    }
    return memory;
}

static void
release(void *memory, uintptr_t pc)
{
    if (!sley_foreign_free(memory, pc)) {
        sley_heap_free(memory, pc);
    }
}

/* The new block's bytes are copied without points: a data race with the old block's end shows in
 * its being freed. */
void *
sley_alloc_resize(void *memory, size_t size, uintptr_t pc)
{
    if (!memory) {
        return sley_alloc(size, ALIGNMENT, false, pc);
    }
    if (size == 0) {
        release(memory, pc);
        return NULL;
    }
    const struct sley_block *block = sley_heap_find((uintptr_t)memory);
    bool own = block && !block->freed && block->base == (uintptr_t)memory;
    if (!own && !sley_foreign_is(memory)) {
        sley_heap_free(memory, pc); /* says what is wrong with it */
        return NULL;
    }
    size_t old = own ? block->size : malloc_usable_size(memory);
    void *fresh = sley_alloc(size, ALIGNMENT, false, pc);
    if (fresh) {
        memcpy(fresh, memory, old < size ? old : size);
        release(memory, pc);
    }
    return fresh;
}

size_t
sley_alloc_size(const void *memory)
{
    const struct sley_block *block = sley_heap_find((uintptr_t)memory);
    if (block) {
        return block->size;
    }
    return sley_foreign_is(memory) ? malloc_usable_size((void *)(uintptr_t)memory) : 0;
}

static bool
is_power_of_two(size_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

void *
sley_malloc(size_t size)
{
    return sley_running() ? sley_alloc(size, ALIGNMENT, false, SLEY_CALLER()) : malloc(size);
}

void *
sley_calloc(size_t count, size_t size)
{
    size_t total;
    if (!sley_running()) {
        return calloc(count, size);
    }
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return sley_alloc(total, ALIGNMENT, true, SLEY_CALLER());
}

void *
sley_realloc(void *memory, size_t size)
{
    return sley_running() ? sley_alloc_resize(memory, size, SLEY_CALLER()) : realloc(memory, size);
}

void *
sley_reallocarray(void *memory, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return sley_running() ? sley_alloc_resize(memory, total, SLEY_CALLER())
                          : realloc(memory, total);
}

void
sley_free(void *memory)
{
    if (sley_running()) {
        release(memory, SLEY_CALLER());
    } else if ((uintptr_t)memory - sley_engine.arena_low >= sley_engine.arena_size) {
        free(memory);
    }
}

void *
sley_aligned_alloc(size_t alignment, size_t size)
{
    if (!is_power_of_two(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return sley_running() ? sley_alloc(size, alignment, false, SLEY_CALLER())
                          : aligned_alloc(alignment, size);
}

int
sley_posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (!sley_running()) {
        return posix_memalign(memory, alignment, size);
    }
    if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) {
        return EINVAL;
    }
    int saved_errno = errno; /* which posix_memalign leaves alone */
    void *fresh = sley_alloc(size, alignment, false, SLEY_CALLER());
    errno = saved_errno;
    if (!fresh) {
        return ENOMEM;
    }
    *memory = fresh;
    return 0;
}

void *
sley_memalign(size_t alignment, size_t size)
{
    if (!is_power_of_two(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return sley_running() ? sley_alloc(size, alignment, false, SLEY_CALLER())
                          : memalign(alignment, size);
}

size_t
sley_malloc_usable_size(void *memory)
{
    return sley_running() ? sley_alloc_size(memory) : malloc_usable_size(memory);
}

/* A string of length bytes that ends in 0. */
static char *
duplicate(const char *text, size_t length, uintptr_t pc)
{
    char *copy = sley_running() ? sley_alloc(length + 1, ALIGNMENT, false, pc) : malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *
sley_strdup(const char *text)
{
    size_t length = strlen(text);
    sley_range((uintptr_t)text, length + 1, false, SLEY_CALLER());
    return duplicate(text, length, SLEY_CALLER());
}

char *
sley_strndup(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    sley_range((uintptr_t)text, length < size ? length + 1 : size, false, SLEY_CALLER());
    return duplicate(text, length, SLEY_CALLER());
}

static int
format(char **text, const char *form, va_list arguments, uintptr_t pc)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, form, again);
    va_end(again);
    if (length < 0) {
        return length;
    }
    size_t size = (size_t)length + 1;
    *text = sley_running() ? sley_alloc(size, ALIGNMENT, false, pc) : malloc(size);
    return *text ? vsnprintf(*text, size, form, arguments) : -1;
}

int
sley_vasprintf(char **text, const char *form, va_list arguments)
{
    return format(text, form, arguments, SLEY_CALLER());
}

int
sley_asprintf(char **text, const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    int length = format(text, form, arguments, SLEY_CALLER());
    va_end(arguments);
    return length;
}
