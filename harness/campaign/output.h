/* Where the output of the code under test goes. */
#ifndef SLEY_CAMPAIGN_OUTPUT_H
#define SLEY_CAMPAIGN_OUTPUT_H

#include <stdbool.h>

/* While set, processes of runs write nothing to standard output and error: a program's own output
 * is shown for one run, not for ten thousand. Set by the command, before it starts any. */
extern bool sley_output_muted;

/* While set, standard input stays what it is. */
extern bool sley_input_kept;

/* Called by a process of runs when it begins. Standard input is empty from then on, unless it is
 * kept: what one run took from it would be gone for the next. */
void sley_output_begin(void);

/* Moves a descriptor of the harness's own up, where it does not change which ones the program gets;
 * where that is refused it stays. Closed by exec. Returns the descriptor, -1 for -1. */
int sley_descriptor_raise(int descriptor);

/* At the start of the process, before it opens anything: what is open is the user's, and the
 * program's to have. What the harness opens later is not. */
void sley_descriptors_inherit(void);

/* In a process of runs: closes what the harness has opened, but for what it raised (after
 * sley_descriptors_inherit only). What is not open then is the program's from now on. */
void sley_descriptors_begin(void);

/* Closes what is the program's: what it left open would make its next run another one. Without
 * look that is done only if their number has changed, where the system tells it. Nothing before
 * sley_descriptors_begin. */
void sley_descriptors_close(bool look);

#endif
