/* Small oracles: how many tasks are inside at once, how long one waits, what came and in which
 * order. Caller's storage, all zero at first; no call is a scheduling point.
 *
 * Those that count over several tasks read global order: a property that uses sley_progress or
 * sley_turns declares global_order. */
#ifndef SLEY_GAUGE_H
#define SLEY_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

enum { SLEY_WAITERS_MAX = 32, SLEY_BAG_MAX = 256 };

/* --- in progress at once --- */

struct sley_progress {
    int now; /* tasks inside */
    int max; /* most of them at once so far */
};

void sley_progress_enter(struct sley_progress *progress);

/* Ends the run with misuse if nobody is inside. */
void sley_progress_leave(struct sley_progress *progress);
int sley_progress_now(const struct sley_progress *progress);
int sley_progress_max(const struct sley_progress *progress);

/* --- starvation --- */

struct sley_turns {
    uint64_t served; /* turns of all waiters so far */
    uint64_t longest;
    struct {
        bool waiting;
        uint64_t since; /* `served` when it began to wait */
    } waiter[SLEY_WAITERS_MAX];
};

/* Waiter `who` (0..SLEY_WAITERS_MAX-1; else misuse) begins to wait, or has its turn. */
void sley_turns_wait(struct sley_turns *turns, int who);
void sley_turns_serve(struct sley_turns *turns, int who);

/* The longest wait so far in turns of others, of those that still wait too. */
uint64_t sley_turns_longest(const struct sley_turns *turns);

/* --- what came --- */

/* Items in the order in which they came, any number of times each. */
struct sley_bag {
    int64_t item[SLEY_BAG_MAX];
    int count;
};

/* Ends the run with misuse if the bag is full. */
void sley_bag_add(struct sley_bag *bag, int64_t item);

/* Takes one such item out; false if there is none. */
bool sley_bag_take(struct sley_bag *bag, int64_t item);

/* How many such items are in it. */
int sley_bag_count(const struct sley_bag *bag, int64_t item);

/* Whether both hold the same items, each as often, in whatever order. */
bool sley_bag_same(const struct sley_bag *a, const struct sley_bag *b);

/* Whether the items of each source came in ascending order, where item / base (base above 0, items
 * not below 0) is the source. */
bool sley_bag_in_order(const struct sley_bag *bag, int64_t base);

/* The sum of the items, modulo 2^64. */
int64_t sley_bag_sum(const struct sley_bag *bag);

#endif
