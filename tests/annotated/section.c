/* Only one of the two is ignored, and what it does behind its section is looked at again: with
 * MIXED it is a race. */
#include "tests/annotated/threads.h"

void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);

static int counter;

static void
first(void)
{
#ifdef ANNOTATED
    __tsan_ignore_thread_begin();
#endif
    counter++;
#ifdef ANNOTATED
    __tsan_ignore_thread_end();
#endif
#ifdef MIXED
    counter++;
#endif
}

static void
second(void)
{
    counter++;
}
