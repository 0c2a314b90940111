/* Between which bytecodes a task can lose the interpreter (000:50, 000:59, 003:116, 004:49-58). */
#include <sley/gil.h>
#include <sley/program.h>
#include <sley/sley.h>

#define COUNTER_PROGRAM(name, code)                                                                \
    "counter = 0\n"                                                                                \
    "ident(value):\n"                                                                              \
    "    RESUME\n"                                                                                 \
    "    LOAD_FAST       value\n"                                                                  \
    "    RETURN_VALUE\n" name "():\n"                                                              \
    "    RESUME\n" code "    LOAD_CONST      None\n"                                               \
    "    RETURN_VALUE\n"

/* counter += 1 */
static const char increment_program[] = COUNTER_PROGRAM("task", "    LOAD_GLOBAL     counter\n"
                                                                "    LOAD_CONST      1\n"
                                                                "    BINARY_OP       +=\n"
                                                                "    STORE_GLOBAL    counter\n");

/* t = counter; t = t + 1; counter = t */
static const char statements_program[] = COUNTER_PROGRAM("task", "    LOAD_GLOBAL     counter\n"
                                                                 "    STORE_FAST      t\n"
                                                                 "    LOAD_FAST       t\n"
                                                                 "    LOAD_CONST      1\n"
                                                                 "    BINARY_OP       +\n"
                                                                 "    STORE_FAST      t\n"
                                                                 "    LOAD_FAST       t\n"
                                                                 "    STORE_GLOBAL    counter\n");

/* counter = ident(counter) + 1 */
static const char call_program[] = COUNTER_PROGRAM("task", "    LOAD_GLOBAL     NULL + ident\n"
                                                           "    LOAD_GLOBAL     counter\n"
                                                           "    CALL            1\n"
                                                           "    LOAD_CONST      1\n"
                                                           "    BINARY_OP       +\n"
                                                           "    STORE_GLOBAL    counter\n");

/* t = counter; for i in range(1): pass; counter = t + 1 */
static const char loop_program[] = COUNTER_PROGRAM("task", "    LOAD_GLOBAL     counter\n"
                                                           "    STORE_FAST      t\n"
                                                           "    LOAD_GLOBAL     NULL + range\n"
                                                           "    LOAD_CONST      1\n"
                                                           "    CALL            1\n"
                                                           "    GET_ITER\n"
                                                           "  L1: FOR_ITER        to L2\n"
                                                           "    STORE_FAST      i\n"
                                                           "    JUMP_BACKWARD   to L1\n"
                                                           "  L2: LOAD_FAST       t\n"
                                                           "    LOAD_CONST      1\n"
                                                           "    BINARY_OP       +\n"
                                                           "    STORE_GLOBAL    counter\n");

static void
two_tasks(const char *text)
{
    static const char *const functions[] = {"task", "task"};
    sley_gil_ticks(1);
    sley_program_load(text);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("counter") == 2);
}

static void
increment(void)
{
    two_tasks(increment_program);
}

static void
statements(void)
{
    two_tasks(statements_program);
}

static void
call(void)
{
    two_tasks(call_program);
}

static void
loop(void)
{
    two_tasks(loop_program);
}

/* One task marks where it stands, between all its bytecodes; the other looks once. */
static const char marks_program[] = "mark = 0\n"
                                    "seen = -1\n"
                                    "straight():\n"
                                    "    RESUME\n"
                                    "    LOAD_CONST      1\n"
                                    "    STORE_GLOBAL    mark\n"
                                    "    LOAD_CONST      2\n"
                                    "    STORE_GLOBAL    mark\n"
                                    "    LOAD_CONST      None\n"
                                    "    RETURN_VALUE\n"
                                    "look():\n"
                                    "    RESUME\n"
                                    "    LOAD_GLOBAL     mark\n"
                                    "    STORE_GLOBAL    seen\n"
                                    "    LOAD_CONST      None\n"
                                    "    RETURN_VALUE\n";

static void
marks(void)
{
    static const char *const functions[] = {"straight", "look"};
    sley_gil_ticks(1);
    sley_program_load(marks_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("seen") != 1);
}

/* A statement of one access that matters, table[1] = n: whatever comes between, one of the two
 * stores is the last, and is whole. */
static const char store_program[] = "table = {1: 0}\n"
                                    "first():\n"
                                    "    RESUME\n"
                                    "    LOAD_CONST      10\n"
                                    "    LOAD_GLOBAL     table\n"
                                    "    LOAD_CONST      1\n"
                                    "    STORE_SUBSCR\n"
                                    "    LOAD_CONST      None\n"
                                    "    RETURN_VALUE\n"
                                    "second():\n"
                                    "    RESUME\n"
                                    "    LOAD_CONST      20\n"
                                    "    LOAD_GLOBAL     table\n"
                                    "    LOAD_CONST      2\n"
                                    "    STORE_SUBSCR\n"
                                    "    LOAD_CONST      None\n"
                                    "    RETURN_VALUE\n";

static void
single_store(void)
{
    static const char *const functions[] = {"first", "second", "second"};
    sley_gil_ticks(1);
    sley_program_load(store_program);
    sley_program_gather(3, functions);
    sley_check(sley_program_length("table") == 2);
}

static const char own_interpreter[] = "each process has an interpreter of its own";
static const char no_point[] = "no check point lies between the two";
static const char no_await[] = "no await lies inside, so nothing comes between";

const struct sley_property sley_scenario_bytecode_counter[] = {
    {
        .name = "atomic-increment-not-atomic.bytecode",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "LOAD_GLOBAL, LOAD_CONST, BINARY_OP, STORE_GLOBAL lose an update",
        .when = "no call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = increment,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_point},
                   {"gil:per-interpreter", SLEY_REFUTED, no_point},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-multi-bytecode-interruptible",
        .claim = "atomic-multi-bytecode-interruptible",
        .source = "004:58",
        .says = "three statements that read, modify and write back can be interrupted",
        .when = "no call and no loop lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = statements,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_point},
                   {"gil:per-interpreter", SLEY_REFUTED, no_point},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await},
                   {"process", SLEY_NOT_APPLICABLE, own_interpreter}},
    },
    {
        .name = "atomic-multi-bytecode-interruptible.call",
        .claim = "atomic-multi-bytecode-interruptible",
        .source = "003:116",
        .says = "read, modify and write back with a call between can be interrupted",
        .when = "a call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = call,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-multi-bytecode-interruptible.loop",
        .claim = "atomic-multi-bytecode-interruptible",
        .source = "003:116",
        .says = "read, modify and write back with a loop between can be interrupted",
        .when = "a loop lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = loop,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "thread-preempt-any-point",
        .claim = "thread-preempt-any-point",
        .source = "000:50",
        .says = "another task sees the state between two neighbouring stores",
        .when = "no call and no loop lies between the stores",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = marks,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_point},
                   {"gil:per-interpreter", SLEY_REFUTED, no_point},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "gil-safety-level-is-bytecode",
        .claim = "gil-safety-level-is-bytecode",
        .source = "004:49",
        .says = "what one bytecode does is done whole",
        .when = "the bytecode executes C code alone",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = single_store,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, "without an interpreter lock the C code is no unit"},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_NOT_APPLICABLE, "the claim speaks of the interpreter lock"},
                   {"process", SLEY_NOT_APPLICABLE, own_interpreter}},
    },
    {0},
};
