/* Whose lock the interpreter lock is (000:174, 004:46), and how it shares out time (000:297,
 * 001:19). */
#include <sley/gil.h>
#include <sley/machine.h>
#include <sley/program.h>
#include <sley/shared.h>

enum { TASKS_MAX = 8, CHILDREN_MAX = 3, PIECES_MAX = 40 };

static const char one_lock[] = "threads of a process share one lock";
static const char one_process[] = "coroutines of a loop are in one process";

/* --- a lock for each process --- */

/* The lock of a process's interpreter is a word of that process. A child makes it anew when its
 * interpreter begins (PyOS_AfterFork_Child), as a spawned one does. */
static long interpreter_locked;
static struct sley_lock common_lock;

static struct {
    long began;
    uint64_t began_us;
} * child;

static bool
take_interpreter(void)
{
    return __atomic_exchange_n(&interpreter_locked, 1, __ATOMIC_SEQ_CST) == 0;
}

static void *
interpret(void *argument)
{
    child = argument;
    __atomic_store_n(&interpreter_locked, 0, __ATOMIC_SEQ_CST);
    sley_check(take_interpreter());
    __atomic_fetch_add(&child->began, 1, __ATOMIC_SEQ_CST);
    sley_compute_us(100);
    __atomic_store_n(&interpreter_locked, 0, __ATOMIC_SEQ_CST);
    return NULL;
}

static void *
interpret_and_note(void *argument)
{
    child = argument;
    child->began_us = sley_now_us();
    return interpret(argument);
}

static void *
interpret_under_common_lock(void *argument)
{
    child = argument;
    sley_with (&common_lock) {
        __atomic_fetch_add(&child->began, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

/* The parent keeps its lock until its children have ended: for them that is for ever. */
static void
parent_keeps_its_lock(void)
{
    uintptr_t children[CHILDREN_MAX];
    int count = sley_draw(1, CHILDREN_MAX);
    child = sley_shared_allocate(sizeof *child);
    sley_check(take_interpreter());
    for (int i = 0; i < count; i++) {
        children[i] = sley_spawn(interpret, child);
    }
    for (int i = 0; i < count; i++) {
        sley_join(children[i]);
    }
    sley_check(child->began == count);
    sley_check(!take_interpreter());
}

static void
parent_keeps_common_lock(void)
{
    child = sley_shared_allocate(sizeof *child);
    sley_lock_init(&common_lock);
    sley_lock_acquire(&common_lock);
    sley_join(sley_spawn(interpret_under_common_lock, child));
    sley_lock_release(&common_lock);
}

static void
child_waits_for_nothing(void)
{
    uint32_t hold_us = (uint32_t)sley_draw(1, 10000);
    sley_machine_set(CHILDREN_MAX, "ideal");
    child = sley_shared_allocate(sizeof *child);
    sley_check(take_interpreter());
    uintptr_t task = sley_spawn(interpret_and_note, child);
    sley_compute_us(hold_us);
    sley_join(task);
    sley_check(!take_interpreter());
    sley_check(child->began == 1 && child->began_us == 0);
}

/* --- slices of time --- */

static void *
compute(void *duration_us)
{
    sley_compute_us((uint32_t)(uintptr_t)duration_us);
    return NULL;
}

static void
one_at_a_time(uint32_t cores)
{
    uintptr_t tasks[TASKS_MAX];
    int count = sley_draw(2, TASKS_MAX);
    sley_machine_set(cores, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(compute, (void *)(uintptr_t)(1000 * (i + 1)));
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    sley_check(sley_usage().executing_max == 1);
}

static void
on_several_cores(void)
{
    one_at_a_time((uint32_t)sley_draw(2, TASKS_MAX));
}

static void
on_one_core(void)
{
    one_at_a_time(1);
}

/* Two threads execute pieces that cannot be interrupted; each notes when. */
static struct {
    uint64_t begin_us;
    intptr_t task;
} piece[2 * PIECES_MAX];
static int piece_count, pieces;
static bool waits_after; /* the lock is given away after a call, not before the next one */
static uint32_t piece_us;

/* Who waited after a piece notes it when others have noted theirs: sorted by their begin. */
static void
note_piece(intptr_t task, uint64_t begin_us)
{
    int at = piece_count++;
    for (; at > 0 && piece[at - 1].begin_us > begin_us; at--) {
        piece[at] = piece[at - 1];
    }
    piece[at].task = task;
    piece[at].begin_us = begin_us;
}

static void *
execute_pieces(void *task)
{
    for (int i = 0; i < pieces; i++) {
        uint64_t before_us = sley_now_us();
        sley_call_us(piece_us, false);
        uint64_t begin_us = waits_after ? before_us : sley_now_us() - piece_us;
        note_piece((intptr_t)task, begin_us);
    }
    return NULL;
}

/* Not the first run, while the other may not have asked yet, nor the last two, when one has ended.
 */
static void
check_slices(uint64_t interval_us)
{
    int begin = 0, runs = 0;
    for (int i = 1; i < piece_count; i++) {
        if (piece[i].task == piece[begin].task) {
            continue;
        }
        uint64_t run_us = piece[i - 1].begin_us + piece_us - piece[begin].begin_us;
        bool both_left = piece_count - i > pieces / 3;
        if (runs > 0 && both_left) {
            sley_check(interval_us <= run_us && run_us <= interval_us + piece_us);
        }
        begin = i;
        runs++;
    }
    sley_check(runs >= 2);
}

static void
slices(bool after_calls)
{
    waits_after = after_calls;
    piece_us = (uint32_t)sley_draw(100, 2000);
    uint32_t interval_us = (uint32_t)sley_draw(100, (int)(9 * piece_us));
    pieces = (int)(3 * (interval_us / piece_us + 2));
    sley_machine_set(2, "ideal");
    sley_gil_interval(interval_us);
    sley_gather(2, execute_pieces);
    check_slices(interval_us);
}

static void
slices_before_calls(void)
{
    slices(false);
}

static void
slices_after_calls(void)
{
    slices(true);
}

/* --- no part of the program --- */

static const char program[] = "work = c_function(holds, 50 us)\n"
                              "task():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     NULL + work\n"
                              "    CALL            0\n"
                              "    POP_TOP\n"
                              "    RETURN_CONST    None\n";

static void
executing_at_a_time(void)
{
    static const char *const functions[] = {"task", "task"};
    sley_machine_set(2, "ideal");
    sley_program_load(program);
    sley_program_gather(2, functions);
    sley_outcome(sley_usage().executing_max);
}

static const char at_once[] = "they execute at the same instant";
static const char no_lock_at_all[] = "only an interpreter has that lock";

#define PER_PROCESS .claim = "gil-per-process", .source = "000:174"
#define SLICES                                                                                     \
    .claim = "gil-time-slicing", .source = "000:297", .quantifier = SLEY_ALWAYS, .timed = true,    \
    .runs = 200

const struct sley_property sley_scenario_gil_lock[] = {
    {
        .name = "gil-per-process",
        .says = "1 to 3 processes run on while their parent keeps its interpreter's lock for ever",
        .falsifier = "fault:process.shared-globals",
        PER_PROCESS,
        .quantifier = SLEY_ALWAYS,
        .body = parent_keeps_its_lock,
        .runs = 300,
        .expect = {SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, one_lock),
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, one_process}},
    },
    {
        .name = "gil-per-process.latency",
        .says = "a process has its interpreter's lock after 0 us, however long its parent holds "
                "its own",
        .falsifier = "fault:process.shared-globals",
        PER_PROCESS,
        .quantifier = SLEY_ALWAYS,
        .body = child_waits_for_nothing,
        .runs = 200,
        .timed = true,
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-per-process.common-lock",
        .says = "with one lock in shared memory instead, the child waits for ever",
        .twin = true,
        PER_PROCESS,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_ANY_DEADLOCK,
        .body = parent_keeps_common_lock,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-time-slicing",
        .says = "2 to 8 threads that compute on as many cores never execute at the same instant",
        .when = "there are several cores",
        SLICES,
        .body = on_several_cores,
        .expect = {{"thread", SLEY_REFUTED, at_once},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_REFUTED, at_once},
                   {"process", SLEY_REFUTED, at_once},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-time-slicing.one-core",
        .says = "2 to 8 threads that compute never execute at the same instant",
        .when = "there is one core",
        .falsifier = "fault:machine.cores",
        SLICES,
        .body = on_one_core,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-time-slicing.slice",
        .says = "a thread that another waits for runs for one switch interval, and at most one "
                "call of C code longer",
        .when = "there are several cores",
        .falsifier = "fault:gil-deaf",
        SLICES,
        .body = slices_before_calls,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-time-slicing.slice-after-call",
        .says = "a thread that another waits for runs for one switch interval, and at most one "
                "call of C code longer",
        .when = "there are several cores",
        .falsifier = "fault:gil-deaf",
        SLICES,
        .body = slices_after_calls,
        .expect = {{"gil:py310", SLEY_CONFIRMED, ""}, {"gil:per-interpreter", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "gil-added-at-bytecode-compile",
        .claim = "gil-added-at-bytecode-compile",
        .source = "004:46",
        .says = "the same compiled text runs the same with the interpreter's lock as without it",
        .quantifier = SLEY_OUTCOMES,
        .outcomes = {.relation = SLEY_EQUALS, .of_model = "gil:free"},
        .body = executing_at_a_time,
        .exhaustive = true,
        .preemptions_max = 1,
        .timed = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, no_lock_at_all},
                   {"gil:py2", SLEY_REFUTED, "the lock is the interpreter's, not the text's"},
                   {"gil:py32", SLEY_REFUTED, "the lock is the interpreter's, not the text's"},
                   {"gil:py310", SLEY_REFUTED, "the lock is the interpreter's, not the text's"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "the lock is the interpreter's, not the text's"},
                   {"process", SLEY_NOT_APPLICABLE, no_lock_at_all},
                   {"coroutine", SLEY_NOT_APPLICABLE, no_lock_at_all}},
    },
    {0},
};
