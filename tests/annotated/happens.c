/* As edges.c, by dynamic annotations. */
#include "tests/annotated/threads.h"

void AnnotateHappensBefore(const char *file, int line, const volatile void *address);
void AnnotateHappensAfter(const char *file, int line, const volatile void *address);

static int message;
static atomic_int flag;

static void
first(void)
{
    message = 1;
#ifdef ANNOTATED
    AnnotateHappensBefore(__FILE__, __LINE__, &flag);
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
    AnnotateHappensAfter(__FILE__, __LINE__, &flag);
#endif
    message = 2;
}
