/* list.sort() as CPython does it: the list is empty while it sorts, since a key function or a
 * comparison may run any code; what came into it meanwhile is lost, and ValueError says so. */
#include "models/program/interpreter.h"

#include "models/fault.h"

struct sorted {
    uint64_t item[SLEY_PROGRAM_ITEMS];
    uint64_t key[SLEY_PROGRAM_ITEMS]; /* the item itself without a key function */
    int64_t count;
};

/* *less: whether left < right. Their references stay the caller's. */
static bool
is_less(struct sley_interpreter *in, uint64_t left, uint64_t right, bool *less)
{
    uint64_t result;
    sley_object_keep(left);
    sley_object_keep(right);
    if (!sley_compare(in, SLEY_COMPARISON_LT, left, right, &result)) {
        return false;
    }
    *less = sley_truth(result);
    sley_interpreter_drop(in, result);
    return true;
}

static void
swap(uint64_t *a, uint64_t *b)
{
    uint64_t former = *a;
    *a = *b;
    *b = former;
}

/* Stable, by insertion: for two items the comparisons are those of CPython, for more there may be
 * others. */
static bool
insert_all(struct sley_interpreter *in, struct sorted *sorted)
{
    for (int64_t i = 1; i < sorted->count; i++) {
        bool less = true;
        for (int64_t j = i; j > 0 && less; j--) {
            if (!is_less(in, sorted->key[j], sorted->key[j - 1], &less)) {
                return false;
            }
            if (less) {
                swap(&sorted->key[j], &sorted->key[j - 1]);
                swap(&sorted->item[j], &sorted->item[j - 1]);
            }
        }
    }
    return true;
}

static bool
find_keys(struct sley_interpreter *in, struct sorted *sorted, uint64_t key, int64_t *found)
{
    for (*found = 0; *found < sorted->count; (*found)++) {
        uint64_t item = sorted->item[*found];
        sley_object_keep(item);
        if (!sley_interpret(in, sley_value_index(key), &item, 1, &sorted->key[*found])) {
            return false;
        }
    }
    return true;
}

/* Puts the items back. False: something had come into the list. */
static bool
restore(struct sley_interpreter *in, struct sley_object *list, const struct sorted *sorted)
{
    uint64_t strange[SLEY_PROGRAM_ITEMS];
    bool changed = sley_list_changed(list) && !sley_fault(SLEY_FAULT_PROGRAM_SORT_KEEPS);
    int64_t strange_count = changed ? sley_object_length(list) : 0;
    for (int64_t i = 0; i < strange_count; i++) {
        strange[i] = sley_list_peek(list, i);
    }
    for (int64_t i = 0; i < sorted->count; i++) {
        sley_list_place(list, i, sorted->item[i]);
    }
    sley_list_restore(list, sorted->count);
    for (int64_t i = 0; i < strange_count; i++) {
        sley_interpreter_drop(in, strange[i]);
    }
    return !changed || sley_fault(SLEY_FAULT_PROGRAM_SORT_IGNORES);
}

bool
sley_sort(struct sley_interpreter *in, struct sley_object *list, uint64_t key)
{
    struct sorted sorted = {.count = sley_object_length(list)};
    int64_t keys = 0;
    if (key && !sley_value_is(key, SLEY_NAMED_FUNCTION)) {
        return sley_interpreter_raise(in, SLEY_EXCEPTION_TYPE);
    }
    if (sorted.count < 0 || sorted.count > SLEY_PROGRAM_ITEMS) {
        sley_interpreter_end(in, SLEY_VERDICT_HEAP, "a list with an impossible length");
    }
    for (int64_t i = 0; i < sorted.count; i++) {
        sorted.item[i] = sorted.key[i] = sley_list_peek(list, i);
    }
    if (!sley_fault(SLEY_FAULT_PROGRAM_SORT_KEEPS)) {
        sley_list_clear(list);
    }
    bool good = (!key || find_keys(in, &sorted, key, &keys)) && insert_all(in, &sorted);
    for (int64_t i = 0; i < keys; i++) {
        sley_interpreter_drop(in, sorted.key[i]);
    }
    bool unchanged = restore(in, list, &sorted);
    return good && (unchanged || sley_interpreter_raise(in, SLEY_EXCEPTION_VALUE));
}
