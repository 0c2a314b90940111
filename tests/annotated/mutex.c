/* A lock of the program's own, of relaxed operations alone. */
#include "tests/annotated/threads.h"

void __tsan_mutex_create(void *address, unsigned flags);
void __tsan_mutex_destroy(void *address, unsigned flags);
void __tsan_mutex_pre_lock(void *address, unsigned flags);
void __tsan_mutex_post_lock(void *address, unsigned flags, int recursion);
int __tsan_mutex_pre_unlock(void *address, unsigned flags);
void __tsan_mutex_post_unlock(void *address, unsigned flags);

static atomic_int taken;
static int counter, tries;

static void
lock(void)
{
    int free = 0;
#ifdef ANNOTATED
    __tsan_mutex_pre_lock(&taken, 0);
    tries++; /* within the lock's own code, which is not looked at */
#endif
    while (!atomic_compare_exchange_weak_explicit(&taken, &free, 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
        free = 0;
        sched_yield();
    }
#ifdef ANNOTATED
    __tsan_mutex_post_lock(&taken, 0, 0);
#endif
}

static void
unlock(void)
{
#ifdef ANNOTATED
    __tsan_mutex_pre_unlock(&taken, 0);
#endif
    atomic_store_explicit(&taken, 0, memory_order_relaxed);
#ifdef ANNOTATED
    __tsan_mutex_post_unlock(&taken, 0);
#endif
}

static void
first(void)
{
    (void)tries;
    lock();
    counter++;
    unlock();
}

static void
second(void)
{
    first();
}
