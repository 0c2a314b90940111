#include "base/region.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

/* The system call itself: a sanitizer that watches mmap would map shadow for all of the reserved
 * space. */
static void *
map(void *wanted, size_t size, int more)
{
    long at = syscall(SYS_mmap, wanted, size, PROT_READ | PROT_WRITE, flags | more, -1, 0L);
    return at == -1 ? NULL : (void *)at;
}

void *
sley_region_reserve(size_t size)
{
    return map(NULL, size, 0);
}

void *
sley_region_fixed(const uintptr_t *bases, size_t base_count, size_t size)
{
    for (size_t i = 0; i < base_count; i++) {
        void *wanted = (void *)bases[i];
        void *at = map(wanted, size, MAP_FIXED_NOREPLACE);
        if (at == wanted) {
            return at;
        }
        if (at) {
            syscall(SYS_munmap, at, size);
        }
    }
    return NULL;
}
