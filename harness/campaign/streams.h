/* The streams of a process: those that runs open, and the three standard ones. */
#ifndef SLEY_CAMPAIGN_STREAMS_H
#define SLEY_CAMPAIGN_STREAMS_H

#include <stdbool.h>

/* Streams that are open now are not the runs'. Standard streams begin afresh. */
void sley_streams_begin(void);

/* Closes the streams that runs opened, and forgets that standard input came to its end. */
void sley_streams_close(void);

/* Writes what such streams hold, as the end of a program does. */
void sley_streams_flush(void);

/* Notes the standard descriptors; gives them back to the standard streams, as they were. Returns
 * whether anything differed. */
void sley_streams_note(void);
bool sley_streams_restore(bool look);

/* Whether the program has read standard input to its end, by the functions of <stdio.h>. Safe in a
 * signal handler. */
bool sley_streams_input_ended(void);

#endif
