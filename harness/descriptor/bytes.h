/* Memory that the kernel reads or writes for a task. */
#ifndef SLEY_DESCRIPTOR_BYTES_H
#define SLEY_DESCRIPTOR_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Checks size bytes at memory as an access of the operation that executes now: races, heap. No
 * point of its own. */
void sley_bytes_touch(const void *memory, size_t size, bool writes, uintptr_t pc);

/* The same for the first size bytes of several pieces. */
void sley_bytes_touch_pieces(const struct iovec *pieces, int count, size_t size, bool writes,
                             uintptr_t pc);

/* Bytes of all pieces. */
size_t sley_bytes_total(const struct iovec *pieces, int count);

/* Takes the first size bytes off the pieces; returns how many of them are used up. */
int sley_bytes_advance(struct iovec *pieces, int count, size_t size);

#endif
