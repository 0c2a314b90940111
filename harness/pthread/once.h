/* Once controls, for pthread and C11 threads alike. */
#ifndef SLEY_PTHREAD_ONCE_H
#define SLEY_PTHREAD_ONCE_H

#include <stdint.h>

/* Returns when routine has returned, in this task or another. */
void sley_once(void *control, void (*routine)(void), uintptr_t pc);

#endif
