#include "campaign/schedules.h"

#include <base/rng.h>
#include <inttypes.h>
#include <string.h>

enum { LABEL_MAX = 63 };

static const uint64_t again = (uint64_t)1 << 63;

static bool
is_kept(const struct sley_schedules *schedules, uint64_t hash)
{
    return (hash & (((uint64_t)1 << schedules->level) - 1)) == 0;
}

/* The slot of the hash, or the free one where it belongs: half of them are free. */
static uint64_t *
slot_of(struct sley_schedules *schedules, uint64_t hash)
{
    uint32_t at = (uint32_t)(sley_mix64(hash) % SLEY_SCHEDULES_SLOTS);
    while (schedules->slot[at] && (schedules->slot[at] & ~again) != hash) {
        at = (at + 1) % SLEY_SCHEDULES_SLOTS;
    }
    return &schedules->slot[at];
}

/* Gives up every hash with another last bit than zero. */
static void
thin_out(struct sley_schedules *schedules)
{
    static uint64_t kept[SLEY_SCHEDULES_MAX + 1];
    uint32_t count = 0;
    schedules->level++;
    for (uint32_t i = 0; i < SLEY_SCHEDULES_SLOTS; i++) {
        if (schedules->slot[i] && is_kept(schedules, schedules->slot[i])) {
            kept[count++] = schedules->slot[i];
        }
    }
    memset(schedules->slot, 0, sizeof schedules->slot);
    schedules->count = count;
    for (uint32_t i = 0; i < count; i++) {
        *slot_of(schedules, kept[i] & ~again) = kept[i];
    }
}

void
sley_schedules_add(struct sley_schedules *schedules, uint64_t hash, bool coarse)
{
    schedules->run_count++;
    schedules->coarse_count += coarse;
    hash &= ~again;
    hash = hash ? hash : again >> 1; /* 0 marks a free slot */
    if (!is_kept(schedules, hash)) {
        return;
    }
    uint64_t *slot = slot_of(schedules, hash);
    if (*slot) {
        *slot |= again;
        return;
    }
    *slot = hash;
    schedules->count++;
    while (schedules->count > SLEY_SCHEDULES_MAX && schedules->level < 62) {
        thin_out(schedules);
    }
}

uint64_t
sley_schedules_distinct(const struct sley_schedules *schedules)
{
    return (uint64_t)schedules->count << schedules->level;
}

uint64_t
sley_schedules_single(const struct sley_schedules *schedules)
{
    uint64_t single = 0;
    for (uint32_t i = 0; i < SLEY_SCHEDULES_SLOTS; i++) {
        single += schedules->slot[i] && !(schedules->slot[i] & again);
    }
    return single << schedules->level;
}

void
sley_schedules_write(FILE *out, const char *label, const struct sley_schedules *schedules)
{
    fprintf(out, "schedules %s %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu32 "\n", label,
            schedules->run_count, schedules->coarse_count, schedules->level, schedules->count);
    for (uint32_t i = 0; i < SLEY_SCHEDULES_SLOTS; i++) {
        if (schedules->slot[i]) {
            fprintf(out, "%016" PRIx64 "\n", schedules->slot[i]);
        }
    }
}

static bool
read_slots(FILE *in, struct sley_schedules *schedules, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value;
        if (fscanf(in, "%16" SCNx64, &value) != 1 || (value & ~again) == 0) {
            return false;
        }
        uint64_t *slot = slot_of(schedules, value & ~again);
        schedules->count += *slot == 0;
        *slot = value;
    }
    return schedules->count == count && fgetc(in) == '\n';
}

bool
sley_schedules_read(FILE *in, const char *label, struct sley_schedules *schedules)
{
    char found[LABEL_MAX + 1];
    uint32_t count;
    memset(schedules, 0, sizeof *schedules);
    bool whole =
        fscanf(in, "schedules %63s %" SCNu64 " %" SCNu64 " %" SCNu32 " %" SCNu32, found,
               &schedules->run_count, &schedules->coarse_count, &schedules->level, &count) == 5 &&
        strcmp(found, label) == 0 && count <= SLEY_SCHEDULES_MAX && schedules->level < 63 &&
        read_slots(in, schedules, count);
    if (!whole) {
        memset(schedules, 0, sizeof *schedules);
    }
    return whole;
}
