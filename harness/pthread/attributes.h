/* What a thread was asked to be: scheduling, stack, affinity, signal mask. Kept and told, without
 * any effect on the schedule. */
#ifndef SLEY_PTHREAD_ATTRIBUTES_H
#define SLEY_PTHREAD_ATTRIBUTES_H

#include "pthread/thread.h"

/* Fills what a new thread takes from its attributes (NULL: the default ones) and from its creator.
 * All zero is what the first thread has. */
void sley_attributes_take(struct sley_thread *thread, const pthread_attr_t *attributes,
                          const struct sley_thread *creator);

/* Whether a policy exists and its priorities include that one. */
bool sley_attributes_valid(int policy, int priority);

#endif
