/* Strategies: what answers the choices of fresh runs.
 *
 * A strategy sees the candidates that may run next and their pending operations in an abstract
 * form, and nothing else. It keeps its state in memory that is handed in, calls no allocator, and
 * makes its decisions from integers that come from (seed, run) alone. */
#ifndef SLEY_STRATEGY_H
#define SLEY_STRATEGY_H

#include <sley/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLEY_TASKS_MAX = 1024 }; /* tasks in one run, the first included */

/* Kinds of operation at which the scheduler may switch. */
enum sley_op {
#define SLEY_OP(name, letter, text, writes) SLEY_OP_##name,
#include <sley/op.def>
#undef SLEY_OP
    SLEY_OP_COUNT
};

/* What a choice that is not "which task next" decides. Value 0 is the least surprising answer. */
enum sley_choice_kind {
    SLEY_CHOICE_SCHEDULE, /* which task runs next */
    SLEY_CHOICE_INPUT,    /* a drawn input */
    SLEY_CHOICE_SPURIOUS, /* 1: the wait returns without a signal */
    SLEY_CHOICE_WAITER,   /* which waiter a signal wakes, in the order of their arrival */
    SLEY_CHOICE_WEAK_CAS, /* 1: a weak compare-exchange fails although the values agree */
    SLEY_CHOICE_REUSE,    /* 1: an allocation hands out the block freed last */
    SLEY_CHOICE_KILL,     /* 1: the task is killed here */
    SLEY_CHOICE_OUTSIDE,  /* what the outside decides: order and size of what arrives */
    SLEY_CHOICE_KIND_COUNT
};

/* The operation that a task executes when it runs next. */
struct sley_pending {
    uintptr_t address; /* of the object; equal addresses mean the same object; 0: none */
    uintptr_t second;  /* of a second object that the operation changes; 0: none */
    uint32_t size;     /* bytes of the first object; 1 for a synchronisation object */
    enum sley_op op;
    bool writes; /* whether the operation changes its object */
    bool global; /* its order with every other operation matters (it depends on time) */
};

/* One question "who runs next". Lives for the call. */
struct sley_view {
    const uint16_t *candidates; /* candidates[candidate_count]: tasks that can run, ascending; then
                                   tasks whose sleep or time-out may end early, ascending */
    uint32_t candidate_count;   /* 1..SLEY_TASKS_MAX */
    uint32_t runnable_count;    /* how many of the candidates are not early time-outs */
    uint32_t current;           /* task that ran last */
    uint32_t point;             /* number of this point within current, from 1 */
    uint32_t step;              /* number of this point within the run, from 1 */
    uint32_t default_index;     /* of the least surprising candidate: current if it can run */
    uint32_t task_count;        /* tasks that pending describes, ended ones included */
    bool changed;               /* the set of candidates is not the one of the previous question */
    bool current_runnable;
    bool current_yields;                /* current's pending operation gives way to others */
    const struct sley_pending *pending; /* pending[task], valid for every candidate */
    /* The number of the object at an address, the same in every run whose tasks act alike; events
     * carry its low half. Takes a search for what lies in the heap. */
    uint64_t (*key)(uintptr_t address);
};

struct sley_pick {
    uint32_t index; /* into candidates */
    uint32_t stay;  /* >= 1: the next question comes at the stay-th point from this one, if the set
                       of  candidates has not changed before */
    bool stop;      /* give the run up: a search has seen everything that can follow */
};

struct sley_value_query {
    enum sley_choice_kind kind;
    uint32_t task;  /* that asks */
    uint32_t point; /* number of this decision within the task */
    uint32_t bound; /* >= 2: the answer lies in 0..bound-1 */
};

/* Numbers that configure a strategy, written `name:a,b,c` on the command line and in tokens, and
 * the bytes of the longest such text with its end. */
enum { SLEY_PARAMETERS_MAX = 32, SLEY_STRATEGY_TEXT = 384 };

/* A strategy that takes turns with others comes round after that many runs, or a divisor of it. */
enum { SLEY_ROTATION = 8 };

struct sley_parameters {
    uint32_t count;
    uint32_t value[SLEY_PARAMETERS_MAX];
};

struct sley_census; /* what a campaign learned of the program: strategy/census.h */

struct sley_strategy_ops {
    const char *name;       /* on the command line and in tokens; [a-z0-9-]+ */
    const char *summary;    /* one line */
    const char *source;     /* authors, venue, year */
    const char *parameters; /* their names, comma separated, in order; "" for none; behind "..."
                               the last may come several times, and without any the campaign draws
                               them for each run */
    uint32_t defaults[SLEY_PARAMETERS_MAX]; /* 0: measured in a profiling run by the campaign */
    size_t state_size;                      /* bytes of zeroed memory handed to begin */
    /* Starts run `run` of the campaign with `seed`. Must depend on its arguments alone. */
    void (*begin)(void *state, const struct sley_parameters *parameters, uint64_t seed,
                  uint64_t run);
    /* Answers "who runs next". Called before the pending operation of the current task executes,
     * whenever the previous pick's stay is over, and at the next point after the set of candidates
     * changed. */
    void (*pick)(void *state, const struct sley_view *view, struct sley_pick *pick);
    /* Answers any other choice. */
    uint32_t (*value)(void *state, const struct sley_value_query *query);
    /* The strategy whose turn run is, and its own parameters; NULL: this one. */
    const struct sley_strategy_ops *(*part)(const struct sley_parameters *parameters, uint64_t run,
                                            struct sley_parameters *own);
    /* Draws the parameters of one run from what the campaign learned; they depend on the arguments
     * alone. Leaves them as they are if nothing was learned. NULL: every run has the same. */
    void (*draw)(struct sley_parameters *parameters, const struct sley_census *census,
                 uint64_t seed, uint64_t run);
    /* Checks parameters; NULL if every value is allowed. */
    enum sley_status (*check)(const struct sley_parameters *parameters, struct sley_error *error);
};

static inline bool
sley_bytes_overlap(uintptr_t a, uint32_t a_size, uintptr_t b, uint32_t b_size)
{
    return a != 0 && b != 0 && a < b + b_size && b < a + a_size;
}

/* Whether two pending operations of different tasks may not commute. Inline, since some strategies
 * ask for every pair. */
static inline bool
sley_pending_conflict(const struct sley_pending *a, const struct sley_pending *b)
{
    if (a->global || b->global) {
        return true;
    }
    if ((a->writes || b->writes) && sley_bytes_overlap(a->address, a->size, b->address, b->size)) {
        return true;
    }
    return (a->second | b->second) != 0 && (sley_bytes_overlap(a->second, 1, b->address, b->size) ||
                                            sley_bytes_overlap(a->address, a->size, b->second, 1) ||
                                            sley_bytes_overlap(a->second, 1, b->second, 1));
}

/* The letter of an operation in a token, and its verb in a report. */
char sley_op_letter(enum sley_op op);
const char *sley_op_text(enum sley_op op);
bool sley_op_writes(enum sley_op op);

#endif
