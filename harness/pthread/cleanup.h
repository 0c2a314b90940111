/* Cleanup handlers of pthread_cleanup_push, and the way out of a thread. */
#ifndef SLEY_PTHREAD_CLEANUP_H
#define SLEY_PTHREAD_CLEANUP_H

#include "pthread/thread.h"

/* Leaves every frame of the current task, the innermost first: hooks and cleanup handlers run, and
 * so do destructors where the program has the language for them. Then ends the task with the result
 * that is noted in it, after the end hook. */
void sley_cleanup_unwind(void) __attribute__((noreturn));

/* A hook is called once if the current task is unwound between the two. hook lies on its stack. */
void sley_cleanup_hook_begin(struct sley_cleanup_hook *hook, void (*call)(void *), void *argument);
void sley_cleanup_hook_end(const struct sley_cleanup_hook *hook);

/* Calls the innermost hook: its frame is left by an exception. */
void sley_cleanup_hook_leave(void);

/* Ends the current task with the result that is noted in it, after the end hook. */
void sley_thread_finish(void) __attribute__((noreturn));

#endif
