/* A message handed over by a relaxed flag: the order is the code's own word for it. */
#include "tests/annotated/threads.h"

void __tsan_acquire(void *address);
void __tsan_release(void *address);

static int message;
static atomic_int flag;

static void
first(void)
{
    message = 1;
#ifdef ANNOTATED
    __tsan_release(&flag);
#endif
    atomic_store_explicit(&flag, 1, memory_order_relaxed);
}

static void
second(void)
{
    while (!atomic_load_explicit(&flag, memory_order_relaxed)) {
        sched_yield();
    }
#ifdef ANNOTATED
    __tsan_acquire(&flag);
#endif
    message = 2;
}
