/* Thin archives, which name their members' files instead of holding them (GNU ar, option T). */
#ifndef SLEY_CC_THIN_H
#define SLEY_CC_THIN_H

#include <stdbool.h>
#include <stdio.h>

/* Whether fits says so of a member's path. file stands behind the magic of the thin archive that
 * path names. */
bool sley_thin_has(FILE *file, const char *path, bool (*fits)(const char *member));

#endif
