/* What the parts of the virtual machine share. One struct, so that it can be placed where several
 * processes see it. */
#ifndef SLEY_MODELS_MACHINE_STATE_H
#define SLEY_MODELS_MACHINE_STATE_H

#include "models/machine/machine.h"

enum { SLEY_NO_CORE = -1 };

struct sley_core {
    uint64_t since_ns; /* taken at */
    uint32_t unit;     /* 1 + host of the unit that ran on it last; 0: none yet */
    bool busy;
};

/* A task, as the machine sees it. */
struct sley_worker {
    uint32_t start;         /* number of the task's start: another one means another task */
    struct sley_gate turn;  /* opens when it is given a core */
    struct sley_gate sleep; /* never opens: time passes */
    struct sley_gate share; /* opens when its share of the bandwidth changes */
    int32_t core;           /* that it holds, or SLEY_NO_CORE */
    uint32_t pinned;        /* 1 + the core that it uses alone; 0: any */
    uint32_t wanted;        /* the same, of the operation that it is in */
    enum sley_unit unit;
    uint32_t host;       /* the task whose thread runs it: its own, or its loop's */
    uint32_t nesting;    /* operations that it is inside of */
    uint32_t demand;     /* bytes per us that its calls ask for; 0: nothing */
    bool outside;        /* its next call is C code without the interpreter lock */
    uint64_t left_ns;    /* of its call, at full speed */
    uint32_t last_core;  /* 1 + the one that it held last; 0: none */
    uint32_t loop_task;  /* of a host of coroutines: 1 + the one that ran last; 0: none */
    uint64_t waiting_ns; /* when it began to wait for its core */
};

struct sley_machine {
    uint32_t cores;      /* 0: the run is not timed */
    uint32_t core_count; /* as asked for, to the account */
    const struct sley_profile *profile;
    uint64_t start_ns;
    uint32_t busy_count;
    uint32_t queue_first, queue_count;
    bool placed_outside; /* which core a task gets is a choice */

    uint32_t bandwidth; /* bytes per us; 0: no limit */
    struct sley_taskset sharers;
    uint64_t demand_sum;
    uint64_t shared_ns; /* until when the sharers' work is accounted for */

    uint64_t changed_ns; /* since when the counts are what they are */
    uint32_t executing, interpreting, in_progress;
    struct sley_usage usage; /* but for makespan and utilisation */

    struct sley_core core[SLEY_CORES_MAX];
    uint16_t queue[SLEY_TASKS_MAX];
    struct sley_worker worker[SLEY_TASKS_MAX];
};

extern struct sley_machine sley_machine;

/* The task as the machine sees it, from its first appearance on. */
struct sley_worker *sley_machine_worker(uint32_t task);

/* A point before an operation of that kind, then the wait for a core (core.c). The run is timed. */
void sley_machine_take(enum sley_op op, uintptr_t pc);

/* Passes time on a core, the bandwidth shared (bandwidth.c). */
void sley_machine_run_shared(struct sley_worker *self, uint64_t ns, uintptr_t pc);

/* The task has no share any more (bandwidth.c). */
void sley_machine_share_end(uint32_t task);

/* Virtual time passes for the current task alone. */
void sley_machine_pass(uint64_t ns, uintptr_t pc);

#endif
