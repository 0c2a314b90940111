/* Condition variable operations with the code place handed in, for pthread and C11 threads alike.
 * Each returns 0 or an error number. */
#ifndef SLEY_PTHREAD_COND_H
#define SLEY_PTHREAD_COND_H

#include "pthread/deadline.h"

/* clock: that timed waits refer to. */
int sley_cond_init(void *cond, clockid_t clock, uintptr_t pc);
int sley_cond_wait(void *cond, void *mutex, struct sley_deadline deadline, uintptr_t pc);
int sley_cond_signal(void *cond, uintptr_t pc);
int sley_cond_broadcast(void *cond, uintptr_t pc);

#endif
