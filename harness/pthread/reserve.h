/* What is reserved before processes are forked that each would reserve it. */
#ifndef SLEY_PTHREAD_RESERVE_H
#define SLEY_PTHREAD_RESERVE_H

#include <stdbool.h>

/* The table of synchronisation objects, as its first entry would. False: there is no address space
 * for it. */
bool sley_objects_reserve(void);

#endif
