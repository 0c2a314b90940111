/* One bytecode that runs other bytecodes (003:116, 004:58), and the counts of references that
 * every bytecode changes (000:321, 002:86, 004:46). */
#include <sley/gil.h>
#include <sley/program.h>
#include <sley/sley.h>

/* n + 1 calls __add__ inside BINARY_OP; the other task looks whether it is inside. */
static const char operator_program[] = "inside = 0\n"
                                       "seen = 0\n"
                                       "ident(value):\n"
                                       "    RESUME\n"
                                       "    LOAD_FAST       value\n"
                                       "    RETURN_VALUE\n"
                                       "plus(self, other):\n"
                                       "    RESUME\n"
                                       "    LOAD_CONST      1\n"
                                       "    STORE_GLOBAL    inside\n"
                                       "    LOAD_GLOBAL     NULL + ident\n"
                                       "    LOAD_FAST       other\n"
                                       "    CALL            1\n"
                                       "    LOAD_CONST      0\n"
                                       "    STORE_GLOBAL    inside\n"
                                       "    RETURN_VALUE\n"
                                       "class Number:\n"
                                       "    __add__ = plus\n"
                                       "n = Number()\n"
                                       "add():\n"
                                       "    RESUME\n"
                                       "    LOAD_GLOBAL     n\n"
                                       "    LOAD_CONST      1\n"
                                       "    BINARY_OP       +\n"
                                       "    POP_TOP\n"
                                       "    LOAD_CONST      None\n"
                                       "    RETURN_VALUE\n"
                                       "look():\n"
                                       "    RESUME\n"
                                       "    LOAD_GLOBAL     inside\n"
                                       "    STORE_GLOBAL    seen\n"
                                       "    LOAD_CONST      None\n"
                                       "    RETURN_VALUE\n";

static void
user_operator(void)
{
    static const char *const functions[] = {"add", "look"};
    sley_gil_ticks(1);
    sley_program_load(operator_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("seen") == 0);
}

/* del n runs the finaliser inside DELETE_GLOBAL. */
static const char finaliser_program[] = "inside = 0\n"
                                        "seen = 0\n"
                                        "ident(value):\n"
                                        "    RESUME\n"
                                        "    LOAD_FAST       value\n"
                                        "    RETURN_VALUE\n"
                                        "end(self):\n"
                                        "    RESUME\n"
                                        "    LOAD_CONST      1\n"
                                        "    STORE_GLOBAL    inside\n"
                                        "    LOAD_GLOBAL     NULL + ident\n"
                                        "    LOAD_CONST      0\n"
                                        "    CALL            1\n"
                                        "    STORE_GLOBAL    inside\n"
                                        "    LOAD_CONST      None\n"
                                        "    RETURN_VALUE\n"
                                        "class Thing:\n"
                                        "    __del__ = end\n"
                                        "thing = Thing()\n"
                                        "forget():\n"
                                        "    RESUME\n"
                                        "    DELETE_GLOBAL   thing\n"
                                        "    LOAD_CONST      None\n"
                                        "    RETURN_VALUE\n"
                                        "look():\n"
                                        "    RESUME\n"
                                        "    LOAD_GLOBAL     inside\n"
                                        "    STORE_GLOBAL    seen\n"
                                        "    LOAD_CONST      None\n"
                                        "    RETURN_VALUE\n";

static void
finaliser(void)
{
    static const char *const functions[] = {"forget", "look"};
    sley_gil_ticks(1);
    sley_program_load(finaliser_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("seen") == 0);
}

/* One Bytecode of C code: BINARY_OP of numbers, between a load and a store of the same names. */
static const char number_program[] = "inside = 0\n"
                                     "seen = 0\n"
                                     "add():\n"
                                     "    RESUME\n"
                                     "    LOAD_CONST      1\n"
                                     "    LOAD_CONST      1\n"
                                     "    BINARY_OP       +\n"
                                     "    STORE_GLOBAL    inside\n"
                                     "    LOAD_CONST      None\n"
                                     "    RETURN_VALUE\n"
                                     "look():\n"
                                     "    RESUME\n"
                                     "    LOAD_GLOBAL     inside\n"
                                     "    STORE_GLOBAL    seen\n"
                                     "    LOAD_CONST      None\n"
                                     "    RETURN_VALUE\n";

static void
number_operator(void)
{
    static const char *const functions[] = {"add", "look"};
    sley_gil_ticks(1);
    sley_program_load(number_program);
    sley_program_gather(2, functions);
    long seen = sley_program_int("seen");
    sley_check(seen == 0 || seen == 2);
}

/* Whatever the bytecode is: an operator of numbers, of the user's, or a finaliser. */
static void
any_bytecode(void)
{
    switch (sley_draw(0, 2)) {
    case 0:
        number_operator();
        break;
    case 1:
        user_operator();
        break;
    default:
        finaliser();
    }
}

/* `await f()` is one SEND, and a YIELD_VALUE below it: the others run until it is over. */
static int inside;

static void *
await_inside(void *unused)
{
    sley_add(&inside, 1);
    sley_check(inside == 1);
    sley_pause();
    sley_add(&inside, -1);
    return unused;
}

static void
awaiting_bytecode(void)
{
    sley_gather(2, await_inside);
}

/* Each task takes references to the shared object and gives them back. */
static const char reference_program[] = "ends = 0\n"
                                        "end(self):\n"
                                        "    RESUME\n"
                                        "    LOAD_CONST      1\n"
                                        "    STORE_GLOBAL    ends\n"
                                        "    LOAD_CONST      None\n"
                                        "    RETURN_VALUE\n"
                                        "class Thing:\n"
                                        "    __del__ = end\n"
                                        "thing = Thing()\n"
                                        "use():\n"
                                        "    RESUME\n"
                                        "    LOAD_GLOBAL     thing\n"
                                        "    STORE_FAST      t\n"
                                        "    LOAD_CONST      None\n"
                                        "    STORE_FAST      t\n"
                                        "    LOAD_CONST      None\n"
                                        "    RETURN_VALUE\n";

static void
references(void)
{
    static const char *const functions[] = {"use", "use"};
    sley_gil_ticks(1);
    sley_program_load(reference_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_references("thing") == 1 && sley_program_int("ends") == 0);
}

/* The same, and one more use afterwards. */
static void
use_again(void)
{
    static const char *const functions[] = {"use", "use"};
    sley_gil_ticks(1);
    sley_program_load(reference_program);
    sley_program_gather(2, functions);
    sley_program_call("use");
}

static const char no_await[] = "no await lies inside, so nothing comes between";
#define SINGLE_BYTECODE                                                                            \
    .claim = "atomic-single-bytecode", .source = "003:116",                                        \
    .says = "no other task runs while one bytecode executes", .quantifier = SLEY_ALWAYS,           \
    .also = SLEY_BIT(RACE), .exhaustive = true, .preemptions_max = 2

static const char plain_count[] = "a plain ++ and -- of threads without an interpreter lock";

const struct sley_property sley_scenario_bytecode_object[] = {
    {
        .name = "atomic-single-bytecode",
        SINGLE_BYTECODE,
        .when = "the bytecode is any but one that awaits",
        .body = any_bytecode,
        .expect = {{"thread", SLEY_REFUTED, ""},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "a user's operator or finaliser runs inside it"),
                   {"process", SLEY_NOT_APPLICABLE, "an interpreter is in one process"},
                   {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "atomic-single-bytecode.await",
        SINGLE_BYTECODE,
        .when = "the bytecode awaits",
        .body = awaiting_bytecode,
        .expect = {{"coroutine", SLEY_REFUTED, "one SEND suspends, and the others run"}},
    },
    {
        .name = "atomic-single-bytecode.numbers",
        SINGLE_BYTECODE,
        .twin = true,
        .falsifier = "atomic-single-bytecode.user-operator",
        .body = number_operator,
        .expect = {{"thread", SLEY_CONFIRMED, "a store of one word"},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "atomic-single-bytecode.user-operator",
        .claim = "atomic-single-bytecode",
        .source = "003:116",
        .says = "another task runs while one BINARY_OP executes a user's __add__",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = user_operator,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-single-bytecode.finaliser",
        .claim = "atomic-single-bytecode",
        .source = "003:116",
        .says = "another task runs while one DELETE_GLOBAL executes a finaliser",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = finaliser,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "gil-protects-refcounts",
        .claim = "gil-protects-refcounts",
        .source = "000:321",
        .says = "references taken and given back by two tasks leave the count as it was",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = references,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, plain_count},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_CONFIRMED, no_await},
                   {"process", SLEY_CONFIRMED, "each process has counts of its own"}},
    },
    {
        .name = "gil-protects-refcounts.freed-early",
        .claim = "gil-protects-refcounts",
        .source = "000:321",
        .says = "no object that a global still refers to is freed",
        .quantifier = SLEY_NEVER,
        .event = SLEY_BIT(HEAP),
        .also = SLEY_BIT(RACE) | SLEY_BIT(ASSERTION),
        .body = use_again,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, plain_count},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "gil-safety-level-is-bytecode.user-code",
        .claim = "gil-safety-level-is-bytecode",
        .source = "004:49",
        .says = "what one bytecode does is done whole",
        .when = "the bytecode calls code of Python",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = user_operator,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "the lock changes hands inside")},
    },
    {0},
};
