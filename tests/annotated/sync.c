/* An atomic flag that orders, unless the section says that it shall not: here the annotation shows
 * a race which the flag would hide. */
#include "tests/annotated/threads.h"

void AnnotateIgnoreSyncBegin(const char *file, int line);
void AnnotateIgnoreSyncEnd(const char *file, int line);

static int message;
static atomic_int flag;

static void
first(void)
{
    message = 1;
#ifndef ANNOTATED
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
#endif
    atomic_store(&flag, 1);
#ifndef ANNOTATED
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
#endif
}

static void
second(void)
{
    while (!atomic_load(&flag)) {
        sched_yield();
    }
    message = 2;
}
