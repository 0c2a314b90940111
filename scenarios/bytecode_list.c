/* list.append and list.sort (004:58-106): whether a call of C code can be interrupted, and whether
 * the number of bytecodes around it matters. */
#include <sley/gil.h>
#include <sley/program.h>
#include <sley/sley.h>

static int length; /* what the list must have in the end */

/* --- append --- */

static const char append_program[] = "items = []\n"
                                     "one():\n"
                                     "    RESUME\n"
                                     "    LOAD_GLOBAL     items\n"
                                     "    LOAD_METHOD     append\n"
                                     "    LOAD_CONST      1\n"
                                     "    CALL            1\n"
                                     "    POP_TOP\n"
                                     "    LOAD_CONST      None\n"
                                     "    RETURN_VALUE\n"
                                     "two():\n"
                                     "    RESUME\n"
                                     "    LOAD_GLOBAL     items\n"
                                     "    LOAD_METHOD     append\n"
                                     "    LOAD_CONST      2\n"
                                     "    CALL            1\n"
                                     "    POP_TOP\n"
                                     "    LOAD_GLOBAL     items\n"
                                     "    LOAD_METHOD     append\n"
                                     "    LOAD_CONST      3\n"
                                     "    CALL            1\n"
                                     "    POP_TOP\n"
                                     "    LOAD_CONST      None\n"
                                     "    RETURN_VALUE\n";

static int
place_of(long item)
{
    for (int i = 0; i < sley_program_length("items"); i++) {
        if (sley_program_item("items", i) == item) {
            return i;
        }
    }
    return -1;
}

static void
never_loses(void)
{
    static const char *const functions[] = {"one", "two"};
    sley_gil_ticks(1);
    sley_program_load(append_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_length("items") == 3);
    sley_check(place_of(1) >= 0);
    sley_check(place_of(2) >= 0 && place_of(2) < place_of(3));
}

/* The same with three more bytecodes around the CALL: constants on the task's own stack. */
static const char longer_program[] = "items = []\n"
                                     "one():\n"
                                     "    RESUME\n"
                                     "    LOAD_CONST      'text'\n"
                                     "    POP_TOP\n"
                                     "    LOAD_GLOBAL     items\n"
                                     "    LOAD_METHOD     append\n"
                                     "    LOAD_CONST      'text'\n"
                                     "    POP_TOP\n"
                                     "    LOAD_CONST      1\n"
                                     "    NOP\n"
                                     "    CALL            1\n"
                                     "    LOAD_CONST      'text'\n"
                                     "    POP_TOP\n"
                                     "    POP_TOP\n"
                                     "    LOAD_CONST      None\n"
                                     "    RETURN_VALUE\n";

static void
longer(void)
{
    static const char *const functions[] = {"one", "one"};
    sley_gil_ticks(1);
    sley_program_load(longer_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_length("items") == 2);
}

/* Contrast: an append that is made of three bytecodes with a call between. */
static const char by_hand_program[] = "table = {}\n"
                                      "length = 0\n"
                                      "ident(value):\n"
                                      "    RESUME\n"
                                      "    LOAD_FAST       value\n"
                                      "    RETURN_VALUE\n"
                                      "append():\n"
                                      "    RESUME\n"
                                      "    LOAD_GLOBAL     length\n"
                                      "    STORE_FAST      n\n"
                                      "    LOAD_CONST      1\n"
                                      "    LOAD_GLOBAL     table\n"
                                      "    LOAD_GLOBAL     NULL + ident\n"
                                      "    LOAD_FAST       n\n"
                                      "    CALL            1\n"
                                      "    STORE_SUBSCR\n"
                                      "    LOAD_FAST       n\n"
                                      "    LOAD_CONST      1\n"
                                      "    BINARY_OP       +\n"
                                      "    STORE_GLOBAL    length\n"
                                      "    LOAD_CONST      None\n"
                                      "    RETURN_VALUE\n";

static void
by_hand(void)
{
    static const char *const functions[] = {"append", "append"};
    sley_gil_ticks(1);
    sley_program_load(by_hand_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("length") == 2);
}

/* --- sort --- */

#define SORT_PROGRAM                                                                               \
    "items = [2, 1]\n"                                                                             \
    "seen = 2\n"                                                                                   \
    "key(value):\n"                                                                                \
    "    RESUME\n"                                                                                 \
    "    LOAD_FAST       value\n"                                                                  \
    "    UNARY_NEGATIVE\n"                                                                         \
    "    RETURN_VALUE\n"                                                                           \
    "sort():\n"                                                                                    \
    "    RESUME\n"                                                                                 \
    "    LOAD_GLOBAL     items\n"                                                                  \
    "    LOAD_METHOD     sort\n"                                                                   \
    "    CALL            0\n"                                                                      \
    "    POP_TOP\n"                                                                                \
    "    LOAD_CONST      None\n"                                                                   \
    "    RETURN_VALUE\n"                                                                           \
    "sort_by_key():\n"                                                                             \
    "    RESUME\n"                                                                                 \
    "    LOAD_GLOBAL     items\n"                                                                  \
    "    LOAD_METHOD     sort\n"                                                                   \
    "    LOAD_GLOBAL     key\n"                                                                    \
    "    KW_NAMES        ('key',)\n"                                                               \
    "    CALL            1\n"                                                                      \
    "    POP_TOP\n"                                                                                \
    "    LOAD_CONST      None\n"                                                                   \
    "    RETURN_VALUE\n"                                                                           \
    "observe():\n"                                                                                 \
    "    RESUME\n"                                                                                 \
    "    LOAD_GLOBAL     NULL + len\n"                                                             \
    "    LOAD_GLOBAL     items\n"                                                                  \
    "    CALL            1\n"                                                                      \
    "    STORE_GLOBAL    seen\n"                                                                   \
    "    LOAD_CONST      None\n"                                                                   \
    "    RETURN_VALUE\n"                                                                           \
    "append():\n"                                                                                  \
    "    RESUME\n"                                                                                 \
    "    LOAD_GLOBAL     items\n"                                                                  \
    "    LOAD_METHOD     append\n"                                                                 \
    "    LOAD_CONST      3\n"                                                                      \
    "    CALL            1\n"                                                                      \
    "    POP_TOP\n"                                                                                \
    "    LOAD_CONST      None\n"                                                                   \
    "    RETURN_VALUE\n"

static const char sort_program[] = SORT_PROGRAM;

static void
observed(const char *sort)
{
    const char *const functions[] = {sort, "observe"};
    sley_gil_ticks(1);
    sley_program_load(sort_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_int("seen") == 2);
}

static void
sort_in_c(void)
{
    observed("sort");
}

static void
sort_by_key(void)
{
    observed("sort_by_key");
}

static void
key_loses(void)
{
    static const char *const functions[] = {"sort_by_key", "append"};
    sley_gil_ticks(1);
    sley_program_load(sort_program);
    sley_program_gather(2, functions);
    sley_check(sley_program_length("items") == 3);
}

/* Whenever an append was lost, the sort says so. */
static void
key_tells(void)
{
    sley_gil_ticks(1);
    sley_program_load(sort_program);
    uintptr_t sort = sley_program_start("sort_by_key");
    uintptr_t append = sley_program_start("append");
    enum sley_exception raised = sley_program_join(sort);
    sley_program_join(append);
    length = sley_program_length("items");
    sley_check(raised == (length == 3 ? SLEY_EXCEPTION_NONE : SLEY_EXCEPTION_VALUE));
}

static void
sort_bytecodes(void)
{
    sley_program_load(sort_program);
    /* Without RESUME, LOAD_CONST and RETURN_VALUE of the function around it. */
    sley_check(sley_program_instructions("sort") - 3 == 1);
}

static const char no_unit_in_free[] =
    "len() takes no list's lock there, and may see the list empty; the model has bytecodes whole";
static const char plain_c[] = "without an interpreter lock the C code inside is no unit";
static const char private_list[] = "each process has a list of its own";
static const char no_await[] = "no await lies inside, so nothing comes between";

const struct sley_property sley_scenario_bytecode_list[] = {
    {
        .name = "atomic-append-not-atomic.bytecode",
        .claim = "atomic-append-not-atomic",
        .source = "004:106",
        .says = "list.append by two tasks loses or doubles an item in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = never_loses,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, plain_c},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "one bytecode changes the list"),
                   {"coroutine", SLEY_REFUTED, no_await},
                   {"process", SLEY_NOT_APPLICABLE, private_list}},
    },
    {
        .name = "atomic-append-not-atomic.never-loses",
        .claim = "atomic-append-not-atomic",
        .source = "004:106",
        .says = "under an interpreter lock no schedule of appends loses or reorders an item",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .body = never_loses,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "atomic-append-not-atomic.bytecode-by-hand",
        .claim = "atomic-append-not-atomic",
        .source = "004:106",
        .says = "an append made of several bytecodes with a call between loses in some schedule",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = by_hand,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "atomic-more-bytecodes-means-nonatomic",
        .claim = "atomic-more-bytecodes-means-nonatomic",
        .source = "004:106",
        .says = "append with more bytecodes around its CALL loses an item in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = longer,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "what lies between touches the own stack"),
                   {"coroutine", SLEY_REFUTED, no_await},
                   {"process", SLEY_NOT_APPLICABLE, private_list}},
    },
    {
        .name = "atomic-list-sort",
        .claim = "atomic-list-sort",
        .source = "004:81",
        .says = "a sort is seen before or after, never in between",
        .when = "the elements are compared in C, without a key function",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = sort_in_c,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, plain_c},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_NOT_APPLICABLE, no_unit_in_free},
                   {"coroutine", SLEY_CONFIRMED, no_await},
                   {"process", SLEY_NOT_APPLICABLE, private_list}},
    },
    {
        .name = "atomic-list-sort.key",
        .claim = "atomic-list-sort",
        .source = "004:81",
        .says = "a sort is seen before or after, never in between",
        .when = "a key function of Python is called",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = sort_by_key,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, plain_c},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "the list is empty while the key function runs"),
                   {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "atomic-list-sort.key-loses",
        .claim = "atomic-list-sort",
        .source = "004:81",
        .says = "an append beside a sort is done before it or after it",
        .when = "a key function of Python is called",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE) | SLEY_BIT(HEAP),
        .body = key_loses,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_REFUTED, plain_c},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "an append while the key function runs is lost"),
                   {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "atomic-list-sort.key-tells",
        .claim = "atomic-list-sort",
        .source = "004:81",
        .says = "the sort raises ValueError if and only if an append was lost",
        .twin = true,
        .falsifier = "fault:program-sort-ignores",
        .quantifier = SLEY_ALWAYS,
        .body = key_tells,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "atomic-sort-is-one-bytecode",
        .claim = "atomic-sort-is-one-bytecode",
        .source = "004:81",
        .says = "the statement this_is_list.sort() is a single bytecode",
        .quantifier = SLEY_ALWAYS,
        .body = sort_bytecodes,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, "LOAD_GLOBAL, LOAD_METHOD, CALL, POP_TOP"},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, "LOAD_GLOBAL, LOAD_METHOD, CALL, POP_TOP"),
                   {"coroutine", SLEY_REFUTED, "LOAD_GLOBAL, LOAD_METHOD, CALL, POP_TOP"},
                   {"process", SLEY_NOT_APPLICABLE, private_list}},
    },
    {0},
};
