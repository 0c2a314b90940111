/* Blocks that are not of the run's heap and yet the code's to free: libc and other libraries
 * allocate them for their callers. */
#ifndef SLEY_PTHREAD_FOREIGN_H
#define SLEY_PTHREAD_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a block of a library's heap begins at memory, which is live. NULL: nobody keeps a record,
 * and what lies outside the run's own memory is believed to be one. Set before the first run. */
extern bool (*sley_foreign_known)(const void *memory);

/* Bytes that libraries allocated in the runs of this process and nobody has freed; 0 without a
 * record. */
extern size_t sley_foreign_bytes;

/* Whether memory is such a block. */
bool sley_foreign_is(const void *memory);

/* Frees such a block, with a point before. False: memory is none, and nothing has happened. */
bool sley_foreign_free(void *memory, uintptr_t pc);

#endif
