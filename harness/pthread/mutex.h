/* Mutex operations with the code place handed in, for pthread and C11 threads alike. mutex is the
 * program's object; each returns 0 or an error number. */
#ifndef SLEY_PTHREAD_MUTEX_H
#define SLEY_PTHREAD_MUTEX_H

#include "pthread/deadline.h"

int sley_mutex_init(void *mutex, int type, uintptr_t pc);
int sley_mutex_lock(void *mutex, struct sley_deadline deadline, uintptr_t pc);
int sley_mutex_trylock(void *mutex, uintptr_t pc);
int sley_mutex_unlock(void *mutex, uintptr_t pc);

#endif
