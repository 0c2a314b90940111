/* Functions have a colour (001:70): a property of coroutines without stacks, not of coroutines. */
#include <sley/sley.h>
#include <sley/stackless.h>

#include <string.h>

static char order[48];
static size_t noted;

static void
note(char letter)
{
    order[noted++] = letter;
}

struct turns {
    struct sley_co co;
    char letter;
    int i;
};

static enum sley_co_step
turns_step(struct sley_co *co)
{
    struct turns *self = (struct turns *)co;
    SLEY_CO_BEGIN(co);
    for (self->i = 0; self->i < 3; self->i++) {
        note(self->letter);
        SLEY_CO_YIELD(co);
    }
    SLEY_CO_RETURN(co, sley_result(self->i));
    SLEY_CO_END(co);
}

static void
turns_init(struct turns *self, char letter)
{
    sley_co_init(&self->co, turns_step);
    self->letter = letter;
}

static struct turns children[3];

/* Awaits a child inside, then three tasks. */
struct parent {
    struct sley_co co;
    struct sley_async_future *tasks[3];
    int i;
};

static struct parent parent;

static enum sley_co_step
three_tasks_step(struct sley_co *co)
{
    struct parent *self = (struct parent *)co;
    SLEY_CO_BEGIN(co);
    for (self->i = 0; self->i < 3; self->i++) {
        turns_init(&children[self->i], (char)('a' + self->i));
        self->tasks[self->i] = sley_co_task(&children[self->i].co);
    }
    for (self->i = 0; self->i < 3; self->i++) {
        SLEY_CO_AWAIT(co, self->tasks[self->i]);
    }
    SLEY_CO_RETURN(co, co->sent);
    SLEY_CO_END(co);
}

static void
stackless_order(void)
{
    sley_co_init(&parent.co, three_tasks_step);
    struct sley_awaited outcome = sley_co_run(&parent.co);
    sley_check(outcome.kind == SLEY_RESULT && outcome.value == 3);
    sley_check(strcmp(order, "abcabcabc") == 0);
}

static enum sley_co_step
call_without_await_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    turns_init(&children[0], 'a');
    SLEY_CO_YIELD(co);
    SLEY_CO_RETURN(co, sley_result(0));
    SLEY_CO_END(co);
}

/* Calling an async function without await. */
static void
nothing_runs(void)
{
    sley_co_init(&parent.co, call_without_await_step);
    sley_co_run(&parent.co);
    sley_check(noted == 0);
}

/* A plain function between two coroutines: it can start the inner one, and cannot wait for it. */
static int
plain_between(void)
{
    turns_init(&children[0], 'a');
    return sley_co_send(&children[0].co) == SLEY_CO_DONE;
}

static enum sley_co_step
chain_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    SLEY_CO_RETURN(co, sley_result(plain_between()));
    SLEY_CO_END(co);
}

/* Of a chain of two coroutines: what the outer one returned, and how far the inner one came. */
static void
chain_ends(enum sley_co_step (*outer)(struct sley_co *), intptr_t returned, const char *inner)
{
    sley_co_init(&parent.co, outer);
    struct sley_awaited outcome = sley_co_run(&parent.co);
    sley_check(outcome.kind == SLEY_RESULT && outcome.value == returned);
    sley_check(strcmp(order, inner) == 0);
}

/* The inner one has not ended, and never goes on. */
static void
plain_function_breaks_the_chain(void)
{
    chain_ends(chain_step, 0, "a");
}

static void
plain_function_keeps_the_chain(void)
{
    chain_ends(chain_step, 3, "aaa");
}

static enum sley_co_step
awaiting_chain_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    turns_init(&children[0], 'a');
    SLEY_CO_CALL(co, &children[0].co);
    SLEY_CO_RETURN(co, co->sent);
    SLEY_CO_END(co);
}

static void
chain_of_awaits(void)
{
    chain_ends(awaiting_chain_step, 3, "aaa");
}

static void
chain_of_awaits_breaks(void)
{
    chain_ends(awaiting_chain_step, 0, "a");
}

static enum sley_co_step
task_without_await_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    turns_init(&children[0], 'a');
    parent.tasks[0] = sley_co_task(&children[0].co);
    for (parent.i = 0; parent.i < 4; parent.i++) {
        SLEY_CO_YIELD(co);
    }
    SLEY_CO_RETURN(co, sley_result(0));
    SLEY_CO_END(co);
}

/* asyncio.create_task, and nobody awaits the task. */
static void
nothing_runs_as_task(void)
{
    sley_co_init(&parent.co, task_without_await_step);
    sley_co_run(&parent.co);
    sley_check(noted == 0);
}

static enum sley_co_step
blocking_helper_step(struct sley_co *co)
{
    SLEY_CO_BEGIN(co);
    sley_loop_sleep_ms(1); /* a plain function that wants to suspend its caller */
    SLEY_CO_RETURN(co, sley_result(0));
    SLEY_CO_END(co);
}

static void
plain_function_cannot_suspend(void)
{
    sley_co_init(&parent.co, blocking_helper_step);
    sley_co_run(&parent.co);
}

/* With a stack of its own a coroutine suspends in whatever function it is. */
static struct sley_awaited
deep(int depth)
{
    if (depth > 0) {
        return deep(depth - 1);
    }
    sley_loop_sleep_ms(0);
    return sley_result(0);
}

static struct sley_awaited
suspends_deeply(void *letter)
{
    for (int i = 0; i < 2; i++) {
        note((char)(intptr_t)letter);
        deep(5);
    }
    return sley_result(0);
}

static void
suspended_deeply(const char *expected)
{
    struct sley_async_future *tasks[2] = {sley_loop_task(suspends_deeply, (void *)'a'),
                                          sley_loop_task(suspends_deeply, (void *)'b')};
    sley_await(sley_loop_gather(tasks, 2, false));
    sley_check(strcmp(order, expected) == 0);
}

static void
plain_function_suspends(void)
{
    suspended_deeply("abab");
}

static void
plain_function_goes_on(void)
{
    suspended_deeply("aabb");
}

#define COLOUR(property, text, entry)                                                              \
    .name = property, .claim = "coro-function-colour", .source = "001:70", .says = text,           \
    .quantifier = SLEY_ALWAYS, .body = entry, .exhaustive = true

static const char no_stack[] = "coroutines have no stack of their own, as in Python";
static const char own_stack[] = "coroutines have stacks of their own";

#define NOT_AWAITED "nothing of an async function runs unless it is awaited"

const struct sley_property sley_scenario_loop_colour[] = {
    {
        COLOUR("coro-function-colour",
               "a plain function cannot suspend the coroutine that calls it",
               plain_function_cannot_suspend),
        .event = SLEY_BIT(MISUSE),
        .alone = true,
        .when = no_stack,
        .falsifier = "coro-function-colour.awaited-chain",
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        COLOUR("coro-function-colour.stackful",
               "a plain function cannot suspend the coroutine that calls it",
               plain_function_goes_on),
        .when = own_stack,
        .expect = {{"coroutine", SLEY_REFUTED, "it suspends from any depth of plain calls"}},
    },
    {
        COLOUR("coro-function-colour.any-depth",
               "coroutines with stacks suspend from any depth of plain calls",
               plain_function_suspends),
        .twin = true,
        .falsifier = "coro-function-colour.stackful",
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        COLOUR("coro-function-colour.chain",
               "a plain function between two coroutines cannot wait for the inner one",
               plain_function_breaks_the_chain),
        .alone = true,
        .when = no_stack,
        .falsifier = "coro-function-colour.chain-of-awaits",
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        COLOUR("coro-function-colour.chain-of-awaits",
               "a coroutine between two coroutines cannot wait for the inner one",
               chain_of_awaits_breaks),
        .alone = true,
        .twin = true,
        .expect = {{"coroutine:stackless", SLEY_REFUTED, "it awaits"}},
    },
    {
        COLOUR("coro-function-colour.awaited-chain",
               "where every caller awaits, the innermost coroutine can suspend all of them",
               chain_of_awaits),
        .alone = true,
        .when = no_stack,
        .falsifier = "coro-function-colour.plain-chain",
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        COLOUR("coro-function-colour.plain-chain",
               "where a plain function stands between, the innermost coroutine can suspend all",
               plain_function_keeps_the_chain),
        .alone = true,
        .twin = true,
        .expect = {{"coroutine:stackless", SLEY_REFUTED, "the inner one never goes on"}},
    },
    {
        COLOUR("coro-function-colour.no-await", NOT_AWAITED, nothing_runs),
        .alone = true,
        .when = "it is only called",
        .falsifier = "coro-function-colour.task",
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        COLOUR("coro-function-colour.task", NOT_AWAITED, nothing_runs_as_task),
        .when = "create_task has made a task of it",
        .expect = {{"coroutine:stackless", SLEY_REFUTED, "the loop runs a task, awaited or not"}},
    },
    {
        .name = "loop-fifo.stackless",
        .claim = "loop-switches-immediately-to-ready",
        .source = "001:60",
        .says = "coroutines without stacks take turns in the same order: abcabcabc",
        .when = "others are ready, and were so in that order",
        .quantifier = SLEY_ALWAYS,
        .body = stackless_order,
        .exhaustive = true,
        .falsifier = "fault:loop-lifo",
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {0},
};
