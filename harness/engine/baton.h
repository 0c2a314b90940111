/* The processes of a run: real ones, forked once and kept between runs.
 *
 * All of them share the engine's state and one baton: the process that has it runs, the others
 * sleep on a futex each. A process is named by the task that its program began with; task 0's is
 * the worker itself. */
#ifndef SLEY_ENGINE_BATON_H
#define SLEY_ENGINE_BATON_H

#include "engine/fiber.h"

#include <sley/status.h>
#include <sley/strategy.h>

#include <sys/types.h>

enum {
    SLEY_PROCESS_TASKS_MAX = 256, /* tasks of a run of processes: a process is named by the task
                                     that it began with, and 256 address spaces lie side by side in
                                     the 47 bits that an address has */
    SLEY_RANGES_MAX = 96,         /* pieces of memory that a process has from its ancestors */
    SLEY_PROCESS_SHIFT = 38,
    SLEY_DESCRIPTORS_KEPT = 200, /* descriptors from here on are every process's of the pool */
};

/* How processes come into being, and what the front has to do then. */
struct sley_process_policy {
    bool anew;          /* a child starts with the program's initial globals and inherits nothing */
    bool share_globals; /* a planted fault: the globals are everybody's */
    bool kill_unlocks;  /* a planted fault: the locks of the killed are given back */
    /* The current process's synchronisation objects become copies in the child. NULL: nothing. */
    void (*forked)(uint32_t child);
    /* A task ended, or was ended, with what it holds. NULL: nothing. */
    void (*task_dead)(uint32_t task);
};

struct sley_range {
    uintptr_t address;
    size_t size;
};

struct sley_process {
    uint32_t go;   /* futex: 1 when it has the baton */
    pid_t pid;     /* 0: none was forked for the slot yet */
    bool gone;     /* killed or ended: another must be forked for the slot */
    bool fresh;    /* its first task has not begun: whatever it did in earlier runs is void */
    bool ended;    /* in this run */
    bool killable; /* may be killed at each of its points, as a choice */
    int exit_code; /* of an ended one: 0, a code, or minus a signal's number */
    uint32_t parent;
    uint32_t fork_step; /* engine step at which it came into being */
    char *image;        /* its memory at the start, see image.c */
    size_t image_size;
    uint32_t range_count;
    struct sley_range ranges[SLEY_RANGES_MAX]; /* inherited stacks and heap regions */
    struct sley_fiber home;                    /* where it waits for a new program */
};

extern struct sley_process sley_process_table[SLEY_PROCESS_TASKS_MAX];

/* --- driver --- */

/* Makes the calling process the worker of a pool: shares the engine's memory and takes one core.
 * Further calls do nothing. */
enum sley_status sley_baton_open(const struct sley_process_policy *policy,
                                 struct sley_error *error);

/* Begins a run. */
void sley_baton_begin(void);

/* Ends and reaps every other process of the pool, before the worker ends. Safe in a signal handler
 * and without a pool. */
void sley_baton_close(void);

/* --- the engine --- */

/* The process id of process 0. */
pid_t sley_baton_worker(void);

/* Number of the process that executes the call. */
uint32_t sley_baton_self(void);

/* Makes a process for task, which the current task starts, as a copy of the current process or
 * anew. The task begins in it when it is first switched to. False: the system refused. */
bool sley_baton_spawn(uint32_t task);

/* Continues with task (SLEY_TASKS_MAX: with the driver). leaves: the current task never goes on. */
void sley_baton_switch(struct sley_fiber *from, uint32_t task, bool leaves);

/* The process that executes the call ends at its next switch, as if by signal (0: it exits). */
void sley_baton_die(int signal);

/* Kills a sleeping process. */
void sley_baton_kill(uint32_t process);

/* Ends the run and the worker, whose death is a recorded verdict. Does not return. */
void sley_baton_abandon(void) __attribute__((noreturn));

/* --- memory of a process (image.c) --- */

/* Takes the current process's memory down for child. False: too much of it. */
bool sley_image_take(uint32_t child, bool anew);

/* Adds a word that differs in the child. */
void sley_image_patch(uint32_t child, uintptr_t address, uint32_t word);

/* Makes the calling process's memory what was taken down for it. */
void sley_image_apply(uint32_t process);

/* Copies size bytes of what process will find at address when it begins. False: it will find none.
 */
bool sley_image_peek(uint32_t process, uintptr_t address, void *to, size_t size);

/* Forgets the images of earlier runs. */
void sley_image_begin(void);

/* Where address lies if the memory of all processes is laid side by side: private memory of two
 * processes lies at different places, shared memory at one. Only in a run of processes. */
uintptr_t sley_baton_place(uintptr_t address);

/* Where a private address lies if it is taken for one and the same in all processes: apart from
 * every sley_baton_place. */
static inline uintptr_t
sley_baton_name(uintptr_t address)
{
    return address + ((uintptr_t)SLEY_PROCESS_TASKS_MAX << SLEY_PROCESS_SHIFT);
}

/* Whether every process has memory of its own at address. */
bool sley_baton_is_private(uintptr_t address);

/* Whether a piece of memory that `owner` got at engine step `step` is part of `process`. */
bool sley_baton_inherits(uint32_t process, uint32_t owner, uint32_t step);

#endif
