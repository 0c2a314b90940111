/* A number for what a file holds. */
#ifndef SLEY_BASE_FILE_DIGEST_H
#define SLEY_BASE_FILE_DIGEST_H

#include <stdint.h>

/* A digest of the file's bytes, 0 if it cannot be read. No protection against who wants a
 * collision. */
uint64_t sley_file_digest(const char *path);

#endif
