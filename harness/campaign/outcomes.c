#include "campaign/outcomes.h"

#include <base/rng.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The index of the first entry whose value is not below. */
static uint32_t
place(const struct sley_outcomes *outcomes, int64_t value)
{
    uint32_t low = 0, high = outcomes->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (outcomes->entry[middle].value < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct sley_outcome_entry *
sley_outcomes_find(const struct sley_outcomes *outcomes, int64_t value)
{
    uint32_t at = place(outcomes, value);
    bool found = at < outcomes->count && outcomes->entry[at].value == value;
    return found ? &outcomes->entry[at] : NULL;
}

bool
sley_outcomes_add(struct sley_outcomes *outcomes, const struct sley_outcome_entry *entry)
{
    uint32_t at = place(outcomes, entry->value);
    struct sley_outcome_entry *slot = &outcomes->entry[at];
    if (at < outcomes->count && slot->value == entry->value) {
        uint64_t count = slot->run_count + entry->run_count;
        if (entry->first_run < slot->first_run) {
            *slot = *entry;
        }
        slot->run_count = count;
        return false;
    }
    if (outcomes->count == SLEY_OUTCOMES_MAX) {
        outcomes->overflow = true;
        return false;
    }
    memmove(slot + 1, slot, (outcomes->count - at) * sizeof *slot);
    *slot = *entry;
    outcomes->count++;
    return true;
}

void
sley_outcomes_merge(struct sley_outcomes *sum, const struct sley_outcomes *other)
{
    sum->overflow |= other->overflow;
    for (uint32_t i = 0; i < other->count; i++) {
        sley_outcomes_add(sum, &other->entry[i]);
    }
}

void
sley_outcomes_print(char *text, size_t size, const struct sley_outcomes *outcomes)
{
    enum { TAIL = 24 }; /* room for ", ... 255 more}" */
    size_t length = (size_t)snprintf(text, size, "{");
    for (uint32_t i = 0; i < outcomes->count; i++) {
        const struct sley_outcome_entry *entry = &outcomes->entry[i];
        bool named = entry->text[0] != '\0';
        char item[96];
        int item_length = snprintf(item, sizeof item, "%s%" PRId64 "%s%s%s x%" PRIu64,
                                   i ? ", " : "", entry->value, named ? " (" : "", entry->text,
                                   named ? ")" : "", entry->run_count);
        if (length + (size_t)item_length + TAIL >= size) {
            length += (size_t)snprintf(text + length, size - length, "%s... %" PRIu32 " more",
                                       i ? ", " : "", outcomes->count - i);
            break;
        }
        length += (size_t)snprintf(text + length, size - length, "%s", item);
    }
    snprintf(text + length, size - length, "%s}", outcomes->overflow ? " and others" : "");
}

/* a < b, exactly. */
static bool
ratio_less(const struct sley_ratio *a, const struct sley_ratio *b)
{
    __extension__ typedef __int128 wide;
    return (wide)a->numerator * b->denominator < (wide)b->numerator * a->denominator;
}

/* Of equal ones that of the earliest run stays, so that sums merge in any order. */
static void
ratio_keep(struct sley_ratio *kept, const struct sley_ratio *ratio, bool beyond, bool before)
{
    if (beyond || (!before && ratio->run < kept->run)) {
        *kept = *ratio;
    }
}

void
sley_ratio_add(struct sley_ratio_range *range, const struct sley_ratio *ratio)
{
    if (!range->any) {
        *range = (struct sley_ratio_range){true, *ratio, *ratio};
        return;
    }
    ratio_keep(&range->low, ratio, ratio_less(ratio, &range->low), ratio_less(&range->low, ratio));
    ratio_keep(&range->high, ratio, ratio_less(&range->high, ratio),
               ratio_less(ratio, &range->high));
}

void
sley_ratio_merge(struct sley_ratio_range *sum, const struct sley_ratio_range *other)
{
    if (other->any) {
        sley_ratio_add(sum, &other->low);
        sley_ratio_add(sum, &other->high);
    }
}

bool
sley_ratio_within(const struct sley_ratio_claim *claim, int64_t numerator, int64_t denominator)
{
    int64_t unit = claim->unit ? claim->unit : 1;
    const struct sley_ratio low = {claim->low, unit, 0}, high = {claim->high, unit, 0};
    const struct sley_ratio ratio = {numerator, denominator, 0};
    return !ratio_less(&ratio, &low) && !ratio_less(&high, &ratio);
}
