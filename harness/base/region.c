#include "base/region.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { REGIONS_MAX = 512 };

/* Regions that are made while processes share them come out of one that all of them have. */
static const size_t pool_size = (size_t)128 << 30;

static const int flags = MAP_ANONYMOUS | MAP_NORESERVE;

static struct {
    char *at;
    size_t size;
} regions[REGIONS_MAX];
static uint32_t region_count;
static char *pool; /* NULL: regions are private */
static size_t pool_used;

/* The system call itself: a sanitizer that watches mmap would map shadow for all of the reserved
 * space. */
static void *
map(void *wanted, size_t size, int more)
{
    long at = syscall(SYS_mmap, wanted, size, PROT_READ | PROT_WRITE, flags | more, -1, 0L);
    return at == -1 ? NULL : (void *)at;
}

static void *
pool_take(size_t size)
{
    size_t room = (size + 4095) & ~(size_t)4095;
    if (room > pool_size - pool_used) {
        return NULL;
    }
    pool_used += room;
    return pool + pool_used - room;
}

void *
sley_region_reserve(size_t size)
{
    if (pool) {
        return pool_take(size);
    }
    char *at = map(NULL, size, MAP_PRIVATE);
    if (at && region_count < REGIONS_MAX) {
        regions[region_count].at = at;
        regions[region_count++].size = size;
    }
    return at;
}

void *
sley_region_reserve_constant(size_t size)
{
    return map(NULL, size, MAP_PRIVATE);
}

static void *
fixed(const uintptr_t *bases, size_t base_count, size_t size, int more)
{
    for (size_t i = 0; i < base_count; i++) {
        void *wanted = (void *)bases[i];
        void *at = map(wanted, size, MAP_FIXED_NOREPLACE | more);
        if (at == wanted) {
            return at;
        }
        if (at) {
            syscall(SYS_munmap, at, size);
        }
    }
    return NULL;
}

void *
sley_region_fixed(const uintptr_t *bases, size_t base_count, size_t size)
{
    return fixed(bases, base_count, size, MAP_PRIVATE);
}

void *
sley_region_fixed_shared(const uintptr_t *bases, size_t base_count, size_t size)
{
    return fixed(bases, base_count, size, MAP_SHARED);
}

bool
sley_region_share(void)
{
    if (pool) {
        return true;
    }
    if (region_count == REGIONS_MAX) {
        return false; /* one of them may not be in the list */
    }
    for (uint32_t i = 0; i < region_count; i++) {
        if (!map(regions[i].at, regions[i].size, MAP_SHARED | MAP_FIXED)) {
            return false;
        }
    }
    pool = map(NULL, pool_size, MAP_SHARED);
    pool_used = 0;
    return pool != NULL;
}

bool
sley_region_is_shared(void)
{
    return pool != NULL;
}

void
sley_region_clear(void *at, size_t size)
{
    madvise(at, size, pool ? MADV_REMOVE : MADV_DONTNEED);
}
