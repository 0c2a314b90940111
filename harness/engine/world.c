/* The program's globals: where they lie, their logical keys, and how they are set back.
 *
 * The build renames the data sections of code under test to sley_data and sley_bss, so that the
 * linker's __start_ and __stop_ symbols bound them and a snapshot is exact. */
#include "base/region.h"
#include "engine/internal.h"

#include <base/rng.h>
#include <string.h>

extern char __start_sley_data[] __attribute__((weak));
extern char __stop_sley_data[] __attribute__((weak));
extern char __start_sley_bss[] __attribute__((weak));
extern char __stop_sley_bss[] __attribute__((weak));
extern const char __start_sley_text[] __attribute__((weak));
extern const char __stop_sley_text[] __attribute__((weak));

static char *snapshot;
static size_t data_size, bss_size;

/* Until the symbols are known, a byte's key is its place within the sections. What the linker put
 * between the two, the harness's own data, keeps the key 0: it may be large and is never written.
 */
static uint32_t *keys;

static void
keys_number(const char *section, size_t size, uint32_t first)
{
    for (size_t i = 0; i < size; i++) {
        keys[(uintptr_t)section - sley_engine.globals_low + i] = first + (uint32_t)i;
    }
}

enum sley_status
sley_world_init(struct sley_error *error)
{
    struct sley_engine *e = &sley_engine;
    data_size = (size_t)(__stop_sley_data - __start_sley_data);
    bss_size = (size_t)(__stop_sley_bss - __start_sley_bss);
    uintptr_t low = data_size ? (uintptr_t)__start_sley_data : (uintptr_t)__start_sley_bss;
    uintptr_t high = bss_size ? (uintptr_t)__stop_sley_bss : (uintptr_t)__stop_sley_data;
    if (data_size && bss_size && (uintptr_t)__start_sley_bss < low) {
        low = (uintptr_t)__start_sley_bss;
        high = (uintptr_t)__stop_sley_data;
    }
    if (data_size == 0 && bss_size == 0) {
        return SLEY_OK; /* an empty section may have bounds all the same */
    }
    e->globals_low = low;
    e->globals_size = high - low;
    snapshot = sley_region_reserve_constant(data_size + 1);
    keys = sley_region_reserve_constant(e->globals_size * sizeof keys[0]);
    if (!snapshot || !keys) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM,
                              "cannot reserve memory for a snapshot of %zu bytes of globals",
                              e->globals_size);
    }
    if (data_size) { /* the bounds of an empty section may be null */
        memcpy(snapshot, __start_sley_data, data_size);
    }
    keys_number(__start_sley_data, data_size, 1);
    keys_number(__start_sley_bss, bss_size, (uint32_t)data_size + 1);
    e->globals_key = keys;
    return SLEY_OK;
}

void
sley_world_symbol(const char *name, uintptr_t address, size_t size)
{
    uint64_t key = 0;
    for (const char *c = name; *c; c++) {
        key = sley_mix64(key ^ (unsigned char)*c);
    }
    uint32_t first = (uint32_t)key;
    if (first > UINT32_MAX - (uint32_t)size || first == 0) {
        first = 1; /* no byte may have the key 0, which marks what is not the program's */
    }
    bool in_data = address - (uintptr_t)__start_sley_data < data_size;
    bool in_bss = address - (uintptr_t)__start_sley_bss < bss_size;
    if (in_data || in_bss) {
        keys_number((const char *)address, size, first);
    }
}

void
sley_world_reset(void)
{
    if (data_size) {
        memcpy(__start_sley_data, snapshot, data_size);
    }
    if (bss_size) {
        memset(__start_sley_bss, 0, bss_size);
    }
}

void
sley_world_sections(uintptr_t *data, size_t *data_length, uintptr_t *bss, size_t *bss_length)
{
    *data = (uintptr_t)__start_sley_data;
    *data_length = data_size;
    *bss = (uintptr_t)__start_sley_bss;
    *bss_length = bss_size;
}

uint64_t
sley_world_digest(void)
{
    uint64_t digest = data_size ^ (uint64_t)bss_size << 32;
    for (const char *c = __start_sley_text; c < __stop_sley_text; c++) {
        digest = (digest ^ (unsigned char)*c) * 0x100000001b3u;
    }
    for (size_t i = 0; i < data_size; i++) {
        digest = (digest ^ (unsigned char)snapshot[i]) * 0x100000001b3u;
    }
    return sley_mix64(digest);
}
