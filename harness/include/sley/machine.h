/* Virtual time on virtual cores: what work takes, whatever machine runs it.
 *
 * A property that speaks of speed says `.timed = true` and calls sley_machine_set first. From then
 * on the operations below pass virtual time on that many cores: the clock moves only when nothing
 * can run, so that every figure is exact and replays. A task keeps a core from the begin of an
 * operation to its end (list scheduling); tasks that wait for one are served first come, first
 * served.
 *
 * In a run without sley_machine_set a computation or a call is one scheduling point and takes no
 * time, and I/O is a sleep. */
#ifndef SLEY_MACHINE_H
#define SLEY_MACHINE_H

#include <sley/unit.h>

#include <stdbool.h>
#include <stdint.h>

enum { SLEY_CORES_MAX = 256 };

/* The machine of this run has cores (1..SLEY_CORES_MAX) and the costs of the profile of that name:
 * "ideal" (everything but the work itself is free), "c", "cpython". Called at a body's start, or
 * again when no task is inside an operation: the account of sley_usage begins anew. Anything else,
 * and a property that is not timed, is a misuse. */
void sley_machine_set(uint32_t cores, const char *profile);

/* At most so many bytes per microsecond go through memory, for all calls together (0: no limit).
 * Replaces the profile's figure. */
void sley_machine_bandwidth(uint32_t bytes_per_us);

/* From now on who takes a core gets the one that the outside decides (a choice; 0: one that is
 * free, as else), and waits for that one although others are free: an operating system promises no
 * placement. Until the next sley_machine_set. */
void sley_machine_place_outside(void);

/* The calling task uses that core (0..cores-1) and no other from now on: its affinity. */
void sley_machine_pin(uint32_t core);

/* --- operations of a task --- */

/* Computes in the model's own code (in an interpreter: bytecodes): on a core. 0 waits for a core,
 * and gives it back at once. */
void sley_compute_us(uint32_t duration_us);

/* Waits for the outside world, as the model does it (a coroutine awaits): no core. */
void sley_io_us(uint32_t duration_us);

/* A blocking call of code that knows of no event loop: no core. A coroutine that makes one keeps
 * its turn. */
void sley_block_us(uint32_t duration_us);

/* Calls C code that computes: on a core. releases: without the interpreter lock, where there is
 * one. */
void sley_call_us(uint32_t duration_us, bool releases);

/* Calls C code that goes through bytes of memory at ps_per_byte (1..1,000,000) picoseconds each,
 * after overhead_ns of computing in the model's own code. Calls that together ask for more than the
 * bandwidth get shares in proportion to what they ask for: with demand d = 10^6 / ps_per_byte bytes
 * per us (rounded down) each, a call advances by bandwidth / (sum of d) ns in a ns. Each begin and
 * end of a call rounds the work that is left up to whole ns; otherwise exact. */
void sley_call_bytes(uint32_t bytes, uint32_t ps_per_byte, uint32_t overhead_ns, bool releases);

/* Computes what it costs by the profile to write bytes for another task (to read them back): in
 * models with private memory; nothing where memory is shared. */
void sley_serialise_bytes(uint32_t bytes);
void sley_deserialise_bytes(uint32_t bytes);

/* --- messages and requests, by the profile --- */

/* How a task comes to data of another. */
enum sley_transport {
    SLEY_BY_REFERENCE, /* read where they lie, in memory of both: one access, whatever their size */
    SLEY_BY_COPY,      /* copied into or out of memory of both */
    SLEY_BY_QUEUE, /* out of a queue of the model, for which the caller had to wait: a hand-over,
                      and between processes a copy through the system's pipe */
    SLEY_BY_PIPE,  /* out of a pipe of the system, for which the caller had to wait */
};

/* Computes what it costs to come to bytes of another task that way. Only passes time: the message
 * itself is the business of the queue, pipe or memory that the body uses. A hand-over is half a
 * round trip, and the taker's. */
void sley_receive_bytes(enum sley_transport how, uint32_t bytes);

/* Computes what one request costs a server that serves each of so many open connections by a task
 * of the model; a process as a thread. */
void sley_serve_request(uint32_t connections);

/* What the run's profile says of a key of models/machine/profile.def: ns, bytes, ns for 1 KiB, or
 * bytes in 1 us. Another key is a misuse. */
uint64_t sley_figure(const char *key);
/* --- memory of processes --- */

/* Memory that a process has filled: an application, a model, a cache. Lives in the caller's
 * storage; copies name the same memory. Its pages have 4 KiB. A process forked afterwards shares
 * them until one of the two writes. Counts alone, on a machine that is set: nothing is read or
 * written, and no time passes. In a run at most 1,024 blocks and 1,048,576 pages, counted once for
 * each process that has them; more is out of memory. */
struct sley_memory {
    uint32_t block;
};

/* The current task's process fills bytes of fresh memory. */
void sley_memory_load(struct sley_memory *memory, uint64_t bytes);

/* Writes the first bytes of it. Each page that another process has as well is copied first. A
 * misuse if the process does not hold so much of it. */
void sley_memory_write(const struct sley_memory *memory, uint64_t bytes);

/* What another task sent: where memory is private, a load of the process's own copy, and the time
 * of sley_deserialise_bytes. Nothing where it is shared: memory stays the sender's. */
void sley_memory_receive(struct sley_memory *memory, uint32_t bytes);

/* Computes what it costs by the profile to hand a work item to a pool, on the side named. Nothing
 * outside of a timed run. Pools do so by themselves. */
enum sley_hand_over {
    SLEY_HAND_OVER_THREAD,  /* who submits to threads */
    SLEY_HAND_OVER_WAKE,    /* a thread that had nothing to do, and was woken for it */
    SLEY_HAND_OVER_PROCESS, /* who submits to processes */
};
void sley_hand_over(enum sley_hand_over kind);

/* --- figures --- */

/* Virtual time since the run's start. */
uint64_t sley_now_us(void);
uint64_t sley_now_ns(void);

/* Since sley_machine_set. "At a time" means for longer than an instant. */
struct sley_usage {
    uint64_t makespan_ns;      /* until now */
    uint64_t busy_ns;          /* of all cores, with the costs of creating and switching */
    uint32_t utilisation_ppm;  /* busy / (cores * makespan), rounded down */
    uint32_t executing_max;    /* tasks on a core at a time */
    uint32_t interpreting_max; /* those of them that are in the model's own code, or in C code that
                                  keeps the interpreter lock */
    uint32_t in_progress_max;  /* tasks inside an operation at a time: on a core, waiting for one,
                                  for a lock of the model, or for the outside world */
    uint32_t switch_count;     /* a core, or an event loop, turned to another task */
    uint32_t kernel_switch_count; /* of these, a core: to another thread or process */
    uint32_t kernel_wait_count;   /* a thread or process waited in the kernel: for I/O, in a
                                     blocking call, or in its loop's poll with nothing ready */
    uint32_t thread_count;        /* created */
    uint32_t process_count;       /* created, in any way */
    uint32_t coroutine_count;     /* created */
    uint32_t message_count;       /* taken out of a queue or a pipe (sley_receive_bytes) */
    uint64_t copied_bytes;        /* received by a copy */
    uint64_t serialised_bytes;    /* written for another task */
    uint64_t memory_bytes;        /* of what was created */
    uint64_t page_bytes;        /* that processes hold by sley_memory_load and sley_memory_receive;
                                   a page that several share counts once */
    uint64_t page_bytes_max;    /* the most of it at a time */
    uint64_t page_copied_bytes; /* of pages that a write found shared */
    uint32_t call_bytes_count;  /* sley_call_bytes that had to share the bandwidth */
};

struct sley_usage sley_usage(void);

/* Starts a task of the model that sleeps for period_us (1 or more), computes for 0 us, and so on.
 * One in a run. */
void sley_heartbeat_start(uint32_t period_us);

/* Ends it, waits for its end, and returns the longest time between two of its beats: the period if
 * nothing ever kept it waiting. */
uint64_t sley_heartbeat_gap_us(void);

#endif
