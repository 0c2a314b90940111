/* The end of the program under test. */
#ifndef SLEY_PTHREAD_PROCESS_H
#define SLEY_PTHREAD_PROCESS_H

#include <stdint.h>

/* Runs the handlers of atexit, the last one first, each once. */
void sley_process_handlers_run(void);

/* The program's main returned a code that is not 0: the run ends as by exit. */
void sley_process_main_returned(int code) __attribute__((noreturn));
/* Ends the run, or the process of the run that is not task 0's, as a signal without a handler. */
void sley_process_signalled(int signal, uintptr_t pc) __attribute__((noreturn));

/* Ends the run with the verdict of an abort that libc explains with text. */
void sley_process_abort(const char *text, uintptr_t pc) __attribute__((noreturn));

#endif
