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
    uint32_t in_progress_max;  /* tasks inside an operation at a time: on a core, waiting for one,
                                  for a lock of the model, or for the outside world */
    uint32_t switch_count;     /* a core, or an event loop, turned to another task */
    uint32_t thread_count;     /* created */
    uint32_t process_count;    /* created, in any way */
    uint32_t coroutine_count;  /* created */
    uint64_t memory_bytes;     /* of what was created */
    uint32_t call_bytes_count; /* sley_call_bytes that had to share the bandwidth */
};

struct sley_usage sley_usage(void);

/* Starts a task of the model that sleeps for period_us (1 or more), computes for 0 us, and so on.
 * One in a run. */
void sley_heartbeat_start(uint32_t period_us);

/* Ends it, waits for its end, and returns the longest time between two of its beats: the period if
 * nothing ever kept it waiting. */
uint64_t sley_heartbeat_gap_us(void);

#endif
