#include <sley/gauge.h>

#include "oracle/lane.h"

/* Atomic for the lane native, where tasks are real threads. */
void
sley_progress_enter(struct sley_progress *progress)
{
    int now = __atomic_add_fetch(&progress->now, 1, __ATOMIC_SEQ_CST);
    int max = __atomic_load_n(&progress->max, __ATOMIC_RELAXED);
    while (now > max && !__atomic_compare_exchange_n(&progress->max, &max, now, false,
                                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
}

void
sley_progress_leave(struct sley_progress *progress)
{
    if (__atomic_fetch_sub(&progress->now, 1, __ATOMIC_SEQ_CST) <= 0) {
        sley_oracle_misuse(SLEY_ORACLE_CALLER(), "sley_progress_leave by more than entered");
    }
}

int
sley_progress_now(const struct sley_progress *progress)
{
    return __atomic_load_n(&progress->now, __ATOMIC_RELAXED);
}

int
sley_progress_max(const struct sley_progress *progress)
{
    return __atomic_load_n(&progress->max, __ATOMIC_RELAXED);
}

static void
check_waiter(int who, uintptr_t pc)
{
    if (who < 0 || who >= SLEY_WAITERS_MAX) {
        sley_oracle_misuse(pc, "a waiter of struct sley_turns outside 0..31");
    }
}

void
sley_turns_wait(struct sley_turns *turns, int who)
{
    check_waiter(who, SLEY_ORACLE_CALLER());
    turns->waiter[who].waiting = true;
    turns->waiter[who].since = __atomic_load_n(&turns->served, __ATOMIC_SEQ_CST);
}

void
sley_turns_serve(struct sley_turns *turns, int who)
{
    check_waiter(who, SLEY_ORACLE_CALLER());
    uint64_t before = __atomic_fetch_add(&turns->served, 1, __ATOMIC_SEQ_CST);
    if (!turns->waiter[who].waiting) {
        return;
    }
    turns->waiter[who].waiting = false;
    uint64_t waited = before - turns->waiter[who].since;
    uint64_t longest = __atomic_load_n(&turns->longest, __ATOMIC_RELAXED);
    while (waited > longest &&
           !__atomic_compare_exchange_n(&turns->longest, &longest, waited, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
    }
}

uint64_t
sley_turns_longest(const struct sley_turns *turns)
{
    uint64_t longest = turns->longest;
    for (int i = 0; i < SLEY_WAITERS_MAX; i++) {
        uint64_t waited = turns->served - turns->waiter[i].since;
        if (turns->waiter[i].waiting && waited > longest) {
            longest = waited;
        }
    }
    return longest;
}

void
sley_bag_add(struct sley_bag *bag, int64_t item)
{
    int index = __atomic_fetch_add(&bag->count, 1, __ATOMIC_RELAXED);
    if (index >= SLEY_BAG_MAX) {
        __atomic_store_n(&bag->count, SLEY_BAG_MAX, __ATOMIC_RELAXED);
        sley_oracle_misuse(SLEY_ORACLE_CALLER(), "a bag of more than 256 items");
    }
    bag->item[index] = item;
}

bool
sley_bag_take(struct sley_bag *bag, int64_t item)
{
    int at = 0;
    while (at < bag->count && bag->item[at] != item) {
        at++;
    }
    if (at == bag->count) {
        return false;
    }
    bag->count--;
    for (; at < bag->count; at++) {
        bag->item[at] = bag->item[at + 1];
    }
    return true;
}

int
sley_bag_count(const struct sley_bag *bag, int64_t item)
{
    int sum = 0;
    for (int i = 0; i < bag->count; i++) {
        sum += bag->item[i] == item;
    }
    return sum;
}

bool
sley_bag_same(const struct sley_bag *a, const struct sley_bag *b)
{
    bool same = a->count == b->count;
    for (int i = 0; i < a->count && same; i++) {
        same = sley_bag_count(a, a->item[i]) == sley_bag_count(b, a->item[i]);
    }
    return same;
}

bool
sley_bag_in_order(const struct sley_bag *bag, int64_t base)
{
    for (int i = 0; i < bag->count; i++) {
        for (int later = i + 1; later < bag->count; later++) {
            bool same_source = bag->item[i] / base == bag->item[later] / base;
            if (same_source && bag->item[later] <= bag->item[i]) {
                return false;
            }
        }
    }
    return true;
}

int64_t
sley_bag_sum(const struct sley_bag *bag)
{
    uint64_t sum = 0;
    for (int i = 0; i < bag->count; i++) {
        sum += (uint64_t)bag->item[i];
    }
    return (int64_t)sum;
}
