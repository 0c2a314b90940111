/* The commands that a build executes, and the signals that end it. */
#ifndef SLEY_CC_PROCESS_H
#define SLEY_CC_PROCESS_H

#include "cc/words.h"

/* From now on SIGINT, SIGTERM and SIGHUP end the command under way and are noted, so that the
 * caller can clear up; a signal that was ignored stays so. */
void sley_process_watch(void);

/* Executes a command and returns its exit code; 2: it could not be started, 1: a signal ended it or
 * this process was told to end, in which case nothing is executed any more. */
int sley_process_execute(const struct sley_words *words);

/* Ends this process by the signal that was noted, for a caller that has cleared up; returns if
 * there was none. */
void sley_process_end_as_told(void);

#endif
