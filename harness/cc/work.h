/* The directory for what lies between sources and program. */
#ifndef SLEY_CC_WORK_H
#define SLEY_CC_WORK_H

#include <stdbool.h>
#include <stddef.h>

/* Creates an empty directory in $TMPDIR, or /tmp, and writes its path to path[size]. False, and a
 * line on standard error: there is none to get. */
bool sley_work_create(char *path, size_t size);

/* Removes it and the files in it. */
void sley_work_destroy(const char *path);

#endif
