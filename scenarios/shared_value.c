/* multiprocessing.Value and Array, handed to a child or made by the module that it imports, with
 * the lock that goes with them (000:238-267). */
#include <sley/process.h>
#include <sley/shared.h>

enum { CELLS_MAX = 3 };

/* --- handed to the child --- */

/* cells: a Value's or an Array's, or a plain array. */
struct hand_over {
    struct sley_value value;
    bool shared;
    uint32_t index;
    long number;
};

static long plain[CELLS_MAX];

static void *
set_cell(void *argument)
{
    struct hand_over *hand = argument;
    if (hand->shared) {
        sley_value_set(&hand->value, hand->index, hand->number);
    } else {
        plain[hand->index] = hand->number;
    }
    return NULL;
}

static void
check_seen(bool shared)
{
    struct hand_over *hand = sley_shared_allocate(sizeof *hand);
    uint32_t count = (uint32_t)sley_draw(1, CELLS_MAX);
    hand->index = (uint32_t)sley_draw(0, (int)count - 1);
    hand->number = sley_draw(1, 2);
    hand->shared = shared;
    sley_value_init(&hand->value, count, sley_draw(0, 1));
    sley_join(sley_spawn(set_cell, hand));
    for (uint32_t i = 0; i < count; i++) {
        long seen = shared ? sley_value_get(&hand->value, i) : plain[i];
        sley_check(seen == (i == hand->index ? hand->number : 0));
    }
}

static void
handed_over(void)
{
    check_seen(true);
}

static void
plain_array(void)
{
    check_seen(false);
}

/* --- made by the module (000:244-250) --- */

enum { CHILDREN = 2 };

static bool imported;
static struct sley_value counter;
static struct sley_lock lock;

/* The module's top level: a forked child has it behind it, a spawned one runs it. */
static void
import_module(void)
{
    if (!imported) {
        imported = true;
        sley_value_init(&counter, 1, true);
        sley_lock_init(&lock);
    }
}

static void
add_one(void)
{
    sley_value_set(&counter, 0, sley_value_get(&counter, 0) + 1);
}

/* As printed. */
static void *
increment(void *times)
{
    import_module();
    for (intptr_t i = 0; i < (intptr_t)times; i++) {
        sley_with (&lock) {
            add_one();
        }
    }
    return NULL;
}

static void *
increment_without_lock(void *times)
{
    import_module();
    for (intptr_t i = 0; i < (intptr_t)times; i++) {
        add_one();
    }
    return NULL;
}

static void
count_with(void *(*first)(void *), void *(*second)(void *))
{
    uintptr_t children[CHILDREN];
    intptr_t times = sley_draw(1, 2);
    import_module();
    children[0] = sley_spawn(first, (void *)times);
    children[1] = sley_spawn(second, (void *)times);
    for (int i = 0; i < CHILDREN; i++) {
        sley_join(children[i]);
    }
    sley_check(sley_value_get(&counter, 0) == CHILDREN * times);
}

static void
as_printed(void)
{
    count_with(increment, increment);
}

static void
lock_forgotten(void)
{
    count_with(increment, increment_without_lock);
}

/* The better form: a queue, which the worker is handed (000:258-263). */
struct errand {
    struct sley_mpqueue queue;
    intptr_t times;
};

static void *
send_increments(void *argument)
{
    struct errand *errand = argument;
    for (intptr_t i = 0; i < errand->times; i++) {
        sley_mpqueue_put(&errand->queue, 1, 8);
    }
    return NULL;
}

static void
by_queue(void)
{
    uintptr_t children[CHILDREN];
    intptr_t sum = 0;
    struct errand *errand = sley_shared_allocate(sizeof *errand);
    errand->times = sley_draw(1, 2);
    sley_mpqueue_init(&errand->queue);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = sley_spawn(send_increments, errand);
    }
    for (intptr_t i = 0; i < CHILDREN * errand->times; i++) {
        sum += sley_mpqueue_get(&errand->queue);
    }
    for (int i = 0; i < CHILDREN; i++) {
        sley_join(children[i]);
    }
    sley_check(sum == CHILDREN * errand->times);
}

static const char made_anew[] = "the child's import makes objects of its own: the parent counts 0";

#define SHARED .claim = "ipc-value-array-shared", .source = "000:238", .quantifier = SLEY_ALWAYS
#define ERROR_PRONE .claim = "ipc-locked-value-error-prone"

const struct sley_property sley_scenario_shared_value[] = {
    {
        .name = "ipc-value-array-shared",
        SHARED,
        .says = "what a child stores in one of 1 to 3 cells of a Value or an Array that it was "
                "handed its parent finds there, with nothing sent",
        .falsifier = "ipc-value-array-shared.plain-array",
        .body = handed_over,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "threads share every variable"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_NOT_APPLICABLE, "coroutines share every variable"}},
    },
    {
        .name = "ipc-value-array-shared.plain-array",
        SHARED,
        .says = "what a child stores in a plain array its parent finds there",
        .twin = true,
        .body = plain_array,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "the child has a copy"},
                   {"process:spawn", SLEY_REFUTED, "the child has an array of its own"}},
    },
    {
        .name = "ipc-value-array-shared.of-the-module",
        SHARED,
        .says = "two children that count under a lock in a Value, both made by the module at its "
                "top level, count in their parent's",
        .twin = true,
        .body = as_printed,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED, "inherited"},
                   {"process:spawn", SLEY_REFUTED, made_anew}},
    },
    {
        .name = "ipc-locked-value-error-prone",
        ERROR_PRONE,
        .source = "000:243",
        .says = "the printed counter, a Value under a Lock, comes out wrong in some run",
        .when = "as printed: every increment takes the lock",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = as_printed,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "threads share the module's objects"},
                   {"process", SLEY_REFUTED, "the lock orders all increments"},
                   {"process:spawn", SLEY_CONFIRMED, made_anew},
                   {"coroutine", SLEY_NOT_APPLICABLE, "coroutines share the module's objects"}},
    },
    {
        .name = "ipc-locked-value-error-prone.forgotten",
        ERROR_PRONE,
        .source = "000:243",
        .says = "the printed counter comes out wrong in some run, if one child forgets the lock",
        .when = "one increment takes no lock",
        .quantifier = SLEY_SOMETIMES,
        .event = SLEY_BIT(ASSERTION),
        .body = lock_forgotten,
        .exhaustive = true,
        .expect = {{"process", SLEY_CONFIRMED,
                    "the Value's own lock guards a read and a write, not "
                    "the two"},
                   {"process:spawn", SLEY_CONFIRMED, made_anew}},
    },
    {
        .name = "ipc-locked-value-error-prone.queue",
        ERROR_PRONE,
        .source = "000:252",
        .says = "increments that two children send by a queue that they were handed all arrive",
        .twin = true,
        .falsifier = "ipc-locked-value-error-prone.forgotten",
        .quantifier = SLEY_ALWAYS,
        .body = by_queue,
        .runs = 300,
        .expect = {{"process", SLEY_CONFIRMED, ""}, {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {0},
};
