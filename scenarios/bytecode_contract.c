/* What the interpreter of bytecode programs promises of its objects, task by task: Python's own
 * documentation is the contract. What several tasks make of them is the business of the other
 * bytecode scenarios. */
#include <sley/program.h>
#include <sley/sley.h>

static const char sort_program[] = "items = [3, 1, 2]\n"
                                   "seen = -1\n"
                                   "key(value):\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     NULL + len\n"
                                   "    LOAD_GLOBAL     items\n"
                                   "    CALL            1\n"
                                   "    STORE_GLOBAL    seen\n"
                                   "    LOAD_FAST       value\n"
                                   "    RETURN_VALUE\n"
                                   "nosy(value):\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     items\n"
                                   "    LOAD_METHOD     append\n"
                                   "    LOAD_CONST      9\n"
                                   "    CALL            1\n"
                                   "    POP_TOP\n"
                                   "    LOAD_FAST       value\n"
                                   "    RETURN_VALUE\n"
                                   "sort():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     items\n"
                                   "    LOAD_METHOD     sort\n"
                                   "    LOAD_GLOBAL     key\n"
                                   "    KW_NAMES        ('key',)\n"
                                   "    CALL            1\n"
                                   "    POP_TOP\n"
                                   "    RETURN_CONST    None\n"
                                   "sort_nosy():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     items\n"
                                   "    LOAD_METHOD     sort\n"
                                   "    LOAD_GLOBAL     nosy\n"
                                   "    KW_NAMES        ('key',)\n"
                                   "    CALL            1\n"
                                   "    POP_TOP\n"
                                   "    RETURN_CONST    None\n";

static void
sort_empties(void)
{
    sley_program_load(sort_program);
    sley_check(sley_program_call("sort") == SLEY_EXCEPTION_NONE);
    sley_check(sley_program_int("seen") == 0);
    sley_check(sley_program_length("items") == 3);
    sley_check(sley_program_item("items", 0) == 1);
    sley_check(sley_program_item("items", 2) == 3);
}

static void
sort_notices(void)
{
    sley_program_load(sort_program);
    sley_check(sley_program_call("sort_nosy") == SLEY_EXCEPTION_VALUE);
    sley_check(sley_program_length("items") == 3);
}

static const char life_program[] = "ends = 0\n"
                                   "end(self):\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     ends\n"
                                   "    LOAD_CONST      1\n"
                                   "    BINARY_OP       +=\n"
                                   "    STORE_GLOBAL    ends\n"
                                   "    RETURN_CONST    None\n"
                                   "class Thing:\n"
                                   "    __del__ = end\n"
                                   "thing = Thing()\n"
                                   "other = Thing()\n"
                                   "use():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     thing\n"
                                   "    STORE_FAST      t\n"
                                   "    LOAD_FAST       t\n"
                                   "    POP_TOP\n"
                                   "    LOAD_GLOBAL     thing\n"
                                   "    POP_TOP\n"
                                   "    RETURN_CONST    None\n"
                                   "forget():\n"
                                   "    RESUME\n"
                                   "    LOAD_CONST      None\n"
                                   "    STORE_GLOBAL    thing\n"
                                   "    RETURN_CONST    None\n"
                                   "share():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     thing\n"
                                   "    STORE_GLOBAL    other\n"
                                   "    RETURN_CONST    None\n";

static void
references(void)
{
    sley_program_load(life_program);
    sley_program_call("use");
    sley_check(sley_program_references("thing") == 1);
    sley_program_call("share");
    sley_check(sley_program_references("thing") == 2);
}

static void
finaliser(void)
{
    sley_program_load(life_program);
    sley_program_call("share"); /* what was in other ends */
    sley_check(sley_program_int("ends") == 1);
    sley_program_call("forget"); /* other still refers to it */
    sley_check(sley_program_int("ends") == 1);
    sley_check(sley_program_references("other") == 1);
}

static const char dict_program[] = "table = {1: 10}\n"
                                   "grow():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     table\n"
                                   "    GET_ITER\n"
                                   "  L1: FOR_ITER        to L2\n"
                                   "    STORE_FAST      k\n"
                                   "    LOAD_CONST      20\n"
                                   "    LOAD_GLOBAL     table\n"
                                   "    LOAD_CONST      2\n"
                                   "    STORE_SUBSCR\n"
                                   "    JUMP_BACKWARD   to L1\n"
                                   "  L2: RETURN_CONST    None\n";

static void
dict_iteration(void)
{
    sley_program_load(dict_program);
    sley_check(sley_program_call("grow") == SLEY_EXCEPTION_RUNTIME);
    sley_check(sley_program_length("table") == 2);
}

static const char with_program[] = "lock = Lock()\n"
                                   "fail():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     lock\n"
                                   "    BEFORE_WITH\n"
                                   "    POP_TOP\n"
                                   "    LOAD_GLOBAL     KeyError\n"
                                   "    RAISE_VARARGS   1\n"
                                   "take():\n"
                                   "    RESUME\n"
                                   "    LOAD_GLOBAL     lock\n"
                                   "    BEFORE_WITH\n"
                                   "    POP_TOP\n"
                                   "    LOAD_CONST      None\n"
                                   "    LOAD_CONST      None\n"
                                   "    LOAD_CONST      None\n"
                                   "    CALL            2\n"
                                   "    POP_TOP\n"
                                   "    RETURN_CONST    None\n";

static void
with_releases(void)
{
    sley_program_load(with_program);
    sley_check(sley_program_call("fail") == SLEY_EXCEPTION_KEY);
    sley_check(sley_program_call("take") == SLEY_EXCEPTION_NONE);
    sley_check(sley_program_call("take") == SLEY_EXCEPTION_NONE);
}

const struct sley_property sley_scenario_bytecode_contract[] = {
    {
        .name = "program.sort-empties",
        .claim = "contract",
        .source = "list.sort",
        .says = "the list is empty while it is sorted, and sorted afterwards",
        .quantifier = SLEY_ALWAYS,
        .body = sort_empties,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "program.sort-notices",
        .claim = "contract",
        .source = "list.sort",
        .says = "ValueError if the list was changed while it was sorted",
        .quantifier = SLEY_ALWAYS,
        .body = sort_notices,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "program.references",
        .claim = "contract",
        .source = "Py_INCREF",
        .says = "every load takes a reference, every drop gives one back",
        .quantifier = SLEY_ALWAYS,
        .body = references,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "program.finaliser",
        .claim = "contract",
        .source = "object.__del__",
        .says = "the finaliser runs when the last reference goes, and not before",
        .quantifier = SLEY_ALWAYS,
        .body = finaliser,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "program.dict-iteration",
        .claim = "contract",
        .source = "dict views",
        .says = "RuntimeError if a dict's size changes while it is iterated over",
        .quantifier = SLEY_ALWAYS,
        .body = dict_iteration,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "program.with-releases",
        .claim = "contract",
        .source = "the with statement",
        .says = "a with block that an exception leaves releases its lock",
        .quantifier = SLEY_ALWAYS,
        .body = with_releases,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
