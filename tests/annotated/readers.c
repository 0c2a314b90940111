/* A lock of the program's own with readers: what they read is ordered against the writer. With
 * MIXED a reader writes, which its lock does not allow. */
#include "tests/annotated/threads.h"

void AnnotateRWLockCreate(const char *file, int line, const volatile void *lock);
void AnnotateRWLockAcquired(const char *file, int line, const volatile void *lock, long writes);
void AnnotateRWLockReleased(const char *file, int line, const volatile void *lock, long writes);

static atomic_int state; /* readers, or -1 */
static int value, seen[2];

static void
take(int from, int to, long writes)
{
    int expected = from;
    while (!atomic_compare_exchange_weak_explicit(&state, &expected, to, memory_order_relaxed,
                                                  memory_order_relaxed)) {
        expected = writes ? 0 : expected < 0 ? 0 : expected;
        to = writes ? -1 : expected + 1;
        sched_yield();
    }
#ifdef ANNOTATED
    AnnotateRWLockAcquired(__FILE__, __LINE__, &state, writes);
#endif
    (void)writes;
}

static void
give(int less, long writes)
{
#ifdef ANNOTATED
    AnnotateRWLockReleased(__FILE__, __LINE__, &state, writes);
#endif
    atomic_fetch_sub_explicit(&state, less, memory_order_relaxed);
    (void)writes;
}

static void
look(int which)
{
    take(0, 1, 0);
    seen[which] = value;
#ifdef MIXED
    value = 2;
#endif
    give(1, 0);
}

static void
first(void)
{
    take(0, -1, 1);
    value = 1;
    give(-1, 1);
    look(0);
}

static void
second(void)
{
    look(1);
}
