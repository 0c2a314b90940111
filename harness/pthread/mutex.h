/* Mutex operations with the code place handed in, for pthread and C11 threads alike. mutex is the
 * program's object; each returns 0 or an error number. */
#ifndef SLEY_PTHREAD_MUTEX_H
#define SLEY_PTHREAD_MUTEX_H

#include "pthread/deadline.h"

int sley_mutex_init(void *mutex, int type, uintptr_t pc);
int sley_mutex_lock(void *mutex, struct sley_deadline deadline, uintptr_t pc);
int sley_mutex_trylock(void *mutex, uintptr_t pc);
int sley_mutex_unlock(void *mutex, uintptr_t pc);

/* Whether whoever locks it after its owner's death learns of that: EOWNERDEAD from lock. */
void sley_mutex_set_robust(void *mutex, bool robust);

/* The owner, who learned of a death, has put right what the mutex guards. */
int sley_mutex_consistent(void *mutex, uintptr_t pc);

#endif
