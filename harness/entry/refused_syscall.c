/* What stands in for syscall with `sley cc --refuse-late`: the calls whose answer is known without
 * the kernel. Programs written before glibc 2.30 ask for their thread's number in this way. */
#include "entry/refused.h"

#include "engine/engine.h"
#include "pthread/front.h"

#include <sys/syscall.h>

long sley_refused_syscall(long number, ...);

long
sley_refused_syscall(long number, ...)
{
    if (number == SYS_gettid) {
        return sley_gettid();
    }
    if (number == SYS_sched_yield) {
        sley_point_yield(SLEY_CALLER());
        return 0;
    }
    sley_refused_end(SLEY_CALLER(), "syscall(%ld, ...)", number);
}
