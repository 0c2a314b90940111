/* What the interpreter lock makes atomic: single bytecodes, and since 3.10 whatever lies between
 * two check points (000:52-116). */
#include <sley/gil.h>
#include <sley/sley.h>

static long counter;
static int increments;
static intptr_t items[8];
static long length;

/* `for _ in range(n): counter += 1`: check points at the function's start and after each pass. */
static void *
plain_loop(void *unused)
{
    sley_bytecode(SLEY_BYTECODE_ENTER);
    for (int i = 0; i < increments; i++) {
        sley_add(&counter, 1);
        sley_bytecode(SLEY_BYTECODE_JUMP);
    }
    return unused;
}

static void
two_plain_loops(void)
{
    increments = 1;
    sley_gather(2, plain_loop);
    sley_check(counter == 2);
}

static long
one(void)
{
    sley_bytecode(SLEY_BYTECODE_CALL);
    return 1;
}

/* `counter += one()`: the call stands between the load and the store. */
static void *
add_call(void *unused)
{
    sley_add(&counter, one());
    return unused;
}

static void
two_calls(void)
{
    sley_gather(2, add_call);
    sley_check(counter == 2);
}

static void *
add_one(void *unused)
{
    sley_add(&counter, 1);
    return unused;
}

/* The count of bytecodes stands anywhere when the two start. */
static void
ticker_anywhere(void)
{
    sley_gil_ticks((uint32_t)sley_draw(1, 12));
    sley_gather(2, add_one);
    sley_check(counter == 2);
}

/* items.append(x): the list and the item go to the stack, one bytecode does the rest. */
static void *
append(void *index)
{
    for (int i = 0; i < 2; i++) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        items[length] = 2 * (intptr_t)index + i;
        length++;
        sley_bytecode(SLEY_BYTECODE_CALL);
    }
    return index;
}

static void
two_appenders(void)
{
    sley_gil_ticks(3);
    sley_gather(2, append);
    sley_check(length == 4);
    int seen = 0;
    for (int i = 0; i < 4; i++) {
        seen |= 1 << items[i];
    }
    sley_check(seen == 15);
}

/* Mutant: append written in Python: n = length; items[n] = x; length = n + 1. */
static void *
append_by_hand(void *index)
{
    long n = sley_load(&length);
    sley_bytecode(SLEY_BYTECODE_CALL);
    sley_store(&items[n], (intptr_t)index);
    sley_store(&length, n + 1);
    return index;
}

static void
two_by_hand(void)
{
    sley_gather(2, append_by_hand);
    sley_check(length == 2);
}

static const char no_point[] = "no check point lies between the load and the store";

const struct sley_property sley_scenario_gil_atomic[] = {
    {
        .name = "atomic-increment-not-atomic.plain-loop",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "a loop of counter += 1 in two tasks loses an update in some schedule",
        .when = "no call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = two_plain_loops,
        .exhaustive = true,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_REFUTED, no_point},
                   {"gil:per-interpreter", SLEY_REFUTED, no_point},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "atomic-increment-not-atomic.call-between",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "counter += f() in two tasks loses an update in some schedule",
        .when = "a call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = two_calls,
        .exhaustive = true,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "atomic-increment-not-atomic.ticker",
        .claim = "atomic-increment-not-atomic",
        .source = "000:59",
        .says = "counter += 1 by two tasks loses an update where the ticker runs out between",
        .when = "no call lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = ticker_anywhere,
        .exhaustive = true,
        .expect = {{"gil:py2", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "atomic-append-not-atomic",
        .claim = "atomic-append-not-atomic",
        .source = "004:106",
        .says = "list.append by two tasks loses or doubles an item in some schedule",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = two_appenders,
        .exhaustive = true,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "one bytecode changes the list")},
    },
    {
        .name = "atomic-append-not-atomic.by-hand",
        .claim = "atomic-append-not-atomic",
        .source = "004:106",
        .says = "an append made of a load and two stores, with a call between, loses an item",
        .twin = true,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = two_by_hand,
        .exhaustive = true,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""}},
    },
    {0},
};
