/* A function that is not instrumented: its accesses are no points and no races. */
#include "tests/annotated/threads.h"

static int counter;

#ifdef ANNOTATED
__attribute__((no_sanitize("thread")))
#endif
static void
count(void)
{
    counter++;
}

static void
first(void)
{
    count();
}

static void
second(void)
{
    count();
}
