/* The kernel's randomisation of addresses, which an old libtsan does not start under. */
#ifndef SLEY_CLI_RANDOMISATION_H
#define SLEY_CLI_RANDOMISATION_H

#include <stdbool.h>

/* Switches it off, where it is too much for ThreadSanitizer, for the program that this one executes
 * next. lane names the lane in the line on standard error that comes with false: the kernel does
 * not let a program do so. */
bool sley_randomisation_off(const char *lane);

#endif
