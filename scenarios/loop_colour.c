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

static void
plain_function_breaks_the_chain(void)
{
    sley_co_init(&parent.co, chain_step);
    struct sley_awaited outcome = sley_co_run(&parent.co);
    sley_check(outcome.value == 0);      /* the inner one has not ended */
    sley_check(strcmp(order, "a") == 0); /* and never goes on */
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
    sley_co_init(&parent.co, awaiting_chain_step);
    struct sley_awaited outcome = sley_co_run(&parent.co);
    sley_check(outcome.kind == SLEY_RESULT && outcome.value == 3);
    sley_check(strcmp(order, "aaa") == 0);
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
any_depth(void)
{
    struct sley_async_future *tasks[2] = {sley_loop_task(suspends_deeply, (void *)'a'),
                                          sley_loop_task(suspends_deeply, (void *)'b')};
    sley_await(sley_loop_gather(tasks, 2, false));
    sley_check(strcmp(order, "abab") == 0);
}

const struct sley_property sley_scenario_loop_colour[] = {
    {
        .name = "coro-function-colour",
        .claim = "coro-function-colour",
        .source = "001:70",
        .says = "a plain function cannot suspend the coroutine that calls it",
        .quantifier = SLEY_ALWAYS,
        .event = SLEY_BIT(MISUSE),
        .body = plain_function_cannot_suspend,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-function-colour.chain",
        .claim = "coro-function-colour",
        .source = "001:70",
        .says = "a plain function between two coroutines cannot wait for the inner one",
        .quantifier = SLEY_ALWAYS,
        .body = plain_function_breaks_the_chain,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-function-colour.awaited-chain",
        .claim = "coro-function-colour",
        .source = "001:70",
        .says = "where every caller awaits, the innermost coroutine can suspend all of them",
        .quantifier = SLEY_ALWAYS,
        .body = chain_of_awaits,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-function-colour.no-await",
        .claim = "coro-function-colour",
        .source = "001:70",
        .says = "to call an async function without await runs nothing of it",
        .quantifier = SLEY_ALWAYS,
        .body = nothing_runs,
        .exhaustive = true,
        .alone = true,
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "coro-function-colour.stackful",
        .claim = "coro-function-colour",
        .source = "001:70",
        .says = "coroutines with stacks suspend from any depth of plain calls",
        .quantifier = SLEY_ALWAYS,
        .body = any_depth,
        .exhaustive = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "loop-fifo.stackless",
        .claim = "loop-switches-immediately-to-ready",
        .source = "001:60",
        .says = "coroutines without stacks take turns in the same order: abcabcabc",
        .quantifier = SLEY_ALWAYS,
        .body = stackless_order,
        .exhaustive = true,
        .expect = {{"coroutine:stackless", SLEY_CONFIRMED, ""}},
    },
    {0},
};
