/* Callbacks and timers; the rules stand in callbacks.py. */
#include "tests/python/loop/order.h"

static void
call_soon_is_first_in_first_out(void)
{
    sley_loop_call_soon(note_word, "a");
    sley_loop_call_soon(note_word, "b");
    sley_loop_call_soon(note_word, "c");
    note("main");
    nap(0);
    note("end");
}

static void
note_and_nest(void *unused)
{
    (void)unused;
    note("first");
    sley_loop_call_soon(note_word, "nested");
}

static void
a_callback_registered_in_a_pass_runs_in_the_next(void)
{
    sley_loop_call_soon(note_and_nest, NULL);
    sley_loop_call_soon(note_word, "second");
    nap(0);
    note("main");
    nap(0);
    note("end");
}

static void
a_callback_is_called_once(void)
{
    sley_loop_call_soon(note_word, "soon");
    sley_loop_call_later_ms(1000, note_word, "later");
    nap(0);
    note("main");
    nap(3);
    note("end");
}

static void
call_later_runs_in_the_order_of_time(void)
{
    sley_loop_call_later_ms(3000, note_word_and_time, "c");
    sley_loop_call_later_ms(1000, note_word_and_time, "a");
    sley_loop_call_later_ms(4000, note_word_and_time, "d");
    sley_loop_call_later_ms(2000, note_word_and_time, "b");
    nap(5);
    note("end");
}

static char seen[8];
static uint32_t seen_count;

static void
see(void *letter)
{
    uint32_t at = seen_count++;
    for (; at > 0 && seen[at - 1] > *(char *)letter; at--) {
        seen[at] = seen[at - 1];
    }
    seen[at] = *(char *)letter;
}

static void
note_seen(void *unused)
{
    (void)unused;
    note("%.*s", (int)seen_count, seen);
}

static void
callbacks_of_one_time_are_called_in_some_order(void)
{
    static char names[] = "abcde";
    for (int i = 0; i < 5; i++) {
        sley_loop_call_later_ms(2000, see, &names[i]);
    }
    sley_loop_call_later_ms(1000, note_word, "before");
    sley_loop_call_later_ms(3000, note_seen, NULL);
    nap(4);
    note("end");
}

static void
call_at_a_past_time_is_due_at_once(void)
{
    nap(5);
    sley_loop_call_at_ns(sley_loop_time_ns() - 2000000000u, note_word_and_time, "past");
    sley_loop_call_at_ns(sley_loop_time_ns() + 1000000000u, note_word_and_time, "future");
    sley_loop_call_soon(note_word, "soon");
    nap(0);
    note("main");
    nap(2);
    note("end");
}

static void
a_cancelled_callback_is_not_called(void)
{
    struct sley_handle soon = sley_loop_call_soon(note_word, "soon");
    struct sley_handle later = sley_loop_call_later_ms(1000, note_word, "later");
    sley_loop_call_soon(note_word, "other");
    sley_loop_handle_cancel(soon);
    sley_loop_handle_cancel(soon);
    sley_loop_handle_cancel(later);
    nap(2);
    note("end");
}

static void
cancel_handle(void *handle)
{
    sley_loop_handle_cancel(*(struct sley_handle *)handle);
    note("canceller");
}

static void
a_callback_can_cancel_a_later_one_of_its_pass(void)
{
    struct sley_handle victim;
    sley_loop_call_soon(cancel_handle, &victim);
    victim = sley_loop_call_soon(note_word, "victim");
    sley_loop_call_soon(note_word, "last");
    nap(0);
    note("end");
}

static void
block_two(void *unused)
{
    (void)unused;
    note("block");
    block(2);
    sley_loop_call_soon(note_word, "soon");
}

static void
a_due_timer_comes_after_what_is_ready(void)
{
    sley_loop_call_later_ms(1000, note_word_and_time, "timer");
    sley_loop_call_soon(block_two, NULL);
    nap(0);
    note("main");
    nap(0);
    note("main");
    nap(0);
    note("end");
}

static struct sley_awaited
blocking(void *unused)
{
    (void)unused;
    note("begin");
    block(3);
    note("blocked@%u", time_now());
    return sley_result(0);
}

static struct sley_awaited
other(void *unused)
{
    (void)unused;
    note("other");
    nap(1);
    note("other@%u", time_now());
    return sley_result(0);
}

static void
a_blocking_call_freezes_the_loop(void)
{
    sley_loop_call_later_ms(2000, note_word_and_time, "timer");
    struct sley_async_future *tasks[] = {sley_loop_task(blocking, NULL),
                                         sley_loop_task(other, NULL)};
    await_all(tasks, 2);
    note("end");
}

static struct sley_awaited
slow(void *unused)
{
    (void)unused;
    note("slow");
    struct sley_awaited slept = nap(5);
    if (slept.kind == SLEY_RESULT) {
        note("never");
    }
    return slept;
}

static void
run_until_complete_leaves_others_pending(void)
{
    sley_loop_task(slow, NULL);
    nap(1);
    note("main");
    note("7");
}

static const char no_stop[] = "the model's loop is asyncio.run: it ends with its main coroutine";

const struct order_case order_callbacks[] = {
    ORDER_CASE(call_soon_is_first_in_first_out),
    ORDER_CASE(a_callback_registered_in_a_pass_runs_in_the_next),
    ORDER_CASE(a_callback_is_called_once),
    ORDER_CASE(call_later_runs_in_the_order_of_time),
    ORDER_CASE(callbacks_of_one_time_are_called_in_some_order),
    ORDER_CASE(call_at_a_past_time_is_due_at_once),
    ORDER_CASE(a_cancelled_callback_is_not_called),
    ORDER_CASE(a_callback_can_cancel_a_later_one_of_its_pass),
    ORDER_CASE(a_due_timer_comes_after_what_is_ready),
    ORDER_CASE(a_blocking_call_freezes_the_loop),
    ORDER_ABSENT(an_exception_in_a_callback_reaches_the_handler, "a callback in C cannot raise"),
    ORDER_ABSENT(stop_ends_the_loop_after_the_current_pass, no_stop),
    ORDER_ABSENT(stop_before_the_loop_runs_lets_one_pass_run, no_stop),
    ORDER_CASE(run_until_complete_leaves_others_pending),
    {0},
};
