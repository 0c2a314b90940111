/* What belongs to processes: shared memory, death, pipes and files. For scenarios of the `process`
 * model; in other models shared memory is ordinary memory, and the rest is a misuse. */
#ifndef SLEY_PROCESS_H
#define SLEY_PROCESS_H

#include <sley/model.h>
#include <sley/sync.h>

/* --- death --- */

/* Kills the process of a task with SIGKILL: it executes nothing more, and what it holds stays held.
 * Not task 0's process. */
void sley_kill(uintptr_t task);

/* From now on the process of the task may be killed at each of its points: a choice, at most once
 * in a run. 0: the caller's own process. */
void sley_kill_window(uintptr_t task);

/* How a joined process ended: 0, an exit code, or minus the number of the signal that ended it. Its
 * sley_join returned NULL unless it is 0. */
int sley_exit_code(uintptr_t task);

/* Whether a child begins with the program's initial memory (spawn), and not as a copy of its parent
 * (fork). */
bool sley_process_begins_anew(void);

/* --- another process's memory --- */

/* Reads size bytes (1..8) at address as the process of the task has them, from outside. */
uint64_t sley_peek(uintptr_t task, const void *address, size_t size);

/* --- pipes --- */

enum { SLEY_PIPES_MAX = 8, SLEY_PIPE_BYTES = 4096 };

/* A pipe of the operating system: bytes, in order, with a capacity. Every process has both ends.
 * Lives in the caller's storage; copies name the same pipe. */
struct sley_pipe {
    uint32_t number;
};

/* At most SLEY_PIPES_MAX in a run. It holds SLEY_PIPE_BYTES. */
void sley_pipe_init(struct sley_pipe *pipe);

/* Writes size bytes; waits while the pipe is full. Up to SLEY_PIPE_ATOMIC bytes go in at once, of
 * more any part may go first (what fits, or as the outside decides). */
enum { SLEY_PIPE_ATOMIC = 512 };
void sley_pipe_write(struct sley_pipe *pipe, const void *bytes, size_t size);

/* Reads 1..size bytes, as many as are there; waits while there are none. Returns how many; 0: the
 * pipe is empty and closed. */
size_t sley_pipe_read(struct sley_pipe *pipe, void *bytes, size_t size);

/* Bytes that are in it at this moment (FIONREAD). */
size_t sley_pipe_fill(const struct sley_pipe *pipe);

/* Nobody writes any more: readers see the end. */
void sley_pipe_close(struct sley_pipe *pipe);

/* --- files --- */

enum { SLEY_FILES_MAX = 4 };

/* A file that every process inherits, with one offset for all, as after fork. */
struct sley_file {
    uint32_t number;
};

/* An empty file; at most SLEY_FILES_MAX in a run. */
void sley_file_init(struct sley_file *file);

/* Reads at the common offset, and moves it. Returns bytes read, 0 at the end. */
size_t sley_file_read(struct sley_file *file, void *bytes, size_t size);
void sley_file_write(struct sley_file *file, const void *bytes, size_t size);
void sley_file_seek(struct sley_file *file, size_t offset);

/* Takes and gives back flock(LOCK_EX), as an open file description of the caller's process. */
void sley_file_lock(struct sley_file *file);
void sley_file_unlock(struct sley_file *file);

/* --- multiprocessing.Queue --- */

/* A queue over a pipe: put appends to a buffer of its process, from which a feeder task writes to
 * the pipe under the queue's write lock; get reads under its read lock. A process ends only when
 * its feeders have written everything. */
struct sley_mpqueue {
    struct sley_pipe pipe;
    uint32_t number;
    bool bounded;
    struct sley_semaphore room; /* of a bounded one: items that may still be put */
};

enum { SLEY_MPQUEUE_HEADER = 16 }; /* bytes in the pipe before those of an object */

/* Without bound for the putter; at most capacity items that were put and are not taken. */
void sley_mpqueue_init(struct sley_mpqueue *queue);
void sley_mpqueue_init_bounded(struct sley_mpqueue *queue, uint32_t capacity);

/* Waits only for a place in a bounded queue. weight: bytes that the item takes in the pipe,
 * SLEY_MPQUEUE_HEADER..SLEY_PIPE_BYTES. */
void sley_mpqueue_put(struct sley_mpqueue *queue, intptr_t item, size_t weight);
intptr_t sley_mpqueue_get(struct sley_mpqueue *queue);

/* Puts an object, which is borrowed until the feeder comes to it: pickle(object, bytes, room) fills
 * at most room bytes and returns how many; 0: it cannot be pickled, and never arrives, which the
 * putter does not learn. */
void sley_mpqueue_put_object(struct sley_mpqueue *queue, const void *object,
                             size_t (*pickle)(const void *object, void *bytes, size_t room));

/* Takes an object: fills at most size bytes of what pickle made, and returns how many it made. */
size_t sley_mpqueue_get_bytes(struct sley_mpqueue *queue, void *bytes, size_t size);

#endif
