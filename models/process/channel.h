/* Pipes as the files of the model use them. */
#ifndef SLEY_MODELS_PROCESS_CHANNEL_H
#define SLEY_MODELS_PROCESS_CHANNEL_H

#include "models/process/process.h"

void sley_process_pipe_init(struct sley_pipe *pipe);
void sley_process_pipe_write(struct sley_pipe *pipe, const void *bytes, size_t size);
size_t sley_process_pipe_read(struct sley_pipe *pipe, void *bytes, size_t size);
size_t sley_process_pipe_fill(const struct sley_pipe *pipe);
void sley_process_pipe_close(struct sley_pipe *pipe);

void sley_process_file_init(struct sley_file *file);
size_t sley_process_file_read(struct sley_file *file, void *bytes, size_t size);
void sley_process_file_write(struct sley_file *file, const void *bytes, size_t size);
void sley_process_file_seek(struct sley_file *file, size_t offset);
void sley_process_file_lock(struct sley_file *file);
void sley_process_file_unlock(struct sley_file *file);

/* The process is dead: the kernel gives its file locks back. */
void sley_process_file_release(int32_t process);

/* The current process's program ends: so do its file locks. */
void sley_process_file_end(void);

void sley_process_mpqueue_init(struct sley_mpqueue *queue, uint32_t capacity);
void sley_process_mpqueue_put(struct sley_mpqueue *queue, intptr_t item, size_t weight);
void sley_process_mpqueue_put_object(struct sley_mpqueue *queue, const void *object,
                                     size_t (*pickle)(const void *object, void *bytes,
                                                      size_t room));

/* Returns the item; fills at most *size bytes of what follows its header, and *size becomes how
 * many there were. */
intptr_t sley_process_mpqueue_get(struct sley_mpqueue *queue, void *bytes, size_t *size);

/* Make what a worker needs at the first call, empty it before each run. */
void sley_process_pipes_begin(void);
void sley_process_files_begin(void);
void sley_process_mpqueues_begin(void);

/* A descriptor that the processes of the pool keep, in place of descriptor; ends the process if
 * there is none. */
int sley_process_keep(int descriptor);

#endif
