#include "engine/region.h"

#include <sys/mman.h>

static const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void *
sley_region_reserve(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void *
sley_region_fixed(const uintptr_t *bases, size_t base_count, size_t size)
{
    for (size_t i = 0; i < base_count; i++) {
        void *wanted = (void *)bases[i];
        void *at = mmap(wanted, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, -1, 0);
        if (at == wanted) {
            return at;
        }
        if (at != MAP_FAILED) {
            munmap(at, size);
        }
    }
    return NULL;
}
