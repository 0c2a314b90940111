/* Whom the event loop turns to when a task suspends (001:60): who was ready first. */
#include <sley/loop.h>
#include <sley/sley.h>

#include <string.h>

static char order[16];
static size_t noted;
static struct sley_async_future *answer;

static void
note(char letter)
{
    order[noted++] = letter;
}

static struct sley_awaited
three_turns(void *letter)
{
    for (int i = 0; i < 3; i++) {
        note((char)(intptr_t)letter);
        sley_loop_sleep_ms(0);
    }
    return sley_result(0);
}

static void
three_take_turns(void)
{
    struct sley_async_future *tasks[3];
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(three_turns, (void *)('a' + i));
    }
    sley_await(sley_loop_gather(tasks, 3, false));
    sley_check(strcmp(order, "abcabcabc") == 0);
}

/* --- one that becomes ready while others are --- */

static struct sley_awaited
urgent(void *unused)
{
    (void)unused;
    struct sley_awaited outcome = sley_await(answer);
    note('u');
    return outcome;
}

static struct sley_awaited
ordinary(void *letter)
{
    note((char)(intptr_t)letter);
    return sley_result(0);
}

/* Its answer comes when so many others are ready already. */
static void
woken_behind(int others)
{
    answer = sley_loop_future();
    struct sley_async_future *woken = sley_loop_task(urgent, NULL);
    sley_loop_sleep_ms(0); /* it waits */
    for (int i = 0; i < others; i++) {
        sley_loop_task(ordinary, (void *)(intptr_t)('a' + i));
    }
    sley_loop_set_result(answer, 0);
    sley_await(woken);
    sley_check(order[0] == 'u');
}

static void
nobody_before(void)
{
    woken_behind(0);
}

static void
others_before(void)
{
    woken_behind(sley_draw(1, 3));
}

/* --- nobody is ready --- */

static struct sley_awaited
wait_for_answer(void *duration_ms)
{
    uint32_t exact_ms = (uint32_t)(uintptr_t)duration_ms;
    return sley_await(sley_loop_io(exact_ms, exact_ms, 0));
}

/* Two wait for the outside world; from the first suspension on the loop may not stand still. */
static void
never_idle(void)
{
    struct sley_async_future *tasks[2];
    for (int i = 0; i < 2; i++) {
        tasks[i] = sley_loop_task(wait_for_answer, (void *)(uintptr_t)sley_draw(1, 3));
    }
    sley_await(sley_loop_gather(tasks, 2, false));
    sley_check(sley_loop_time_ns() == 0);
}

#define READY "loop-switches-immediately-to-ready"

#define SWITCHES(property, condition, text, entry, found, why)                                     \
    .name = property, .claim = READY, .source = "001:60", .when = condition, .says = text,         \
    .quantifier = SLEY_ALWAYS, .body = entry, .exhaustive = true,                                  \
    .expect = {{"coroutine", found, why}}

#define AT_ONCE "a task that becomes ready goes on as soon as the one that runs suspends"

const struct sley_property sley_scenario_loop_ready[] = {
    {
        SWITCHES("loop-fifo.sleep-zero", "others are ready, and were so in that order",
                 "a task that suspends lets the one go on that was ready first: abcabcabc",
                 three_take_turns, SLEY_CONFIRMED, ""),
    },
    {
        SWITCHES("loop-switches-immediately-to-ready.first", "nobody else is ready", AT_ONCE,
                 nobody_before, SLEY_CONFIRMED, ""),
        .falsifier = "loop-switches-immediately-to-ready.behind",
    },
    {
        SWITCHES("loop-switches-immediately-to-ready.behind", "others were ready before it",
                 AT_ONCE, others_before, SLEY_REFUTED, "first come, first served"),
    },
    {
        SWITCHES("loop-switches-immediately-to-ready.none", "every task waits",
                 "when a task suspends the loop goes on with another at once", never_idle,
                 SLEY_REFUTED, "it sleeps until the first answer"),
    },
    {0},
};
