/* State that several tasks change: whether the interpreter lock makes that safe (004:46, 000:297),
 * and whether it always takes a lock of one's own (000:50, 000:74). */
#include <sley/gil.h>
#include <sley/shared.h>

enum { TASKS_MAX = 4 };

enum gap { NOTHING, CALLS, AWAITS };

static struct {
    long count;
    long flags;
    long table_has_key;
    long made[TASKS_MAX]; /* by each task */
    long account[2];
} * state;

static enum gap gap;
static int tasks;

/* What stands between reading and writing back. */
static void
between(void)
{
    if (gap == CALLS) {
        sley_bytecode(SLEY_BYTECODE_CALL);
    } else if (gap == AWAITS) {
        sley_pause();
    }
}

/* count = f(count) + 1 */
static void *
count_one(void *index)
{
    long count = sley_load(&state->count);
    between();
    sley_store(&state->count, count + 1);
    return index;
}

/* if key not in table: table[key] = make() */
static void *
make_once(void *index)
{
    if (!sley_load(&state->table_has_key)) {
        between();
        sley_add(&state->made[(intptr_t)index], 1);
        sley_store(&state->table_has_key, 1);
    }
    return index;
}

/* flags |= 1 << index */
static void *
set_flag(void *index)
{
    long flags = sley_load(&state->flags);
    between();
    sley_store(&state->flags, flags | 1L << (intptr_t)index);
    return index;
}

/* One unit from one account to the other; which way depends on the task. */
static void *
transfer(void *index)
{
    int from = (int)((intptr_t)index % 2);
    long left = sley_load(&state->account[from]) - 1;
    between();
    sley_store(&state->account[from], left);
    sley_add(&state->account[1 - from], 1);
    return index;
}

static bool
is_right(void)
{
    long made = 0;
    for (int i = 0; i < TASKS_MAX; i++) {
        made += state->made[i];
    }
    long all_flags = (1L << tasks) - 1;
    return (state->count == 0 || state->count == tasks) && made <= 1 &&
           (state->flags == 0 || state->flags == all_flags) &&
           state->account[0] + state->account[1] == 10;
}

static void
change_state(int task_count, void *(*entry)(void *), enum gap where)
{
    tasks = task_count;
    gap = where;
    state = sley_shared_allocate(sizeof *state);
    state->account[0] = state->account[1] = 5;
    sley_gil_ticks(1);
    sley_gather(tasks, entry);
    sley_check(is_right());
}

static void
drawn_program(void)
{
    static void *(*const programs[])(void *) = {count_one, make_once, transfer};
    int program = sley_draw(0, 2);
    enum gap where = (enum gap)sley_draw(NOTHING, AWAITS);
    change_state(sley_draw(2, TASKS_MAX), programs[program], where);
}

static void
check_then_act(void)
{
    change_state(2, make_once, CALLS);
}

static void
set_flags(void)
{
    change_state(2, set_flag, CALLS);
}

static void
check_then_act_await(void)
{
    change_state(2, make_once, AWAITS);
}

static void
read_and_write_back(void)
{
    change_state(2, count_one, AWAITS);
}

static const char lost[] = "what one task read, another has changed before it writes back";
static const char no_interpreter_lock[] = "the claim speaks of threads under an interpreter lock";

#define RACES                                                                                      \
    .claim = "thread-race-on-shared", .source = "000:50", .quantifier = SLEY_SOMETIMES,            \
    .event = SLEY_BIT(ASSERTION), .also = SLEY_BIT(RACE), .exhaustive = true, .preemptions_max = 2

const struct sley_property sley_scenario_shared_state[] = {
    {
        .name = "gil-implies-thread-safe",
        .claim = "gil-implies-thread-safe",
        .source = "004:46",
        .says = "a counter, a lazy initialisation or a transfer by 2 to 4 tasks is never wrong",
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = drawn_program,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, no_interpreter_lock},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, lost),
                   {"process", SLEY_NOT_APPLICABLE, no_interpreter_lock},
                   {"coroutine", SLEY_REFUTED, "one thread, and still: across an await"}},
    },
    {
        .name = "thread-race-on-shared.check-then-act",
        .says = "two tasks that check, call and then act without a lock both act, in some schedule",
        .when = "the memory is shared, and no await lies between the check and the act",
        RACES,
        .body = check_then_act,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, "the state lies in shared memory"},
                   {"coroutine", SLEY_REFUTED, "no await lies inside, so nothing comes between"}},
    },
    {
        .name = "thread-race-on-shared.flags",
        .says =
            "two tasks that each set a flag of their own in one word lose one, in some schedule",
        .when = "the memory is shared, and no await lies between reading the word and writing it",
        RACES,
        .body = set_flags,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, "the state lies in shared memory"},
                   {"coroutine", SLEY_REFUTED, "no await lies inside, so nothing comes between"}},
    },
    {
        .name = "thread-race-on-shared.await",
        .says = "two tasks that check, wait and then act without a lock both act, in some schedule",
        .when = "the memory is shared, and an await or a sleep lies between the check and the act",
        RACES,
        .body = check_then_act_await,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, "the state lies in shared memory"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "atomic-multi-bytecode-interruptible.await",
        .claim = "atomic-multi-bytecode-interruptible",
        .source = "004:58",
        .says = "a load, a wait and a store can be interrupted",
        .when = "an await, or a sleep, lies between the load and the store",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = read_and_write_back,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "thread-must-lock-every-shared-mutation",
        .claim = "thread-must-lock-every-shared-mutation",
        .source = "000:50",
        .says = "shared data that is changed without a lock goes wrong in some schedule",
        .when = "each change reads, waits or awaits, and writes back",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .also = SLEY_BIT(RACE),
        .body = read_and_write_back,
        .exhaustive = true,
        .preemptions_max = 2,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
