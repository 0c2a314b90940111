/* The lane native: properties on real threads under clang's ThreadSanitizer, uncontrolled. What it
 * finds is what chance finds; it has no engine, no tokens and no replay.
 *
 * A child process executes one run after another until a run shows something; its parent counts,
 * and starts the next child. */
#ifndef SLEY_NATIVE_NATIVE_H
#define SLEY_NATIVE_NATIVE_H

#include <sley/property.h>
#include <sley/status.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum sley_native_state {
    SLEY_NATIVE_BETWEEN, /* no run is under way */
    SLEY_NATIVE_RUNNING,
    SLEY_NATIVE_ENDED,  /* the run showed something, and the child ends */
    SLEY_NATIVE_FAILED, /* the system refused the run a thread */
};

/* What a child and its parent share. Written by the child, and by the parent while there is none.
 * The child's tasks access it relaxed: nothing in it may order them. */
struct sley_native_shared {
    _Atomic uint64_t run;      /* number of the run under way, or of the next one */
    _Atomic uint64_t activity; /* sleeps and time-outs that are over: a sign of life */
    _Atomic uint32_t shows;    /* mask of the verdicts of the run under way */
    _Atomic uint32_t state;    /* enum sley_native_state */
    _Atomic int error;         /* errno of SLEY_NATIVE_FAILED */
};

extern struct sley_native_shared *sley_native_shared;

/* The runs first..end-1 of a property; all zero but end and property is allowed. */
struct sley_native_batch {
    const struct sley_property *property;
    uint64_t seed; /* of the inputs */
    uint64_t first;
    uint64_t end;
    uint64_t deadline_ns; /* no run begins later; sley_native_now */
};

/* Executes a batch in a child; ends the process. */
void sley_native_execute(const struct sley_native_batch *batch) __attribute__((noreturn));

/* Ends the run under way with the verdict, and its process with it. Any task may call it. */
void sley_native_end(enum sley_verdict verdict) __attribute__((noreturn));

/* The system refused a thread: no verdict about the property. */
void sley_native_fail(int error) __attribute__((noreturn));

/* This process prints no reports. */
void sley_native_reports_silence(void);

/* Operations and oracles forget the run that is over, and start the next one. */
void sley_native_tasks_begin(void);
void sley_native_program_begin(void);
void sley_native_shared_begin(void);
void sley_native_oracle_begin(uint64_t seed, uint64_t run);

/* Destroys the locks of the run that is over. False: there were too many to know them all. */
bool sley_native_tasks_end(void);

/* What a campaign of uncontrolled runs showed. */
struct sley_native_result {
    uint64_t run_count;
    uint64_t shown[SLEY_VERDICT_COUNT]; /* runs that showed the verdict */
    uint64_t event_count;               /* runs that showed the event */
    uint64_t event_run;                 /* number of the first of them */
    uint64_t event_ns;                  /* when it was over, from the start */
    uint64_t elapsed_ns;
    bool interrupted;
};

struct sley_native_options {
    const struct sley_property *property;
    uint64_t seed;
    uint64_t runs;    /* 0: no limit */
    uint64_t time_ms; /* 0: no limit; one of the two is given */
};

/* The verdicts by which an uncontrolled run shows what the property speaks of: of a property
 * without an event, that a check of its own failed. */
uint32_t sley_native_event(const struct sley_property *property);

/* Executes the campaign and fills result. A run whose threads all sleep for half a second is
 * `blocked`; one that goes on for 10 seconds is `stuck`. SLEY_ERROR_SYSTEM: no process or thread to
 * be had; SLEY_ERROR_BUG: a child died between two runs. */
enum sley_status sley_native_stress(struct sley_native_result *result,
                                    const struct sley_native_options *options,
                                    struct sley_error *error);

/* The campaign under way ends soon. Async-signal-safe. */
void sley_native_interrupt(void);
bool sley_native_interrupted(void);

/* What the lane explore made of the same property. */
struct sley_native_explore {
    uint64_t run_count;
    uint64_t elapsed_ns; /* of the process, from start to exit */
    bool found;
    uint64_t event_run; /* first run that shows the event */
    uint64_t event_ns;  /* of a process that executes the runs up to it, from start to exit */
};

/* Runs `sley` in processes of its own for time_ms: strategy mix, seed as given. SLEY_ERROR_SYSTEM
 * when there is no such program beside this one, or it does not do its work in time. */
enum sley_status sley_native_explore(struct sley_native_explore *explore,
                                     const struct sley_native_options *options, uint64_t time_ms,
                                     struct sley_error *error);

/* Nanoseconds of a clock that never runs backwards. */
uint64_t sley_native_now(void);

#endif
