/* Memory that the processes of a run share; in models of one process, ordinary memory. */
#ifndef SLEY_SHARED_H
#define SLEY_SHARED_H

#include <sley/sley.h>

/* size bytes, zeroed, aligned to 16; lives until the end of the run. The caller hands the pointer
 * to other processes before they start. */
void *sley_shared_allocate(size_t size);

/* A lock whose next owner learns that its former one died with it. */
void sley_lock_init_robust(struct sley_lock *lock);

/* Acquires a robust lock. False: its former owner died while it held the lock; what the lock
 * guards may be half done, and the lock is the caller's all the same. */
bool sley_lock_acquire_robust(struct sley_lock *lock);

/* multiprocessing.Value and Array: cells in shared memory with a lock of their own. Each get and
 * set is atomic under that lock; `set(get() + 1)` is two operations. */
struct sley_value {
    struct sley_lock lock;
    long *cells;
    uint32_t count;
    bool locked;
};

/* count cells of 0; locked: with a lock (Value), else bare (RawValue). */
void sley_value_init(struct sley_value *value, uint32_t count, bool locked);
long sley_value_get(struct sley_value *value, uint32_t index);
void sley_value_set(struct sley_value *value, uint32_t index, long number);

#endif
