/* The end of a run that called a function which is refused. */
#ifndef SLEY_ENTRY_REFUSED_H
#define SLEY_ENTRY_REFUSED_H

#include <stdint.h>

/* Ends the run with the verdict exit, which says that the call at pc is not supported. */
void sley_refused_end(uintptr_t pc, const char *format, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

#endif
