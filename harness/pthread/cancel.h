/* Cancellation, for every call of the front that is a cancellation point. */
#ifndef SLEY_PTHREAD_CANCEL_H
#define SLEY_PTHREAD_CANCEL_H

#include "pthread/thread.h"

/* A cancellation point of the current task; no scheduling point. Does not return if the task was
 * cancelled and lets itself be: its cleanup handlers run, then it ends with PTHREAD_CANCELED. A
 * call that blocks waits by sley_wait_interruptible, which has such points at both ends. */
void sley_cancel_point(uintptr_t pc);

/* Whether the thread was cancelled and lets itself be. */
bool sley_cancel_is_due(const struct sley_thread *thread);

/* Between the two an asynchronous cancellation of the current task waits. */
void sley_cancel_shield(bool on);

/* Acts on the cancellation of the current task. */
void sley_cancel_act(void) __attribute__((noreturn));

#endif
