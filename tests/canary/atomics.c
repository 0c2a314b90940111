/* Atomic operations that do not add up to an atomic update. */
#include "tests/canary/canary.h"

#include <assert.h>
#include <stdatomic.h>

/* --- atomic-in-two --- */

static atomic_int counter;

/* Minimum: 2 tasks, 1 choice (a preemption between load and store), no input. */
static void *
load_and_store(void *unused)
{
    int value = atomic_load(&counter);
    atomic_store(&counter, value + 1);
    return unused;
}

static void *
fetch_add(void *unused)
{
    atomic_fetch_add(&counter, 1);
    return unused;
}

static void
atomic_in_two(void)
{
    sley_canary_pair(load_and_store, load_and_store);
    assert(atomic_load(&counter) == 2);
}

static void
atomic_in_two_fixed(void)
{
    sley_canary_pair(fetch_add, fetch_add);
    assert(atomic_load(&counter) == 2);
}

/* --- aba --- */

/* A stack of node numbers: 1 on top of 2; 0 ends it. Whoever takes a node owns it. */
enum { NODES = 3 };
static atomic_uint next[NODES] = {0, 2, 0};
static atomic_int owners[NODES];
static atomic_uint head = 1;
static atomic_ullong tagged_head = 1; /* number in the low half, changes of the stack in the high */

static void
own(unsigned node)
{
    if (node != 0) {
        int others = atomic_fetch_add(&owners[node], 1);
        assert(others == 0);
    }
}

static unsigned
pop(void)
{
    unsigned top = atomic_load(&head);
    while (top != 0 && !atomic_compare_exchange_strong(&head, &top, atomic_load(&next[top]))) {
    }
    own(top);
    return top;
}

static void
push(unsigned node)
{
    atomic_fetch_sub(&owners[node], 1);
    unsigned top = atomic_load(&head);
    do {
        atomic_store(&next[node], top);
    } while (!atomic_compare_exchange_strong(&head, &top, node));
}

/* Minimum: 2 tasks, 1 choice (a preemption after the next node was read), no input. */
static void *
pop_both(void *unused)
{
    pop();
    pop();
    return unused;
}

static void *
pop_both_push_first(void *unused)
{
    unsigned first = pop();
    pop();
    if (first != 0) {
        push(first);
    }
    return unused;
}

static unsigned long long
tagged(unsigned long long old, unsigned node)
{
    return ((old >> 32) + 1) << 32 | node;
}

static unsigned
pop_tagged(void)
{
    unsigned long long top = atomic_load(&tagged_head);
    unsigned long long below = 0;
    do {
        if ((unsigned)top == 0) {
            return 0;
        }
        below = tagged(top, atomic_load(&next[(unsigned)top]));
    } while (!atomic_compare_exchange_strong(&tagged_head, &top, below));
    own((unsigned)top);
    return (unsigned)top;
}

static void
push_tagged(unsigned node)
{
    atomic_fetch_sub(&owners[node], 1);
    unsigned long long top = atomic_load(&tagged_head);
    do {
        atomic_store(&next[node], (unsigned)top);
    } while (!atomic_compare_exchange_strong(&tagged_head, &top, tagged(top, node)));
}

static void *
pop_both_tagged(void *unused)
{
    pop_tagged();
    pop_tagged();
    return unused;
}

static void *
pop_both_push_first_tagged(void *unused)
{
    unsigned first = pop_tagged();
    pop_tagged();
    if (first != 0) {
        push_tagged(first);
    }
    return unused;
}

static void
aba(void)
{
    sley_canary_pair(pop_both, pop_both_push_first);
}

static void
aba_fixed(void)
{
    sley_canary_pair(pop_both_tagged, pop_both_push_first_tagged);
}

const struct sley_property sley_canary_atomics[] = {
    {
        SLEY_CANARY_BUG("atomic-in-two", atomic_in_two),
        .minimum = {true, 1, 0},
        .says = "an atomic load and an atomic store are no atomic increment",
        .event = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("atomic-in-two", atomic_in_two_fixed),
        .says = "a fetch-and-add is one",
        .exhaustive = true,
    },
    {
        SLEY_CANARY_BUG("aba", aba),
        .minimum = {true, 1, 0},
        .says = "a compare-exchange on the top of a stack does not see that it left and came back",
        .event = SLEY_BIT(ASSERTION),
    },
    {
        SLEY_CANARY_FIXED("aba", aba_fixed),
        .says = "a count of changes beside the top tells the two apart",
        .exhaustive = true,
    },
    {0},
};
