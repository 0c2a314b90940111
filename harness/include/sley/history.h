/* Histories of calls on shared objects, and whether they are linearizable: whether some order of
 * the calls that respects their times is a run of a sequential specification.
 *
 * Everything here runs in the harness: recording a call is no scheduling point. The oracle reads
 * global order, so a property that uses it declares global_order. */
#ifndef SLEY_HISTORY_H
#define SLEY_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SLEY_HISTORY_MAX = 64,    /* calls of one run */
    SLEY_SPEC_ITEMS_MAX = 64, /* items of a specification's state */
};

/* The result of a call that found nothing, or no room, and did not wait. */
#define SLEY_NONE INT64_MIN

struct sley_call {
    uint64_t begin;   /* the order of begins and ends over the history, from 1 */
    uint64_t end;     /* greater than begin; UINT64_MAX: it never returned */
    int64_t argument; /* 0: none */
    int64_t second;   /* second argument, 0: none */
    int64_t result;   /* 0: none */
    uint32_t op;      /* an operation of the specification */
    uint32_t object;  /* number of the object: each is a world of its own */
    uint32_t task;
};

/* The calls of one run, in the order of their begins. All zero is the empty history. */
struct sley_history {
    struct sley_call calls[SLEY_HISTORY_MAX];
    int count;
    uint64_t clock; /* begins and ends so far */
};

/* Notes that the current task is about to call; returns the call's index, for sley_history_end. A
 * history that is full ends the run with the verdict misuse. */
int sley_history_begin(struct sley_history *history, uint32_t object, uint32_t op, int64_t argument,
                       int64_t second);

/* Notes that the call has returned. A call that is never ended is pending: it may have had its
 * effect, or not. */
void sley_history_end(struct sley_history *history, int call, int64_t result);

/* Puts on or gets from the model's queue and notes the call as one on object 0. */
struct sley_queue;
void sley_history_put(struct sley_history *history, struct sley_queue *queue, intptr_t item);
intptr_t sley_history_get(struct sley_history *history, struct sley_queue *queue);

/* --- specifications --- */

/* Two states are the same if their counts and first `count` items are. */
struct sley_spec_state {
    int64_t count;
    int64_t item[SLEY_SPEC_ITEMS_MAX];
};

struct sley_spec;

struct sley_spec_ops {
    const char *name;     /* "FIFO queue" */
    const char *ops[8];   /* words for the operations, by number */
    uint8_t arguments[8]; /* arguments that each takes: 0, 1 or 2 */
    bool silent[8];       /* a result of 0 is none */
    void (*init)(const struct sley_spec *spec, struct sley_spec_state *state);
    /* Executes the call on state. NULL: it fits; else why not, a phrase, and state is void. A
     * pending call (end UINT64_MAX) has no result to fit. Depends on spec, state and call alone. */
    const char *(*apply)(const struct sley_spec *spec, struct sley_spec_state *state,
                         const struct sley_call *call);
    /* The part of the object that the call is on, such as a key: calls on different parts must be
     * independent, and are judged apart. NULL: the object is one part. */
    int64_t (*part)(const struct sley_call *call);
    /* Whether the calls[call_count] that are not in the mask `done` can fit no order from state on:
     * cuts the search short. May miss, never errs. NULL: never known. */
    bool (*hopeless)(const struct sley_spec_state *state, const struct sley_call *calls,
                     uint32_t call_count, uint64_t done);
};

struct sley_spec {
    const struct sley_spec_ops *ops;
    int64_t parameter; /* what the specification makes of it: capacity, first value */
};

/* Operations of the ready-made specifications: argument, second -> result. */
enum sley_queue_op {
    SLEY_PUT,
    SLEY_GET
};                                          /* item -> SLEY_NONE if full; -> item, SLEY_NONE if
                                               empty */
enum sley_stack_op { SLEY_PUSH, SLEY_POP }; /* as PUT and GET */
enum sley_register_op {
    SLEY_READ,    /* -> value */
    SLEY_WRITE,   /* value */
    SLEY_REPLACE, /* expected, new -> 1 if it was the expected one, else 0 */
};
enum sley_counter_op {
    SLEY_COUNT, /* -> value */
    SLEY_ADD,   /* amount -> value before it */
};
enum sley_set_op {
    SLEY_INSERT, /* key -> 1 if it was not in, else 0 */
    SLEY_REMOVE, /* key -> 1 if it was in, else 0 */
    SLEY_HAS,    /* key -> 1 if it is in, else 0 */
};
enum sley_map_op {
    SLEY_SET,  /* key, value -> value before, or SLEY_NONE */
    SLEY_LOOK, /* key -> value, or SLEY_NONE */
    SLEY_DROP, /* key -> value before, or SLEY_NONE */
};
enum sley_lock_op {
    SLEY_ACQUIRE, /* */
    SLEY_RELEASE, /* */
    SLEY_TRY,     /* -> 1 if it was acquired, else 0 */
};

/* Of that many items at most (0: SLEY_SPEC_ITEMS_MAX). */
struct sley_spec sley_spec_fifo(int64_t capacity);
struct sley_spec sley_spec_stack(int64_t capacity);
/* Of that first value. */
struct sley_spec sley_spec_register(int64_t first);
struct sley_spec sley_spec_counter(int64_t first);
/* Empty at first; each key is a part of its own. */
struct sley_spec sley_spec_set(void);
struct sley_spec sley_spec_map(void);
/* Free at first; reentrant: its owner may acquire it again, and releases it as often. */
struct sley_spec sley_spec_lock(bool reentrant);

/* --- the judge --- */

enum sley_linearizable {
    SLEY_LINEARIZABLE,
    SLEY_NOT_LINEARIZABLE,
    SLEY_NOT_DECIDED, /* more than SLEY_HISTORY_NODES states of the search */
};

enum { SLEY_HISTORY_NODES = 1 << 16 };

/* Judges a history (J. Wing, C. Gong, 1993; with a memo of sets of done calls and states, G. Lowe,
 * 2017; objects and their parts apart, A. Horn, D. Kroening, 2015). Calls may have been made by
 * hand. Fast while few calls overlap; the bound on the search holds for each part of an object. */
enum sley_linearizable sley_history_judge(const struct sley_history *history,
                                          struct sley_spec spec);

/* Ends the run with the verdict assertion if the history is not linearizable, and with misuse if
 * that cannot be decided. `sley explain` shows the shortest prefix of the history that fits no
 * order, the longest order that fits, and why each call that could come next does not. */
void sley_check_linearizable(const struct sley_history *history, struct sley_spec spec);

/* Whether the history is one of a bounded FIFO queue; ends the run with misuse if that cannot be
 * decided. */
bool sley_history_is_fifo(const struct sley_history *history, uint32_t capacity);

#endif
