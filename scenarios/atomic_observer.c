/* What "atomic" means (004:81): an observer sees the state before or after, never one in between.
 * And from what the interpreter lock shields, and from what not (000:321). */
#include <sley/gil.h>
#include <sley/loop.h>
#include <sley/program.h>
#include <sley/shared.h>

enum { LOOKS_MAX = 2 };

static struct {
    uint64_t word; /* two halves that are the same before and after */
    long first, second;
    bool differed;
} * pair;

static struct sley_lock lock;
static bool in_hardware;
static int looks;

static void
set_up(void)
{
    pair = sley_shared_allocate(sizeof *pair);
    sley_lock_init(&lock);
    sley_gil_ticks(1);
}

/* --- one operation, in hardware or under a lock --- */

static void *
change(void *unused)
{
    if (in_hardware) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        __atomic_fetch_add(&pair->word, ((uint64_t)1 << 32) + 1, __ATOMIC_SEQ_CST);
        return unused;
    }
    sley_with (&lock) {
        sley_store(&pair->first, 1);
        sley_bytecode(SLEY_BYTECODE_CALL);
        sley_pause();
        sley_store(&pair->second, 1);
    }
    return unused;
}

static void *
observe(void *unused)
{
    for (int i = 0; i < looks; i++) {
        if (in_hardware) {
            sley_bytecode(SLEY_BYTECODE_PLAIN);
            uint64_t word = __atomic_load_n(&pair->word, __ATOMIC_SEQ_CST);
            sley_check((word >> 32) == (word & 0xffffffff));
        } else {
            sley_with (&lock) {
                sley_check(sley_load(&pair->first) == sley_load(&pair->second));
            }
        }
    }
    return unused;
}

static void
run_both(void *(*changing)(void *), void *(*observing)(void *))
{
    looks = sley_draw(1, LOOKS_MAX);
    set_up();
    uintptr_t a = sley_spawn(changing, 0);
    uintptr_t b = sley_spawn(observing, 0);
    sley_join(a);
    sley_join(b);
}

static void
one_operation(void)
{
    in_hardware = sley_draw(0, 1) == 0;
    run_both(change, observe);
}

/* --- what stands in one bytecode, or between two awaits --- */

static void *
change_in_one(void *unused)
{
    sley_bytecode(SLEY_BYTECODE_PLAIN);
    pair->first = 1;
    pair->second = 1;
    return unused;
}

static void *
change_in_two(void *unused)
{
    sley_store(&pair->first, 1);
    sley_bytecode(SLEY_BYTECODE_CALL);
    sley_store(&pair->second, 1);
    return unused;
}

static void *
look_in_one(void *unused)
{
    for (int i = 0; i < looks; i++) {
        sley_bytecode(SLEY_BYTECODE_PLAIN);
        sley_check(pair->first == pair->second);
    }
    return unused;
}

static void
one_bytecode(void)
{
    run_both(change_in_one, look_in_one);
}

static void
two_stores(void)
{
    run_both(change_in_two, look_in_one);
}

/* A thread beside the loop is bound by no await. */
static struct sley_awaited
look_from_thread(void *unused)
{
    pair->differed = pair->first != pair->second;
    return sley_result(unused);
}

static void
thread_beside_loop(void)
{
    set_up();
    struct sley_async_future *look = sley_loop_run_in_executor(NULL, look_from_thread, NULL);
    change_in_one(NULL);
    sley_await(look);
    sley_check(!pair->differed);
}

/* --- the interpreter's own objects, and the program's state --- */

static const char program[] = "items = []\n"
                              "table = {}\n"
                              "counter = 0\n"
                              "ident(value):\n"
                              "    RESUME\n"
                              "    LOAD_FAST       value\n"
                              "    RETURN_VALUE\n"
                              "append():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     items\n"
                              "    LOAD_METHOD     append\n"
                              "    LOAD_CONST      1\n"
                              "    CALL            1\n"
                              "    POP_TOP\n"
                              "    RETURN_CONST    None\n"
                              "insert_one():\n"
                              "    RESUME\n"
                              "    LOAD_CONST      1\n"
                              "    LOAD_GLOBAL     table\n"
                              "    LOAD_CONST      1\n"
                              "    STORE_SUBSCR\n"
                              "    RETURN_CONST    None\n"
                              "insert_two():\n"
                              "    RESUME\n"
                              "    LOAD_CONST      1\n"
                              "    LOAD_GLOBAL     table\n"
                              "    LOAD_CONST      2\n"
                              "    STORE_SUBSCR\n"
                              "    RETURN_CONST    None\n"
                              "count():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     NULL + ident\n"
                              "    LOAD_GLOBAL     counter\n"
                              "    CALL            1\n"
                              "    LOAD_CONST      1\n"
                              "    BINARY_OP       +\n"
                              "    STORE_GLOBAL    counter\n"
                              "    RETURN_CONST    None\n";

static const char *const tasks[] = {"append", "insert_one", "insert_two", "count"};

/* Runs two of the functions; fills how often each of them ran. */
static void
run_two(int drawn_from, int times[])
{
    const char *functions[2];
    for (int i = 0; i < 2; i++) {
        int function = sley_draw(0, drawn_from - 1);
        functions[i] = tasks[function];
        times[function]++;
    }
    sley_gil_ticks(1);
    sley_program_load(program);
    sley_program_gather(2, functions);
}

static void
structures_are_whole(void)
{
    int times[4] = {0};
    run_two(3, times);
    sley_check(sley_program_length("items") == times[0]);
    sley_check(sley_program_length("table") == (times[1] > 0) + (times[2] > 0));
}

static void
state_is_right(void)
{
    int times[4] = {0};
    run_two(4, times);
    sley_check(sley_program_int("counter") == times[3]);
}

static const char beside[] = "a thread beside the loop sees what stands between two awaits";
static const char plain_c[] = "without an interpreter lock the C code inside is no unit";
static const char no_lock[] = "the claim speaks of the interpreter lock";
static const char no_await[] = "no await lies inside, so nothing comes between";

#define ATOMIC .claim = "def-atomic", .source = "004:81", .also = SLEY_BIT(RACE), .exhaustive = true
#define SHIELDS                                                                                    \
    .claim = "gil-shields-developers-from-memory-races", .source = "000:321",                      \
    .quantifier = SLEY_NEVER, .event = SLEY_BIT(ASSERTION) | SLEY_BIT(HEAP) | SLEY_BIT(CRASH),     \
    .also = SLEY_BIT(RACE), .exhaustive = true, .preemptions_max = 2

const struct sley_property sley_scenario_atomic_observer[] = {
    {
        .name = "def-atomic",
        .says = "an observer of an atomic operation, or of one under a lock, sees no state between",
        .falsifier = "def-atomic.two-stores",
        ATOMIC,
        .quantifier = SLEY_ALWAYS,
        .body = one_operation,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "def-atomic.one-bytecode",
        .says = "an observer of two stores in one bytecode, or between two awaits, sees both or no "
                "one",
        .when = "all observers are under the same interpreter lock, or on the same loop",
        .falsifier = "def-atomic.two-stores",
        ATOMIC,
        .quantifier = SLEY_ALWAYS,
        .body = one_bytecode,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"coroutine", SLEY_CONFIRMED, no_await}},
    },
    {
        .name = "def-atomic.beside-the-loop",
        .says = "an observer of two stores between two awaits sees both or no one",
        .when = "the observer is a thread beside the loop",
        ATOMIC,
        .quantifier = SLEY_ALWAYS,
        .body = thread_beside_loop,
        .expect = {{"coroutine", SLEY_REFUTED, beside}},
    },
    {
        .name = "def-atomic.two-stores",
        .says = "an observer sees the state between two stores with a call between, in some run",
        .twin = true,
        ATOMIC,
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = two_stores,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, no_await}},
    },
    {
        .name = "gil-shields-developers-from-memory-races",
        .says = "no list, dict or block of memory is broken by two threads without a lock",
        .when = "what is shared are the interpreter's own objects",
        SHIELDS,
        .body = structures_are_whole,
        .expect = {{"thread", SLEY_REFUTED, plain_c},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_NOT_APPLICABLE, no_lock},
                   {"coroutine", SLEY_NOT_APPLICABLE, no_lock}},
    },
    {
        .name = "gil-shields-developers-from-memory-races.application",
        .says = "no state of the program is left wrong by two threads without a lock",
        .when = "what is shared is the program's own state, as in counter = f(counter) + 1",
        SHIELDS,
        .body = state_is_right,
        .expect = {SLEY_EXPECT_GIL(SLEY_REFUTED, "a call lies between the load and the store")},
    },
    {0},
};
