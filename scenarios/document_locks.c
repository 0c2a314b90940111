/* The documents' pairs of a bad and a better form about threads and locks, as they print them:
 * 000:26-31, 000:52-71, 000:118-140. The functions are the bytecodes of what stands there. */
#include <sley/gil.h>
#include <sley/program.h>
#include <sley/shared.h>

/* --- 000:52-71: a counter without and with a Lock --- */

static const char counter_program[] = "counter = 0\n"
                                      "counter_lock = Lock()\n"
                                      "increment():\n"
                                      "    RESUME\n"
                                      "    LOAD_GLOBAL     counter\n"
                                      "    LOAD_CONST      1\n"
                                      "    BINARY_OP       +=\n"
                                      "    STORE_GLOBAL    counter\n"
                                      "    RETURN_CONST    None\n"
                                      "safe_increment():\n"
                                      "    RESUME\n"
                                      "    LOAD_GLOBAL     counter_lock\n"
                                      "    BEFORE_WITH\n"
                                      "    POP_TOP\n"
                                      "    LOAD_GLOBAL     counter\n"
                                      "    LOAD_CONST      1\n"
                                      "    BINARY_OP       +=\n"
                                      "    STORE_GLOBAL    counter\n"
                                      "    LOAD_CONST      None\n"
                                      "    LOAD_CONST      None\n"
                                      "    LOAD_CONST      None\n"
                                      "    CALL            2\n"
                                      "    POP_TOP\n"
                                      "    RETURN_CONST    None\n";

static void
count_by(const char *function)
{
    const char *const functions[] = {function, function};
    sley_gil_ticks(1);
    sley_program_load(counter_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("counter") == 2);
}

static void
increment(void)
{
    count_by("increment");
}

static void
safe_increment(void)
{
    count_by("safe_increment");
}

/* --- 000:118-140: recursion under a Lock and under an RLock --- */

#define RECURSION(lock, kind, name)                                                                \
    lock " = " kind "()\n" name "(n):\n"                                                           \
         "    RESUME\n"                                                                            \
         "    LOAD_GLOBAL     " lock "\n"                                                          \
         "    BEFORE_WITH\n"                                                                       \
         "    POP_TOP\n"                                                                           \
         "    LOAD_FAST       n\n"                                                                 \
         "    LOAD_CONST      0\n"                                                                 \
         "    COMPARE_OP      >\n"                                                                 \
         "    POP_JUMP_FORWARD_IF_FALSE to L1\n"                                                   \
         "    LOAD_GLOBAL     NULL + " name "\n"                                                   \
         "    LOAD_FAST       n\n"                                                                 \
         "    LOAD_CONST      1\n"                                                                 \
         "    BINARY_OP       -\n"                                                                 \
         "    CALL            1\n"                                                                 \
         "    POP_TOP\n"                                                                           \
         "  L1: LOAD_CONST    None\n"                                                              \
         "    LOAD_CONST      None\n"                                                              \
         "    LOAD_CONST      None\n"                                                              \
         "    CALL            2\n"                                                                 \
         "    POP_TOP\n"                                                                           \
         "    RETURN_CONST    None\n"

#define CALL_WITH(caller, function, n)                                                             \
    caller "():\n"                                                                                 \
           "    RESUME\n"                                                                          \
           "    LOAD_GLOBAL     NULL + " function "\n"                                             \
           "    LOAD_CONST      " n "\n"                                                           \
           "    CALL            1\n"                                                               \
           "    POP_TOP\n"                                                                         \
           "    RETURN_CONST    None\n"

static const char recursion_program[] = RECURSION("lock", "Lock", "recursive_task")
    RECURSION("reentrant_lock", "RLock", "safe_recursive_task")
        CALL_WITH("bad_0", "recursive_task", "0") CALL_WITH("bad_1", "recursive_task", "1")
            CALL_WITH("bad_2", "recursive_task", "2")
                CALL_WITH("better_0", "safe_recursive_task", "0")
                    CALL_WITH("better_1", "safe_recursive_task", "1")
                        CALL_WITH("better_2", "safe_recursive_task", "2");

static void
recurse(const char *const callers[3], int depth_min)
{
    const char *const functions[] = {callers[sley_draw(depth_min, 2)], callers[depth_min]};
    sley_gil_ticks(1);
    sley_program_load(recursion_program);
    sley_program_gather(2, functions);
}

static const char *const bad[] = {"bad_0", "bad_1", "bad_2"};
static const char *const better[] = {"better_0", "better_1", "better_2"};

static void
recursive_task(void)
{
    recurse(bad, 1);
}

/* 000:131 says "this deadlocks" of every n. */
static void
recursive_task_zero(void)
{
    static const char *const functions[] = {"bad_0", "bad_0"};
    sley_gil_ticks(1);
    sley_program_load(recursion_program);
    sley_program_gather(2, functions);
}

static void
safe_recursive_task(void)
{
    recurse(better, 0);
}

/* --- 000:26-31: threads that are started, and not joined --- */

enum { THREADS = 4 };

static long *done;

static void *
cpu_task(void *index)
{
    sley_compute_us(1);
    __atomic_store_n(&done[(intptr_t)index], 1, __ATOMIC_RELEASE);
    return NULL;
}

static void
run_threads(bool joins)
{
    uintptr_t threads[THREADS];
    long complete = 0;
    done = sley_shared_allocate(THREADS * sizeof *done);
    for (intptr_t i = 0; i < THREADS; i++) {
        threads[i] = sley_spawn(cpu_task, (void *)i);
    }
    for (int i = 0; joins && i < THREADS; i++) {
        sley_join(threads[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        complete += __atomic_load_n(&done[i], __ATOMIC_ACQUIRE);
    }
    /* The documents' program ends here; what is left of the run is joined. */
    for (int i = 0; !joins && i < THREADS; i++) {
        sley_join(threads[i]);
    }
    sley_check(complete == THREADS);
}

static void
started(void)
{
    run_threads(false);
}

static void
started_and_joined(void)
{
    run_threads(true);
}

static const char no_point[] = "no check point lies between the load and the store";
static const char no_await[] = "no await lies inside, so nothing comes between";
static const char not_yet[] = "a task that was started has not run yet";

#define SEARCHED .exhaustive = true, .preemptions_max = 2
#define INTERPRETED                                                                                \
    .expect = {                                                                                    \
        SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),                                                       \
        {"coroutine", SLEY_CONFIRMED, ""},                                                         \
    }

const struct sley_property sley_scenario_document_locks[] = {
    {
        .name = "document-counter.bad",
        .claim = "atomic-increment-not-atomic",
        .source = "000:55",
        .says = "increment() by two tasks leaves less than 2 in some schedule",
        .when = "no call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = increment,
        SEARCHED,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_point},
                   {"gil:per-interpreter", SLEY_REFUTED, no_point},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "document-counter.better",
        .claim = "lock-makes-critical-section-atomic",
        .source = "000:67",
        .says = "safe_increment() by two tasks leaves 2",
        .falsifier = "document-counter.bad",
        .quantifier = SLEY_ALWAYS,
        .body = safe_increment,
        SEARCHED,
        INTERPRETED,
    },
    {
        .name = "document-recursion.bad",
        .claim = "deadlock-self-nonreentrant",
        .source = "000:129",
        .says = "recursive_task(n) deadlocks in every run",
        .when = "n is 1 or more",
        .falsifier = "document-recursion.bad-zero",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(DEADLOCK_SELF),
        .also = SLEY_BIT(RACE) | SLEY_BIT(ORPHANED_LOCK) | SLEY_BIT(BLOCKED),
        .body = recursive_task,
        SEARCHED,
        INTERPRETED,
    },
    {
        .name = "document-recursion.bad-zero",
        .claim = "deadlock-self-nonreentrant",
        .source = "000:131",
        .says = "recursive_task(0), of which the comment says the same, deadlocks in no run",
        .twin = true,
        .falsifier = "document-recursion.bad",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(RACE),
        .body = recursive_task_zero,
        SEARCHED,
        INTERPRETED,
    },
    {
        .name = "document-recursion.better",
        .claim = "lock-rlock-reentrant",
        .source = "000:137",
        .says = "safe_recursive_task(n) ends in every run, for n of 0 to 2",
        .falsifier = "document-recursion.bad",
        .quantifier = SLEY_NEVER,
        .event = SLEY_ANY_DEADLOCK,
        .also = SLEY_BIT(RACE),
        .body = safe_recursive_task,
        SEARCHED,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, "")},
    },
    {
        .name = "document-threads.bad",
        .claim = "contract",
        .source = "000:31",
        .says = "after t.start() of four threads their results are complete",
        .quantifier = SLEY_ALWAYS,
        .body = started,
        .expect = {{"thread", SLEY_REFUTED, not_yet},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, not_yet),
                   {"process", SLEY_REFUTED, not_yet},
                   {"coroutine", SLEY_REFUTED, not_yet}},
    },
    {
        .name = "document-threads.joined",
        .claim = "contract",
        .source = "000:31",
        .says = "after t.start() and t.join() of four threads their results are complete",
        .falsifier = "document-threads.bad",
        .quantifier = SLEY_ALWAYS,
        .body = started_and_joined,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
