/* Waiting until descriptors are ready: at a gate of the task's own, which is open whenever the
 * kernel says that one of them is. */
#ifndef SLEY_DESCRIPTOR_WAIT_H
#define SLEY_DESCRIPTOR_WAIT_H

#include "descriptor/table.h"
#include "pthread/interrupt.h"

#include <poll.h>
#include <signal.h>

/* Real time that a run waits for what is outside before it is called stuck. */
extern unsigned sley_descriptor_patience_ms;

/* What a task waits for. */
struct sley_ready {
    enum sley_op op;              /* of the point */
    enum sley_wait wait;          /* why it is blocked, if it is */
    struct sley_channel *channel; /* that the point names */
    struct pollfd *files;         /* [file_count]: borrowed for the call; a number that is closed
                                     meanwhile is replaced by one that leads to the same object */
    nfds_t file_count;
    bool (*test)(const void *context); /* instead of files, if it is not NULL */
    const void *context;
    bool outside;              /* some of them are: they are ready only when no task can run */
    uint64_t deadline_ns;      /* virtual time; UINT64_MAX: none */
    enum sley_restart restart; /* what handlers that come into the wait do to it */
    const sigset_t *signals; /* the mask for the wait; NULL: the task's own. What it lets in and is
                                pending comes before the wait, but not before a look at the files */
};

/* A point of the current task and a cancellation point, which returns when one of the files is
 * ready, when the deadline passed first, or when a handler has ended the wait. A deadline that is
 * not in the future: it does not wait. pc: place in the code under test. */
enum sley_waited sley_descriptor_wait(const struct sley_ready *ready, uintptr_t pc);

/* The error of a call that waited in vain: EAGAIN or EINTR. */
int sley_descriptor_error(enum sley_waited waited);

/* What the current task just did may have made descriptors ready, or not ready any more. */
void sley_descriptor_changed(void);

/* number is about to be closed: who waits for it goes on to wait for the object behind it, as the
 * kernel has it. */
void sley_descriptor_leaves(int number);

/* Gives back what sley_descriptor_wait put in the place of a closed number: after the operation
 * that the wait was for. */
void sley_descriptor_release(void);

/* Whether number leads to something outside that can keep a caller waiting: no file, no /dev/null.
 */
bool sley_descriptor_blocks(int number);

/* Virtual time that is that far in the future. UINT64_MAX ns: never. */
uint64_t sley_descriptor_deadline(uint64_t duration_ns);

#endif
