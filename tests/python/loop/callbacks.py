"""Callbacks and timers."""
import asyncio
from asyncio import get_running_loop, sleep

from suite import block, case, note, time_now

CALLBACKS = "Scheduling callbacks"
DELAYED = "Scheduling delayed callbacks"
RUNNING = "Running and stopping the loop"


@case("eventloop", CALLBACKS, "Callbacks are called in the order in which they were registered.")
async def call_soon_is_first_in_first_out():
    for name in "abc":
        get_running_loop().call_soon(note, name)
    note("main")
    await sleep(0)
    note("end")


@case("eventloop", CALLBACKS, "A callback is called at the next iteration of the loop, so one "
      "registered by a callback comes after everything that the current iteration runs.")
async def a_callback_registered_in_a_pass_runs_in_the_next():
    loop = get_running_loop()

    def first():
        note("first")
        loop.call_soon(note, "nested")

    loop.call_soon(first)
    loop.call_soon(note, "second")
    await sleep(0)
    note("main")
    await sleep(0)
    note("end")


@case("eventloop", CALLBACKS, "Each callback is called exactly once.")
async def a_callback_is_called_once():
    loop = get_running_loop()
    loop.call_soon(note, "soon")
    loop.call_later(1, note, "later")
    await sleep(0)
    note("main")
    await sleep(3)
    note("end")


@case("eventloop", DELAYED, "A delayed callback is called after its delay, whatever the order in "
      "which the delays were given.")
async def call_later_runs_in_the_order_of_time():
    loop = get_running_loop()
    for name, delay in (("c", 3), ("a", 1), ("d", 4), ("b", 2)):
        loop.call_later(delay, lambda n=name: note(f"{n}@{time_now()}"))
    await sleep(5)
    note("end")


@case("eventloop", DELAYED, "Callbacks of one time are all called at that time; their order is "
      "undefined (here: sorted).", ties=True)
async def callbacks_of_one_time_are_called_in_some_order():
    loop = get_running_loop()
    seen = []
    for name in "abcde":
        loop.call_later(2, seen.append, name)
    loop.call_later(1, note, "before")
    loop.call_later(3, lambda: note("".join(sorted(seen))))
    await sleep(4)
    note("end")


@case("eventloop", DELAYED, "call_at takes an absolute time of the loop's own clock.",
      "A time in the past is due at once, after what is ready already.")
async def call_at_a_past_time_is_due_at_once():
    loop = get_running_loop()
    await sleep(5)
    loop.call_at(loop.time() - 2, lambda: note(f"past@{time_now()}"))
    loop.call_at(loop.time() + 1, lambda: note(f"future@{time_now()}"))
    loop.call_soon(note, "soon")
    await sleep(0)
    note("main")
    await sleep(2)
    note("end")


@case("eventloop", "Callback handles", "A cancelled callback is never called; cancelling it again "
      "has no effect.")
async def a_cancelled_callback_is_not_called():
    loop = get_running_loop()
    soon = loop.call_soon(note, "soon")
    later = loop.call_later(1, note, "later")
    loop.call_soon(note, "other")
    soon.cancel()
    soon.cancel()
    later.cancel()
    await sleep(2)
    note("end")


@case("eventloop", "Callback handles", "A callback that has not begun can still be cancelled, "
      "also by a callback of the same iteration.")
async def a_callback_can_cancel_a_later_one_of_its_pass():
    loop = get_running_loop()
    handles = []
    loop.call_soon(lambda: handles[0].cancel() or note("canceller"))
    handles.append(loop.call_soon(note, "victim"))
    loop.call_soon(note, "last")
    await sleep(0)
    note("end")


@case("eventloop", DELAYED, "A delayed callback is called at its time or later, never before.",
      "Timers that are due join the end of the ready queue, behind what was ready before.")
async def a_due_timer_comes_after_what_is_ready():
    loop = get_running_loop()

    def blocker():
        note("block")
        block(2)
        loop.call_soon(note, "soon")

    loop.call_later(1, lambda: note(f"timer@{time_now()}"))
    loop.call_soon(blocker)
    await sleep(0)
    note("main")
    await sleep(0)
    note("main")
    await sleep(0)
    note("end")


@case("dev", "Running Blocking Code", "A blocking call delays every other task and timer by its "
      "whole duration.")
async def a_blocking_call_freezes_the_loop():
    async def blocking():
        note("begin")
        block(3)
        note(f"blocked@{time_now()}")

    async def other():
        note("other")
        await sleep(1)
        note(f"other@{time_now()}")

    get_running_loop().call_later(2, lambda: note(f"timer@{time_now()}"))
    one, two = asyncio.create_task(blocking()), asyncio.create_task(other())
    await one
    await two
    note("end")


@case("eventloop", "Error Handling API", "An exception in a callback is given to the exception "
      "handler, and the loop goes on.")
async def an_exception_in_a_callback_reaches_the_handler():
    loop = get_running_loop()

    def fail():
        note("fail")
        raise ValueError

    loop.set_exception_handler(lambda loop, context: note(type(context["exception"]).__name__))
    loop.call_soon(fail)
    loop.call_soon(note, "next")
    await sleep(0)
    note("end")


@case("eventloop", RUNNING, "stop lets the current batch of callbacks run to its end; what they "
      "schedule runs when the loop runs again.")
def stop_ends_the_loop_after_the_current_pass(loop):
    def stopper():
        note("stop")
        loop.stop()
        loop.call_soon(note, "later")

    loop.call_soon(stopper)
    loop.call_soon(note, "batch")
    loop.run_forever()
    note("stopped")
    loop.call_soon(loop.stop)
    loop.run_forever()
    note("end")


@case("eventloop", RUNNING, "A stop before run_forever lets one batch run.")
def stop_before_the_loop_runs_lets_one_pass_run(loop):
    def first():
        note("first")
        loop.call_soon(note, "nested")

    loop.call_soon(first)
    loop.call_soon(note, "second")
    loop.stop()
    loop.run_forever()
    note("end")


@case("eventloop", RUNNING, "run_until_complete runs until its future is done and returns the "
      "result, whatever else is pending.")
def run_until_complete_leaves_others_pending(loop):
    async def slow():
        note("slow")
        await sleep(5)
        note("never")

    async def main():
        asyncio.ensure_future(slow())
        await sleep(1)
        note("main")
        return 7

    note(loop.run_until_complete(main()))
