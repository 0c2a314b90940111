/* The tellers' own counters. */
#ifndef SLEY_TESTS_PROGRAM_BANK_LOCAL_H
#define SLEY_TESTS_PROGRAM_BANK_LOCAL_H

/* How many orders the calling thread has served. */
int *bank_local_served(void);

#endif
