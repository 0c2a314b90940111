/* What the files of the process model share. */
#ifndef SLEY_MODELS_PROCESS_PROCESS_H
#define SLEY_MODELS_PROCESS_PROCESS_H

#include "engine/baton.h"
#include "engine/engine.h"

#include <sley/model.h>
#include <sley/process.h>

extern const struct sley_model_lock_ops sley_process_lock_ops;
extern const struct sley_model_condition_ops sley_process_condition_ops;
extern const struct sley_model_queue_ops sley_process_queue_ops;
extern const struct sley_model_queue_count_ops sley_process_queue_count_ops;
extern const struct sley_model_semaphore_ops sley_process_semaphore_ops;
extern const struct sley_model_event_ops sley_process_event_ops;
extern const struct sley_model_barrier_ops sley_process_barrier_ops;
extern const struct sley_model_process_ops sley_process_process_ops;

/* The task that a handle of sley_spawn names; a misuse ends the run. */
uint32_t sley_process_task_of(uintptr_t handle, uintptr_t pc);

/* Shared memory, zeroed, aligned to 16 bytes; a full arena ends the run. */
void *sley_process_shared(size_t size);

/* Maps the shared arena at its first call, and empties it. On the driver, before a run. */
void sley_process_shared_begin(void);

/* A process-shared lock's acquire that says whether its former owner died (robust locks). */
bool sley_process_acquire_robust(struct sley_lock *lock);

/* Makes the descriptors of pipes and files at the first call, and empties them. */
void sley_process_channels_begin(void);

/* The feeder of a multiprocessing queue is waited for when its process's program has ended. */
void sley_process_feeders_join(void);

#endif
