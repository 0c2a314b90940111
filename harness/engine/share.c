/* The engine's state lies in the executable's .data and .bss and in reserved regions. Replaced by
 * shared mappings at the same addresses, it is one state for all processes forked from here, and
 * the engine's code stays what it is.
 *
 * The sections of the code under test begin and end at page boundaries (the build aligns them, and
 * `boundary` below aligns what follows), so that they can be left out. */
#include "engine/share.h"

#include "base/region.h"

#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096 };

extern char __start_sley_data[] __attribute__((weak));
extern char __stop_sley_data[] __attribute__((weak));
extern char __start_sley_bss[] __attribute__((weak));
extern char __stop_sley_bss[] __attribute__((weak));

/* Gives .bss, which follows sley_data, the alignment of a page. */
static char boundary[PAGE] __attribute__((aligned(PAGE), used));

struct range {
    uintptr_t low, high;
};

static uintptr_t
page_down(uintptr_t address)
{
    return address & ~(uintptr_t)(PAGE - 1);
}

static uintptr_t
page_up(uintptr_t address)
{
    return page_down(address + PAGE - 1);
}

/* The executable's writable segment, without what the loader made read-only. */
static int
find_segment(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct range *range = context;
    uintptr_t relro_high = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t low = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_GNU_RELRO) {
            relro_high = page_down(low + header->p_memsz);
        } else if (header->p_type == PT_LOAD && (header->p_flags & PF_W)) {
            range->low = page_down(low);
            range->high = page_up(low + header->p_memsz);
        }
    }
    if (relro_high > range->low) {
        range->low = relro_high;
    }
    return 1; /* the first one is the executable */
}

/* Copies the pages of [low, low + size) that were ever touched. Most of .bss never was. */
static bool
copy_touched(char *to, const char *low, size_t size)
{
    static const uint64_t present_or_swapped = (uint64_t)3 << 62;
    uint64_t entries[512];
    int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    for (size_t at = 0; at < size;) {
        size_t count = (size - at) / PAGE < 512 ? (size - at) / PAGE : 512;
        off_t place = (off_t)(((uintptr_t)low + at) / PAGE * sizeof entries[0]);
        size_t wanted = count * sizeof entries[0];
        bool known = file >= 0 && pread(file, entries, wanted, place) == (ssize_t)wanted;
        for (size_t i = 0; i < count; i++, at += PAGE) {
            if (!known || (entries[i] & present_or_swapped)) {
                memcpy(to + at, low + at, PAGE);
            }
        }
    }
    return file < 0 || close(file) == 0;
}

/* The mapping is replaced in one step, while everything in it stays as it is: calls of libc go
 * through a table that lies in it. */
static bool
share_range(uintptr_t low, uintptr_t high)
{
    if (low >= high) {
        return true;
    }
    size_t size = high - low;
    void *copy =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return copy != MAP_FAILED && copy_touched(copy, (const char *)low, size) &&
           mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)low) == (void *)low;
}

/* The parts of the segment that are the harness's: all but the two sections of the program. */
static bool
share_segment(struct range segment)
{
    struct range holes[2] = {
        {(uintptr_t)__start_sley_data, page_up((uintptr_t)__stop_sley_data)},
        {(uintptr_t)__start_sley_bss, page_up((uintptr_t)__stop_sley_bss)},
    };
    if (holes[1].low < holes[0].low) {
        struct range first = holes[1];
        holes[1] = holes[0];
        holes[0] = first;
    }
    uintptr_t at = segment.low;
    bool ok = true;
    for (int i = 0; i < 2 && ok; i++) {
        if (holes[i].low == holes[i].high) {
            continue; /* the program has no such section */
        }
        ok = holes[i].low % PAGE == 0 && share_range(at, holes[i].low);
        at = holes[i].high;
    }
    return ok && share_range(at, segment.high);
}

enum sley_status
sley_share(bool with_globals, struct sley_error *error)
{
    struct range segment = {0, 0};
    boundary[0] = 0;
    dl_iterate_phdr(find_segment, &segment);
    bool shared = segment.high > segment.low && sley_region_share() &&
                  (with_globals ? share_range(segment.low, segment.high) : share_segment(segment));
    return shared ? SLEY_OK
                  : sley_error_set(error, SLEY_ERROR_SYSTEM,
                                   "cannot share the harness's memory between processes");
}
