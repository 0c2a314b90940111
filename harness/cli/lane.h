/* The flag --lane, which is seen before all others: each lane is a program of its own. */
#ifndef SLEY_CLI_LANE_H
#define SLEY_CLI_LANE_H

#include <stdbool.h>

/* Takes "--lane L" or "--lane=L" out of argv, as far as "--"; returns L, or NULL if there is none.
 */
const char *sley_lane_flag(int *argc, char **argv);

/* If lane (NULL: none was asked for) is that of another program of this build, that program takes
 * over and the call does not return. Returns 0, or an exit code after a line on standard error. */
int sley_lane_select(const char *lane, int argc, char **argv);

/* What sley_lane_flag returned last: for commands whose lane is a program's, and not sley's own. */
const char *sley_lane_asked(void);

/* What a printed command must end in to use the same lane, and the same planted fault. */
const char *sley_lane_suffix(void);

enum { SLEY_LANE_SUFFIX_MAX = 4096 };

/* Every printed command ends in text, " PROGRAM -- ARGUMENTS", from now on; borrowed. */
void sley_lane_suffix_program(const char *text);

/* Whether this is a program's own command line. */
bool sley_lane_is_program(void);

/* Every printed command names that fault from now on; borrowed. */
void sley_lane_suffix_fault(const char *name);

#endif
