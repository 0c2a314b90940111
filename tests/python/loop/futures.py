"""Futures."""
import asyncio
from asyncio import create_task, get_running_loop, sleep

from suite import case, note

OBJECT = "Future Object"


def new_future():
    return get_running_loop().create_future()


async def waiting(name, future):
    note(f"{name}-waits")
    note(f"{name}={await future}")


@case("future", OBJECT, "Callbacks of a future are scheduled when it is done; they do not run "
      "inside set_result.", "They run in the order in which they were added.")
async def done_callbacks_run_through_the_loop_in_order():
    future = new_future()
    for name in "abc":
        future.add_done_callback(lambda f, n=name: note(f"{n}={f.result()}"))
    get_running_loop().call_soon(note, "before")
    future.set_result(7)
    get_running_loop().call_soon(note, "after")
    note("set")
    await sleep(0)
    note("end")


@case("future", OBJECT, "A callback added to a future that is done is scheduled with call_soon.")
async def a_callback_added_to_a_done_future_is_scheduled():
    future = new_future()
    future.set_result(1)
    get_running_loop().call_soon(note, "before")
    future.add_done_callback(lambda f: note("callback"))
    note("added")
    await sleep(0)
    note("end")


@case("future", OBJECT, "A removed callback is not called; the number removed is returned.")
async def a_removed_done_callback_is_not_called():
    future = new_future()

    def removed(_):
        note("removed")

    future.add_done_callback(removed)
    future.add_done_callback(lambda f: note("kept"))
    future.add_done_callback(removed)
    note(future.remove_done_callback(removed))
    future.set_result(1)
    await sleep(0)
    note("end")


@case("future", OBJECT, "Setting a result or an exception on a future that is done is an "
      "InvalidStateError, and the first result stays.")
async def a_second_result_is_an_invalid_state():
    future = new_future()
    future.set_result(1)
    for again in (lambda: future.set_result(2), lambda: future.set_exception(ValueError())):
        try:
            again()
        except asyncio.InvalidStateError:
            note("invalid")
    note(future.result())


@case("future", OBJECT, "The result of a future that is not done is an InvalidStateError.")
async def the_result_of_a_pending_future_is_an_invalid_state():
    future = new_future()
    note(f"done={future.done()}")
    try:
        future.result()
    except asyncio.InvalidStateError:
        note("invalid")


@case("future", OBJECT, "A future is cancelled once; its result is then a CancelledError; cancel "
      "on a future that is done returns False and changes nothing.")
async def a_future_is_cancelled_once():
    future = new_future()
    future.add_done_callback(lambda f: note("callback"))
    note(future.cancel())
    note(future.cancel())
    note(f"cancelled={future.cancelled()}")
    try:
        future.result()
    except asyncio.CancelledError:
        note("CancelledError")
    await sleep(0)
    other = new_future()
    other.set_result(3)
    note(other.cancel())
    note(other.result())


@case("future", OBJECT, "A future that is done can be awaited many times.",
      "The await of a future that is done does not suspend.")
async def awaiting_a_done_future_does_not_suspend():
    future = new_future()
    future.set_result(5)
    get_running_loop().call_soon(note, "soon")
    note(await future)
    note(await future)
    await sleep(0)
    note("end")


@case("future", OBJECT, "A coroutine that awaits a future goes on when the future is done, by way "
      "of the loop.", "Several waiters go on in the order in which they began to wait.")
async def waiters_of_a_future_go_on_in_order():
    future = new_future()
    tasks = [create_task(waiting(name, future)) for name in "abc"]
    await sleep(0)
    future.set_result(7)
    get_running_loop().call_soon(note, "after")
    note("set")
    for task in tasks:
        await task
    note("end")


@case("future", OBJECT, "The exception of a future is raised where it is awaited.")
async def the_exception_of_a_future_is_raised_in_every_waiter():
    future = new_future()

    async def wait(name):
        try:
            await future
        except KeyError:
            note(f"{name}-KeyError")

    tasks = [create_task(wait(name)) for name in "ab"]
    await sleep(0)
    future.set_exception(KeyError())
    note("set")
    for task in tasks:
        await task
    note("end")


@case("task", "Task Object", "A task suspends when it awaits a future, and the loop runs others "
      "until the future is done.", "A task that awaits itself gets a RuntimeError.")
async def a_task_cannot_await_itself():
    tasks = []

    async def itself():
        try:
            await tasks[0]
        except RuntimeError:
            note("RuntimeError")
        return 1

    tasks.append(create_task(itself()))
    note(await tasks[0])
