/* Thread-specific data, for pthread and C11 threads alike. */
#ifndef SLEY_PTHREAD_KEY_H
#define SLEY_PTHREAD_KEY_H

#include <stdint.h>

/* Each returns 0 or an error number. */
int sley_key_create(uint32_t *key, void (*destructor)(void *), uintptr_t pc);
int sley_key_delete(uint32_t key, uintptr_t pc);
int sley_key_set(uint32_t key, const void *value);

void *sley_key_get(uint32_t key);

#endif
