/* Whether a process waits for something that may never come. */
#ifndef SLEY_NATIVE_ASLEEP_H
#define SLEY_NATIVE_ASLEEP_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether every thread of the process sleeps, as the kernel sees it at this moment; one that only
 * waits for a processor does not. False if that cannot be read. */
bool sley_native_asleep(pid_t pid);

#endif
