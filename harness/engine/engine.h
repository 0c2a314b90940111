/* The engine: tasks as fibers, scheduling points, gates, virtual time, one choice stream.
 *
 * One engine in a process, one run at a time, one OS thread. Everything here is called by code that
 * runs on a task's fiber unless it says "driver". */
#ifndef SLEY_ENGINE_ENGINE_H
#define SLEY_ENGINE_ENGINE_H

#include <sley/strategy.h>
#include <sley/verdict.h>

#include "engine/fiber.h"
#include "engine/taskset.h"

/* How a process that executes runs ends, when the harness ends it. */
enum {
    SLEY_EXIT_RECORDED = 77, /* the verdict is in its result */
    SLEY_EXIT_SETUP = 78,    /* it could not be set up */
};

enum {
    SLEY_FAILURES_MAX = 8,  /* verdicts with places kept of one run; more are counted in the mask */
    SLEY_CYCLE_MAX = 8,     /* tasks of a deadlock cycle that are named */
    SLEY_PREFIXES_MAX = 6,  /* run hashes kept at points 16, 64, 256, ... */
    SLEY_REPORT_TEXT = 24,  /* bytes of an outcome's text */
    SLEY_PC_RING = 1 << 16, /* code places of the last accesses */
};

/* What a task that cannot run waits for. */
enum sley_wait {
    SLEY_WAIT_NONE,
    SLEY_WAIT_MUTEX,
    SLEY_WAIT_CONDITION,
    SLEY_WAIT_RWLOCK,
    SLEY_WAIT_SEMAPHORE,
    SLEY_WAIT_BARRIER,
    SLEY_WAIT_ONCE,
    SLEY_WAIT_JOIN,
    SLEY_WAIT_SLEEP,
    SLEY_WAIT_FUTURE,
    SLEY_WAIT_INTERPRETER, /* the global interpreter lock */
    SLEY_WAIT_CORE,        /* a free core of the virtual machine */
    SLEY_WAIT_PIPE,
    SLEY_WAIT_FILE,
    SLEY_WAIT_FUTEX,
    SLEY_WAIT_INPUT,  /* of a descriptor */
    SLEY_WAIT_ROOM,   /* for what is written to a descriptor */
    SLEY_WAIT_READY,  /* one of several descriptors */
    SLEY_WAIT_CLIENT, /* that connects to a socket */
    SLEY_WAIT_SERVER, /* that accepts a connection */
    SLEY_WAIT_SIGNAL,
};

/* What tasks wait at. A task whose next operation is guarded by a gate can run iff it is open. */
struct sley_gate {
    uint16_t waiter_count;
    uint16_t waiter_low; /* with waiters: none of them is below, nor above the other */
    uint16_t waiter_high;
    uintptr_t object;   /* address that the operation names; identifies the gate in reports */
    uintptr_t taken_pc; /* where the owner took it */
    enum sley_wait kind;
    int32_t owner; /* task without which it never opens; -1: none, or not one task alone */
    bool open;
    bool lost_signal; /* a signal came in this run while nobody waited (conditions) */
    bool orphaned;    /* whoever could open it is in another process (a copy made by fork) */
};

/* A logical clock that a synchronisation object carries from releases to acquires. */
struct sley_clock {
    uint32_t count; /* entries in use */
    uint32_t at[SLEY_TASKS_MAX];
};

enum sley_task_state {
    SLEY_TASK_FREE,
    SLEY_TASK_RUNNABLE,
    SLEY_TASK_BLOCKED,
    SLEY_TASK_DONE,
};

struct sley_task {
    struct sley_fiber fiber;
    enum sley_task_state state;
    uint32_t points;              /* decisions of this task before it was last switched to */
    uint32_t in_step;             /* step at which it was last switched to */
    struct sley_gate *gate;       /* at which its pending operation waits; NULL: none */
    enum sley_wait wait;          /* why it is blocked */
    uintptr_t wait_pc;            /* where it began to wait last */
    uint64_t deadline_ns;         /* of its sleep or timed wait; UINT64_MAX: none */
    uint64_t timer_order;         /* tie break among equal deadlines: order of arming */
    bool timed_out;               /* its last timed wait ended by the deadline */
    bool attend_blocked;          /* it was blocked when it was interrupted */
    bool (*attend)(bool blocked); /* called on its stack before its next operation; NULL: nothing */
    bool returned;                /* its entry returned */
    bool killed;                  /* it was ended with its process */
    uint8_t process;              /* that it runs in: the task that the process began with */
    bool exit_quietly;            /* task 0: its end does not end the run (pthread_exit in main) */
    uint32_t serial;              /* of the run in which the slot was used last */
    uint32_t start;     /* number of its start within the process: tells users of one slot apart */
    uint32_t exit_step; /* step at which it ended */
    uint32_t input_count; /* inputs drawn by it */
    uint32_t alloc_count; /* blocks allocated by it */
    int saved_errno;
    struct sley_gate done; /* opens when the task ends */
    struct sley_clock exit_clock;
    void *(*entry)(void *);
    void *argument;
    void *result;
    void *front;      /* the front's own data of the task; NULL at its start */
    const char *name; /* borrowed; NULL: "task N" */
    const char *stack_low;
    size_t stack_size;
    uint32_t stretch_point; /* own number of the point before which its last accesses were quiet */
    uint32_t stretch_count; /* how many have been since the point before that, or since a forced one
                             */
    uint32_t stretch_max;   /* of them, until one is a point after all */
    uint32_t row_count;     /* quiet accesses since the last operation that was a point by itself */
};

/* One verdict with its places. */
struct sley_failure {
    enum sley_verdict verdict;
    uint32_t task[2];  /* the guilty tasks; the second is SLEY_TASKS_MAX if there is none */
    uint32_t step[2];  /* step of the run at which each acted, from 1; 0: unknown */
    uintptr_t pc[2];   /* code places, 0: unknown */
    uintptr_t address; /* of the object, 0: none */
    uint32_t detail;   /* signal number, exit code, or bits that say which access wrote */
    uint32_t cycle_count;
    struct {
        uint32_t task;
        uintptr_t object;   /* that the task waits for */
        uintptr_t wait_pc;  /* where it waits */
        uintptr_t taken_pc; /* where its owner took it */
    } cycle[SLEY_CYCLE_MAX];
    char text[96]; /* what the failing check says, or "" */
};

/* What the body reported of its run (sley/outcome.h). */
struct sley_reported {
    bool has_outcome;
    bool has_ratio;
    char text[SLEY_REPORT_TEXT]; /* of the outcome */
    int64_t outcome;
    int64_t numerator, denominator;
};

/* Locks that were still held when their owner ended: no failure, but worth a word. */
struct sley_held {
    uint32_t count;    /* 0: none; the rest is of the first one */
    uint32_t task;     /* that held it */
    uintptr_t address; /* of the lock */
    uintptr_t place;   /* where it was taken */
};

/* Everything that a run left behind. */
struct sley_run_result {
    uint32_t verdicts;   /* mask of enum sley_verdict; 0: passed */
    uint32_t step_count; /* scheduling points executed */
    uint32_t task_count;
    uint32_t failure_count;
    uint64_t hash;      /* over (task, operation, size, logical object) */
    uint64_t canonical; /* over the order of conflicting operations (engine/canonical.h); 0: off */
    uint64_t prefix[SLEY_PREFIXES_MAX]; /* the hash at points 16, 64, 256, ... */
    uint64_t clock_ns;                  /* virtual time at the end */
    const char *profile; /* whose costs the run's time follows: name and source; NULL: none */
    bool conflict;       /* two tasks touched a common object, one of them changing it */
    bool contended;      /* at some point two tasks could run */
    bool unfair;         /* ended in the fair tail beyond the step bound */
    bool time_bound;     /* reads the clock: order of clock reads matters */
    bool outside;        /* waited for, or wrote to, what is no part of the program */
    bool own_race;       /* in another lane: sley's own detector saw a race */
    bool pruned;         /* the search gave the run up as redundant */
    bool input_ended;    /* a program read its standard input to the end */
    bool coarse;         /* the canonical hash may differ from that of an equal run */
    struct sley_held held;
    struct sley_reported reported;
    struct sley_failure failure[SLEY_FAILURES_MAX];
};

/* Where the answers come from: a strategy, a replayed list, a search. */
struct sley_source {
    const struct sley_strategy_ops *ops;
    void *state;
};

/* What the engine reports of each executed operation while a run is observed. */
struct sley_event {
    uint32_t step; /* of the run, from 1; the same for events that are no point of their own */
    uint16_t task;
    uint8_t op;      /* enum sley_op */
    uint8_t flags;   /* enum sley_event_flag */
    uint32_t size;   /* bytes */
    uint32_t object; /* low half of the logical object's key */
    uintptr_t address;
    uintptr_t pc;     /* innermost frame of the code under test */
    uintptr_t caller; /* the frame above it, 0: none */
    uint64_t value;   /* the object's bytes before the operation, at most 8 */
    uint64_t clock_ns;
};

enum sley_event_flag {
    SLEY_EVENT_SWITCHED = 1,     /* another task ran right before */
    SLEY_EVENT_BLOCKED = 2,      /* the operation had to wait first */
    SLEY_EVENT_QUIET = 4,        /* no point of its own: it belongs to the operation before it */
    SLEY_EVENT_IN_VAIN = 8,      /* the operation did not come to what it is for ... */
    SLEY_EVENT_TIMED_OUT = 16,   /* ... before its deadline */
    SLEY_EVENT_INTERRUPTED = 32, /* ... since an interruption ended its wait */
};

/* A decision other than 0. */
struct sley_choice {
    enum sley_choice_kind kind;
    enum sley_op op; /* of the pending operation */
    uint32_t task;
    uint32_t point; /* the task's own number of the decision, from 1; inputs: of the draw, from 0 */
    uint32_t value;
    uint32_t bound;
};

struct sley_observer {
    void (*event)(void *context, const struct sley_event *event);    /* NULL allowed */
    void (*choice)(void *context, const struct sley_choice *choice); /* NULL allowed */
    /* An earlier event of the task, which has that step, has these flags as well; NULL allowed. */
    void (*flag)(void *context, uint32_t task, uint32_t step, uint8_t flags);
    void *context;
};

/* Which plain accesses are no scheduling points: by their places in the code under test. */
struct sley_places {
    uintptr_t low;         /* where the code begins */
    size_t size;           /* bytes of it that quiet speaks of */
    const uint64_t *quiet; /* bit b % 64 of [b / 64]: the access that returns to low + b is none */
    bool all_quiet;        /* no plain access is one, wherever it stands */
};

struct sley_run_options {
    struct sley_source source;
    struct sley_observer observer; /* all zero: the run is not observed */
    void *(*entry)(void *);        /* of task 0 */
    void *argument;
    uint32_t steps_max;    /* points before the fair tail; 0: 20,000 */
    uint32_t tasks_max;    /* 0: as many as there can be, see sley_tasks_max */
    uint32_t spurious_max; /* spurious wake-ups per run that may be asked for */
    uint32_t early_max;    /* early time-outs for each wait */
    bool strict_time;      /* the clock moves only when nothing can run */
    bool quiet;            /* plain accesses are no points, no part of the run's identity and not
                              checked for races */
    const struct sley_places *places; /* plain accesses that are no points and no part of the run's
                                         identity, but are checked (engine/places.c); not with quiet
                                         or processes; NULL: every access is a point */
    bool races_off;                   /* no race detection */
    bool heap_off;                    /* no heap checks */
    bool hash_off;                    /* no run hash (benchmarks only: no token) */
    bool canonical;                   /* take the canonical hash; not with hash_off */
    bool weak_cas;                    /* weak compare-exchange may fail, as a choice */
    bool reuse;        /* a freed block may be handed out again at once, as a choice */
    bool stop_at_race; /* a race ends the run */
    bool program;      /* the return of task 0 ends the run in order, as that of main does */
    const uint32_t *exit_codes; /* with program: bit c % 32 of [c / 32], 8 words, for each code that
                                   ends the run in order; NULL: 0 alone */
    uint32_t ignored;           /* mask of verdicts that are not recorded */
    void (*task_end)(
        void); /* called on a task's own stack when its entry returned; NULL: nothing */
    const struct sley_process_policy *processes; /* tasks may be processes (engine/baton.h); NULL:
                                                    all run in this one */
};

struct sley_engine {
    /* read and written at every point */
    uint32_t step;  /* last step given out, over all runs of the process */
    uint32_t limit; /* the step at which the slow path is taken; 0: no run is going on */
    uint32_t task;  /* that runs */
    uint32_t check; /* mask of enum engine_check */
    uint64_t hash;
    uintptr_t globals_low;
    uintptr_t globals_size;
    const uint32_t *globals_key; /* [globals_size]: logical key of each byte */
    uintptr_t arena_low;
    uintptr_t arena_size;
    uintptr_t stacks_low;
    uintptr_t stacks_size;
    uint32_t *pc_ring; /* [SLEY_PC_RING]: low half of the code place of each step */

    /* one run */
    uint32_t serial;      /* number of the run within the process, from 1 */
    uint32_t start_count; /* tasks started in this process */
    uint32_t base;        /* step before the first of the run */
    uint32_t question;    /* step at which the source is asked next */
    uint32_t spin_look;   /* step of the run from which on the current task is watched */
    bool spin_new;        /* ... and nothing of it was seen yet (engine/spin.h) */
    uint32_t early_row;   /* early ends of its waits since it was switched to */
    uint32_t task_count;
    uint32_t live_count; /* tasks that have not ended */
    uint32_t runnable_count;
    uint16_t runnable[SLEY_TASKS_MAX]; /* ascending */
    uint32_t sleeper_count;            /* tasks with a deadline that has not fired */
    struct sley_taskset sleepers;
    uint64_t timer_order;
    uint64_t clock_ns;
    uint32_t spurious_count;
    uint32_t prefix_next; /* step of the run at which the next prefix hash is taken */
    uint32_t prefix_count;
    uint32_t tail_step; /* step of the run at which the fair tail began; 0: not in it */
    bool candidates_changed;
    bool processes;      /* the run has, or may have, tasks in several processes */
    bool killable;       /* some process may be killed by choice */
    uint32_t kill_count; /* processes killed so in this run */
    struct sley_pending pending[SLEY_TASKS_MAX];
    const struct sley_gate *waits_at[SLEY_TASKS_MAX]; /* gate of each task; NULL: none */
    uint32_t due;         /* with places: the step at which more is due than to look at the place */
    uint32_t quiet_count; /* accesses of the run that were no points */
    uint32_t *step_ring;  /* [SLEY_PC_RING]: with places, step of the run by number */
    const struct sley_run_options *options;
    struct sley_run_result *result;
    struct sley_fiber driver;
    uintptr_t shared_low; /* memory that the processes of a run share; 0: none */
    uintptr_t shared_size;
    uintptr_t front_low; /* addresses that a front gave to objects of its own, in their order */
    uintptr_t front_size;
    void (*idle)(bool timers); /* called when no task can run, before the clock moves (timers: there
                                  is one) or the run ends: may open gates; NULL: nothing. Of one
                                  run */
    struct sley_task task_table[SLEY_TASKS_MAX];
};

enum engine_check {
    SLEY_CHECK_RACE = 1,
    SLEY_CHECK_HASH = 2,
    SLEY_CHECK_OBSERVE = 4,
    SLEY_CHECK_HEAP = 8,
    SLEY_CHECK_PLACES = 16,  /* private memory of several processes: sley_baton_place */
    SLEY_CHECK_IGNORES = 32, /* some task said that it is not to be looked at (suppress.h) */
    SLEY_CHECK_CANONICAL = 64,
    SLEY_CHECK_HASH_ONLY = 128, /* HASH without CANONICAL: one bit for the fast path to test */
};

extern struct sley_engine sley_engine;

static inline struct sley_task *
sley_current(void)
{
    return &sley_engine.task_table[sley_engine.task];
}

static inline bool
sley_running(void)
{
    return sley_engine.limit != 0;
}

/* --- driver --- */

/* Reserves stacks, arena and shadow and learns the program's globals. Once in a process. */
enum sley_status sley_engine_init(struct sley_error *error);

/* Makes ready what runs of so many tasks need, so that processes forked from here need not each do
 * it for themselves: guard pages, and the shadow of their memory. Not during a run. */
void sley_engine_prepare(uint32_t task_count);

/* Executes one run to its end and fills result. The program's world is reset before. options and
 * result are borrowed for the call. Never fails: what goes wrong in the code under test is a
 * verdict; a crash ends the process unless a handler switches back (see engine/signals.h). */
void sley_engine_run(const struct sley_run_options *options, struct sley_run_result *result);

/* Records a crash at pc in the current run and completes its result; for a signal handler, which
 * ends the process then. frame is the interrupted frame pointer. */
void sley_engine_crashed(enum sley_verdict verdict, uint32_t detail, uintptr_t address,
                         const char *text, uintptr_t pc, uintptr_t frame);

/* The same in a process of the run that is not task 0's: it ends, and the run goes on. Does not
 * return. */
void sley_engine_process_crashed(enum sley_verdict verdict, uint32_t detail, uintptr_t address,
                                 const char *text, uintptr_t pc, uintptr_t frame)
    __attribute__((noreturn));

/* --- points and choices, for fronts and models --- */

/* A scheduling point before an operation of the current task on object (0: none). Returns when the
 * task is scheduled to execute it. pc is the place in the code under test. */
void sley_point(enum sley_op op, uintptr_t object, uintptr_t pc);

/* The same for an object of size bytes. */
void sley_point_sized(enum sley_op op, uintptr_t object, uint32_t size, uintptr_t pc);

/* The same for an operation that changes a second object as well. */
void sley_point_two(enum sley_op op, uintptr_t object, uintptr_t second, uintptr_t pc);

/* A point that gives way: strategies that demote or rotate treat it as such. */
void sley_point_yield(uintptr_t pc);

/* A point before an operation that is possible only while gate is open; returns with the gate
 * open and the task scheduled, so that the operation may execute at once. With a deadline (virtual
 * ns; UINT64_MAX: none) it returns false if that passed first, or if an interruption ended the
 * wait (sley_task_interrupt). Reports a closed cycle of waiters. */
bool sley_point_gate(enum sley_op op, struct sley_gate *gate, uint64_t deadline_ns, uintptr_t pc);

/* Blocks the current task at a closed gate without a point of its own (the second half of a
 * condition wait, of an await). False: the deadline passed, or an interruption ended the wait. */
bool sley_wait_gate(struct sley_gate *gate, uint64_t deadline_ns, uintptr_t pc);

/* Shows the observer an operation of the current task that is no point: nothing can come between.
 */
void sley_note(enum sley_op op, uintptr_t object, uintptr_t pc);

/* Tells the observer that an operation of the current task was in vain, once that is known. step:
 * sley_step() as it was right behind the operation's point. why: SLEY_EVENT_TIMED_OUT,
 * SLEY_EVENT_INTERRUPTED or 0. */
void sley_note_in_vain(uint32_t step, uint8_t why);

/* A choice other than "who runs next", asked of the source. bound >= 1. */
uint32_t sley_choose(enum sley_choice_kind kind, uint32_t bound);

/* --- gates --- */

void sley_gate_init(struct sley_gate *gate, enum sley_wait kind, uintptr_t object);

/* Opens or closes the gate: its waiters can run, or cannot. Keeps owner. */
void sley_gate_set(struct sley_gate *gate, bool open);

/* The first task >= from among those whose next operation the gate guards, whether it is open or
 * not, or SLEY_TASKS_MAX. */
uint32_t sley_gate_next(const struct sley_gate *gate, uint32_t from);

/* From now on those who wait at the closed gate wait until that time (UINT64_MAX: without end), as
 * if they had begun to wait with it. */
void sley_gate_deadline(struct sley_gate *gate, uint64_t deadline_ns);

/* --- tasks --- */

/* Starts a task; the caller goes on. Returns its index, or SLEY_TASKS_MAX when no slot is free.
 * The new task's operations happen after everything that the caller did so far. With a closed gate
 * the task begins when that opens; NULL: it can run at once. */
uint32_t sley_task_spawn(void *(*entry)(void *), void *argument, struct sley_gate *gate,
                         uintptr_t pc);

/* How many tasks the current run may have at a time, task 0 included. */
uint32_t sley_tasks_max(void);

/* Ends the run as out of memory, since no slot was free for another `what`. */
void sley_task_refused(const char *what, uintptr_t pc) __attribute__((noreturn));

/* As sley_task_spawn, in a process of its own (the run's options say how that comes into being). */
uint32_t sley_task_spawn_process(void *(*entry)(void *), void *argument, uintptr_t pc);

/* Ends the current process, which is not task 0's, with all its tasks. What they hold stays as it
 * is. exit_code: 0, a code, or minus the number of the signal that ends it. Does not return. */
void sley_task_end_process(int exit_code) __attribute__((noreturn));

/* Calls attend on the stack of a task before its next operation, or at once if it waits: it
 * is then scheduled for that. blocked: the task was waiting. attend may do whatever a task may,
 * and need not return. If it returns true, the wait that it came into ends as if in vain; if
 * false, the wait goes on. One interruption is kept; a second one before the first was attended to
 * is the same one. */
void sley_task_interrupt(uint32_t task, bool (*attend)(bool blocked));

/* Kills the process that task runs in; not task 0's, nor the current one. */
void sley_task_kill_process(uint32_t task);

/* From now on the process of task may be killed at each of its points, as a choice, if none was in
 * this run. Not task 0's. */
void sley_task_kill_window(uint32_t task);

/* Makes the first frame of a task on its stack, in the process that it runs in. */
void sley_task_prepare(uint32_t task);

/* Ends the current task with result. Does not return. */
void sley_task_exit(void *result) __attribute__((noreturn));

/* Ends the run: every task is abandoned. Does not return. */
void sley_run_end(void) __attribute__((noreturn));

/* --- time --- */

/* Virtual time that the program sees, in ns. A read is a point and advances it by 1 us when time is
 * adversarial, so that a loop that polls the clock ends. */
uint64_t sley_clock_read(uintptr_t pc);

/* Sleeps until the deadline: a choice may end the sleep while others can run. False: an
 * interruption ended it before. */
bool sley_sleep_until(uint64_t deadline_ns, uintptr_t pc);

/* --- happens-before --- */

/* Everything that the current task did so far happens before what acquires the clock later. */
void sley_clock_release(struct sley_clock *clock);

/* As release, but forgets earlier releases (a store that is not part of a release sequence). */
void sley_clock_replace(struct sley_clock *clock);

void sley_clock_acquire(const struct sley_clock *clock);

/* Everything that the current task did so far happens before what task does from now on. */
void sley_clock_hand_over(uint32_t task);

static inline void
sley_clock_init(struct sley_clock *clock)
{
    clock->count = 0;
}

/* --- verdicts --- */

/* Records a verdict of the current run; the run goes on. Returns the failure to add details to, or
 * NULL if SLEY_FAILURES_MAX are recorded already. */
struct sley_failure *sley_verdict(enum sley_verdict verdict, uintptr_t address, uintptr_t pc,
                                  const char *text);

/* As sley_verdict, with places that are known already. */
struct sley_failure *sley_verdict_at(enum sley_verdict verdict, uintptr_t address, uintptr_t place,
                                     uintptr_t second_place, const char *text);

/* Whether pc lies in the code under test. */
bool sley_in_user_text(uintptr_t pc);

/* Where the code under test lies. */
void sley_user_text(uintptr_t *low, size_t *size);

/* Records a verdict and ends the run. */
void sley_verdict_end(enum sley_verdict verdict, uintptr_t address, uintptr_t pc, const char *text)
    __attribute__((noreturn));

/* Step of the run of the operation that executes now, from 1. */
static inline uint32_t
sley_step(void)
{
    return sley_engine.step - sley_engine.base;
}

/* A digest of the code under test as it is linked: another one means another program. */
uint64_t sley_world_digest(void);

/* Gives the bytes of a global of the code under test the identity (name, offset). */
void sley_world_symbol(const char *name, uintptr_t address, size_t size);

/* Key of the logical object at address: the same in every build and run. */
uint64_t sley_object_key(uintptr_t address);

/* Innermost return address of the code under test on the current stack, at or above pc itself. */
uintptr_t sley_user_pc(uintptr_t pc, uintptr_t *caller);

/* pc itself, or in an observed run the place in the code under test that led there: for places that
 * are noted often and read rarely. */
static inline uintptr_t
sley_noted_pc(uintptr_t pc)
{
    return sley_engine.check & SLEY_CHECK_OBSERVE ? sley_user_pc(pc, NULL) : pc;
}

#define SLEY_CALLER() ((uintptr_t)__builtin_return_address(0))

#endif
