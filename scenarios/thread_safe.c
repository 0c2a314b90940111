/* What "thread-safe" means (004:53), in the form that can be checked: whatever several tasks call
 * on one object, their calls are those of some order, one after the other. */
#include <sley/history.h>
#include <sley/shared.h>

enum { TASKS_MAX = 4, CALLS_MAX = 3, ITEMS_MAX = 16 };

enum object_kind { COUNTER, LIST, ACCOUNT, FIFO, OBJECT_KINDS };

enum list_op { LIST_APPEND, LIST_LENGTH, LIST_ITEM };
enum account_op { ACCOUNT_DEPOSIT, ACCOUNT_WITHDRAW, ACCOUNT_BALANCE };

static struct object {
    struct sley_history history;
    long number; /* of a counter, on an account */
    long head, tail;
    long items[ITEMS_MAX]; /* items[head..tail): of a list, in a queue */
} * object;

static struct object own;
static enum object_kind kind;
static struct sley_lock lock;
static bool locks, awaits;
static struct {
    uint32_t op;
    long argument;
} plan[TASKS_MAX][CALLS_MAX];
static int tasks, calls;

/* --- sequential specifications --- */

#define SPECIFICATION __attribute__((no_sanitize("thread"))) static

SPECIFICATION void
empty(const struct sley_spec *spec, struct sley_spec_state *state)
{
    (void)spec;
    state->count = 0;
}

SPECIFICATION const char *
list_apply(const struct sley_spec *spec, struct sley_spec_state *state,
           const struct sley_call *call)
{
    (void)spec;
    if (call->op == LIST_APPEND) {
        state->item[state->count++] = call->argument;
        return NULL;
    }
    if (call->op == LIST_LENGTH) {
        return call->result == state->count ? NULL : "the list has another length";
    }
    bool fits = call->argument < state->count && state->item[call->argument] == call->result;
    return fits ? NULL : "another item stands there";
}

SPECIFICATION void
no_money(const struct sley_spec *spec, struct sley_spec_state *state)
{
    (void)spec;
    state->count = 1;
    state->item[0] = 0;
}

SPECIFICATION const char *
account_apply(const struct sley_spec *spec, struct sley_spec_state *state,
              const struct sley_call *call)
{
    (void)spec;
    if (call->op == ACCOUNT_DEPOSIT) {
        state->item[0] += call->argument;
        return NULL;
    }
    if (call->op == ACCOUNT_BALANCE) {
        return call->result == state->item[0] ? NULL : "the balance is another";
    }
    int64_t paid = state->item[0] >= call->argument;
    state->item[0] -= paid ? call->argument : 0;
    return call->result == paid ? NULL : "the balance was too low, or was not";
}

static const struct sley_spec_ops list_ops = {
    .name = "list",
    .ops = {"append", "len", "item"},
    .arguments = {1, 0, 1},
    .silent = {true, false, false},
    .init = empty,
    .apply = list_apply,
};

static const struct sley_spec_ops account_ops = {
    .name = "account",
    .ops = {"deposit", "withdraw", "balance"},
    .arguments = {1, 1, 0},
    .silent = {true, false, false},
    .init = no_money,
    .apply = account_apply,
};

static struct sley_spec
specification(void)
{
    switch (kind) {
    case LIST:
        return (struct sley_spec){&list_ops, 0};
    case ACCOUNT:
        return (struct sley_spec){&account_ops, 0};
    case FIFO:
        return sley_spec_fifo(0);
    case COUNTER:
    case OBJECT_KINDS:
        break;
    }
    return sley_spec_counter(0);
}

/* --- the objects, without a lock --- */

/* Between what an operation reads and what it writes: a call, and an await if the property says. */
static void
between(void)
{
    sley_bytecode(SLEY_BYTECODE_CALL);
    if (awaits) {
        sley_pause();
    }
}

static int64_t
change_number(long amount)
{
    long before = sley_load(&object->number);
    between();
    sley_store(&object->number, before + amount);
    return before;
}

static int64_t
append(long item)
{
    long tail = sley_load(&object->tail);
    between();
    sley_store(&object->items[tail], item);
    sley_store(&object->tail, tail + 1);
    return 0;
}

static int64_t
take_first(void)
{
    long head = sley_load(&object->head);
    if (head == sley_load(&object->tail)) {
        return SLEY_NONE;
    }
    between();
    sley_store(&object->head, head + 1);
    return sley_load(&object->items[head]);
}

static int64_t
withdraw(long amount)
{
    if (sley_load(&object->number) < amount) {
        return 0;
    }
    between();
    sley_add(&object->number, -amount);
    return 1;
}

static int64_t
operate(uint32_t op, long argument)
{
    switch (kind) {
    case COUNTER:
        return op == SLEY_ADD ? change_number(argument) : sley_load(&object->number);
    case LIST:
        return op == LIST_APPEND   ? append(argument)
               : op == LIST_LENGTH ? sley_load(&object->tail)
                                   : sley_load(&object->items[argument]);
    case ACCOUNT:
        return op == ACCOUNT_DEPOSIT    ? (change_number(argument), 0)
               : op == ACCOUNT_WITHDRAW ? withdraw(argument)
                                        : sley_load(&object->number);
    case FIFO:
        return op == SLEY_PUT ? append(argument) : take_first();
    case OBJECT_KINDS:
        break;
    }
    return 0;
}

/* --- the program --- */

static void
call(uint32_t op, long argument)
{
    int index = sley_history_begin(&object->history, 0, op, argument, 0);
    int64_t result;
    if (locks) {
        sley_lock_acquire(&lock);
        result = operate(op, argument);
        sley_lock_release(&lock);
    } else {
        result = operate(op, argument);
    }
    sley_history_end(&object->history, index, result);
}

static void *
use(void *index)
{
    for (int i = 0; i < calls; i++) {
        call(plan[(intptr_t)index][i].op, plan[(intptr_t)index][i].argument);
    }
    return index;
}

/* Each task on an object of its own, if memory is private. */
static void *
use_own(void *index)
{
    use(index);
    sley_check_linearizable(&object->history, specification());
    return index;
}

/* No operation is drawn for which the specification has no state: an item that is not there. */
static void
draw_plan(void)
{
    kind = (enum object_kind)sley_draw(0, OBJECT_KINDS - 1);
    tasks = sley_draw(2, TASKS_MAX);
    calls = sley_draw(1, CALLS_MAX);
    for (int task = 0; task < tasks; task++) {
        for (int i = 0; i < calls; i++) {
            bool reads = sley_draw(0, 2) == 2;
            uint32_t writing[OBJECT_KINDS] = {SLEY_ADD, LIST_APPEND, ACCOUNT_DEPOSIT, SLEY_PUT};
            uint32_t reading[OBJECT_KINDS] = {SLEY_COUNT, LIST_LENGTH, ACCOUNT_WITHDRAW, SLEY_GET};
            plan[task][i].op = reads ? reading[kind] : writing[kind];
            bool takes = !reads || kind == ACCOUNT;
            plan[task][i].argument = takes ? 1 + task * CALLS_MAX + i : 0;
        }
    }
}

/* What the object is in the end shows what was lost. */
static void
look_at_the_end(void)
{
    switch (kind) {
    case COUNTER:
        call(SLEY_COUNT, 0);
        break;
    case ACCOUNT:
        call(ACCOUNT_BALANCE, 0);
        break;
    case LIST:
        call(LIST_LENGTH, 0);
        for (long i = 0; i < object->tail; i++) {
            call(LIST_ITEM, i);
        }
        break;
    case FIFO:
    case OBJECT_KINDS:
        while (object->head < object->tail) {
            call(SLEY_GET, 0);
        }
    }
}

static void
use_object(bool with_lock, bool across_await)
{
    locks = with_lock;
    awaits = across_await;
    draw_plan();
    object = sley_shared_allocate(sizeof *object);
    sley_lock_init(&lock);
    sley_gather(tasks, use);
    look_at_the_end();
    sley_check_linearizable(&object->history, specification());
}

static void
without_lock(void)
{
    use_object(false, false);
}

static void
across_await(void)
{
    use_object(false, true);
}

static void
under_lock(void)
{
    use_object(true, true);
}

static void
in_own_memory(void)
{
    locks = awaits = false;
    draw_plan();
    object = &own;
    sley_gather(tasks, use_own);
}

static const char lost[] = "what one call read, another has changed before it writes back";

#define THREAD_SAFE                                                                                \
    .claim = "def-thread-safe", .source = "004:53", .quantifier = SLEY_ALWAYS,                     \
    .also = SLEY_BIT(RACE), .runs = 300, .global_order = true

const struct sley_property sley_scenario_thread_safe[] = {
    {
        .name = "def-thread-safe",
        .says = "the calls of 2 to 4 tasks on a counter, list, account or queue are linearizable",
        .when = "there is no lock, and no await between reading and writing back",
        THREAD_SAFE,
        .body = without_lock,
        .expect = {{"thread", SLEY_REFUTED, lost},
                   {"gil:py32", SLEY_REFUTED, lost},
                   {"gil:py310", SLEY_REFUTED, lost},
                   {"gil:per-interpreter", SLEY_REFUTED, lost},
                   {"gil:free", SLEY_REFUTED, lost},
                   {"process", SLEY_REFUTED, "the object lies in shared memory"},
                   {"coroutine", SLEY_CONFIRMED, "no await lies inside, so nothing comes between"}},
    },
    {
        .name = "def-thread-safe.await",
        .says = "the calls of 2 to 4 tasks on a counter, list, account or queue are linearizable",
        .when = "there is no lock, and an await or a sleep between reading and writing back",
        THREAD_SAFE,
        .body = across_await,
        .expect = {{"thread", SLEY_REFUTED, lost},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, lost),
                   {"process", SLEY_REFUTED, "the object lies in shared memory"},
                   {"coroutine", SLEY_REFUTED, lost}},
    },
    {
        .name = "def-thread-safe.locked",
        .says = "the calls of 2 to 4 tasks on a counter, list, account or queue are linearizable",
        .when = "every call holds the object's lock",
        .falsifier = "def-thread-safe.await",
        THREAD_SAFE,
        .body = under_lock,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "def-thread-safe.private",
        .says = "the calls of 2 to 4 tasks on a counter, list, account or queue are linearizable",
        .when =
            "there is no lock, and the object lies in memory of the program, not in shared memory",
        THREAD_SAFE,
        .body = in_own_memory,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, lost}, {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
