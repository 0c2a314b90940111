/* Cleanup handlers of pthread_cleanup_push, and the way out of a thread. */
#ifndef SLEY_PTHREAD_CLEANUP_H
#define SLEY_PTHREAD_CLEANUP_H

/* Continues in the innermost cleanup handler of the current task, and does not return; returns if
 * there is none. */
void sley_cleanup_unwind(void);

/* Ends the current task with the result that is noted in it, after the end hook. */
void sley_thread_finish(void) __attribute__((noreturn));

#endif
