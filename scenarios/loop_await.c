/* What await means on one event loop (000:225, 001:60, 002:141-145, 004:16). */
#include <sley/loop.h>
#include <sley/sley.h>

#include <string.h>

static char order[48];
static size_t noted;
static int turns, count;
static bool finished;

static void
note(char letter)
{
    order[noted++] = letter;
}

/* A coroutine that is awaited and never suspends. */
static struct sley_awaited
compute(void *unused)
{
    return sley_result(unused);
}

static struct sley_awaited
await_computing(void *letter)
{
    for (int i = 0; i < 3; i++) {
        note((char)(intptr_t)letter);
        compute(NULL);
    }
    return sley_result(0);
}

static struct sley_awaited
await_suspending(void *letter)
{
    for (int i = 0; i < 3; i++) {
        note((char)(intptr_t)letter);
        sley_loop_sleep_ms(0);
    }
    return sley_result(0);
}

static void two_that_await(struct sley_awaited (*body)(void *))
{
    struct sley_async_future *tasks[2] = {sley_loop_task(body, (void *)'a'),
                                          sley_loop_task(body, (void *)'b')};
    sley_await(sley_loop_gather(tasks, 2, false));
}

static void
await_gives_way(void)
{
    two_that_await(await_computing);
    sley_check(strcmp(order, "ababab") == 0);
}

static void
suspending_gives_way(void)
{
    two_that_await(await_suspending);
    sley_check(strcmp(order, "ababab") == 0);
}

static void
await_keeps_on(void)
{
    two_that_await(await_computing);
    sley_check(strcmp(order, "aaabbb") == 0);
}

/* --- resuming --- */

static struct sley_awaited
sum_up(void *start)
{
    intptr_t sum = (intptr_t)start;
    for (int i = 1; i <= turns; i++) {
        sley_loop_sleep_ms((uint32_t)(i % 2));
        sum += i;
    }
    finished = true;
    return sley_result(sum);
}

/* As sum_up, but what it keeps over a suspension is not its own. */
static struct sley_awaited
sum_up_in_common(void *start)
{
    static intptr_t sum;
    sum = (intptr_t)start;
    for (int i = 1; i <= turns; i++) {
        sley_loop_sleep_ms((uint32_t)(i % 2));
        sum += i;
    }
    return sley_result(sum);
}

static void three_sums(struct sley_awaited (*body)(void *))
{
    struct sley_async_future *tasks[3];
    turns = sley_draw(0, 12);
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_loop_task(body, (void *)(1000 * i));
    }
    for (intptr_t i = 0; i < 3; i++) {
        sley_check(sley_await(tasks[i]).value == 1000 * i + turns * (turns + 1) / 2);
    }
}

static void
resumes_where_it_was(void)
{
    three_sums(sum_up);
}

static void
resumes_with_what_others_left(void)
{
    three_sums(sum_up_in_common);
}

static void
await_waits_for_the_end(void)
{
    turns = sley_draw(0, 6);
    struct sley_async_future *task = sley_loop_task(sum_up, NULL);
    sley_await(task);
    sley_check(finished);
}

static void
goes_on_without_await(void)
{
    turns = sley_draw(0, 6);
    struct sley_async_future *task = sley_loop_task(sum_up, NULL);
    sley_check(finished);
    sley_await(task);
}

/* --- liveness --- */

static struct sley_awaited
wait_for_answer(void *unused)
{
    struct sley_awaited answer = sley_await(sley_loop_io(1, 3, 9));
    finished = true;
    (void)unused;
    return answer;
}

static void
resumed_when_complete(void)
{
    struct sley_async_future *task = sley_loop_task(wait_for_answer, NULL);
    for (int i = 0; i < 5; i++) {
        sley_loop_sleep_ms(1);
    }
    sley_check(finished);
    sley_await(task);
}

static void
starved_by_one(void)
{
    struct sley_async_future *task = sley_loop_task(wait_for_answer, NULL);
    sley_loop_sleep_ms(0);
    for (int i = 0; i < 5; i++) {
        sley_block_ms(1);
        compute(NULL);
    }
    sley_check(finished);
    sley_await(task);
}

/* --- gather --- */

static struct sley_awaited
sleep_for(void *duration_ms)
{
    sley_loop_sleep_ms((uint32_t)(uintptr_t)duration_ms);
    count++;
    return sley_result(0);
}

static void
gather_overlaps(void)
{
    struct sley_async_future *tasks[4];
    intptr_t longest = 0;
    for (int i = 0; i < 4; i++) {
        intptr_t duration = sley_draw(0, 9);
        longest = duration > longest ? duration : longest;
        tasks[i] = sley_loop_task(sleep_for, (void *)duration);
    }
    sley_await(sley_loop_gather(tasks, 4, false));
    sley_check(sley_loop_time_ns() == (uint64_t)longest * 1000000);
    sley_check(count == 4);
}

#define AWAIT(property, id, origin, text, entry, found, why)                                       \
    .name = property, .claim = id, .source = origin, .says = text, .quantifier = SLEY_ALWAYS,      \
    .body = entry, .exhaustive = true, .expect = {{"coroutine", found, why}}

const struct sley_property sley_scenario_loop_await[] = {
    {
        AWAIT("loop-await-releases-control", "loop-await-releases-control", "000:225",
              "each await lets the other tasks run", await_gives_way, SLEY_REFUTED,
              "what is awaited never suspends"),
        .when = "what is awaited completes without suspending",
    },
    {
        AWAIT("loop-await-releases-control.non-suspending", "loop-await-releases-control",
              "000:225", "awaits of coroutines that do not suspend switch to nobody: aaabbb",
              await_keeps_on, SLEY_CONFIRMED, ""),
        .twin = true,
        .falsifier = "loop-await-releases-control",
    },
    {
        AWAIT("loop-await-releases-control.suspending", "loop-await-releases-control", "000:225",
              "each await lets the other tasks run", suspending_gives_way, SLEY_CONFIRMED, ""),
        .when = "what is awaited suspends",
        .falsifier = "loop-await-releases-control",
    },
    {
        AWAIT("coro-suspend-resume-many", "coro-suspend-resume-many", "004:16",
              "a coroutine goes on where it was, with its locals, however often it suspends",
              resumes_where_it_was, SLEY_CONFIRMED, ""),
        .falsifier = "coro-suspend-resume-many.in-common",
    },
    {
        AWAIT("coro-suspend-resume-many.in-common", "coro-suspend-resume-many", "004:16",
              "the same with a variable that the coroutines have in common",
              resumes_with_what_others_left, SLEY_REFUTED, "others changed it meanwhile"),
        .twin = true,
    },
    {
        AWAIT("coro-await-waits-for-completion", "coro-await-waits-for-completion", "004:16",
              "who awaits a task goes on after its end", await_waits_for_the_end, SLEY_CONFIRMED,
              ""),
        .falsifier = "coro-await-waits-for-completion.not-awaited",
    },
    {
        AWAIT("coro-await-waits-for-completion.not-awaited", "coro-await-waits-for-completion",
              "004:16", "who only creates a task goes on after its end", goes_on_without_await,
              SLEY_REFUTED, "it has not even begun"),
        .twin = true,
    },
    {
        AWAIT("coro-resumed-after-condition", "coro-resumed-after-condition", "002:144",
              "a coroutine goes on when its I/O is complete", resumed_when_complete, SLEY_CONFIRMED,
              ""),
        .when = "every other task suspends",
        .falsifier = "coro-resumed-after-condition.starved",
    },
    {
        AWAIT("coro-resumed-after-condition.starved", "coro-resumed-after-condition", "002:145",
              "a coroutine goes on when its I/O is complete", starved_by_one, SLEY_REFUTED,
              "one that never suspends starves the others"),
        .when = "another task never suspends",
    },
    {
        .name = "coro-gather-overlaps-waits.all-done",
        .claim = "coro-gather-overlaps-waits",
        .source = "002:172",
        .says = "gather of waiting coroutines takes as long as the longest, and all are done",
        .quantifier = SLEY_ALWAYS,
        .body = gather_overlaps,
        .runs = 1000,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
