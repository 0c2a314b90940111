"""Cancellation of tasks."""
import asyncio
from asyncio import CancelledError, create_task, get_running_loop, sleep

from suite import case, note, time_now

OBJECT = "Task Object"
CANCELLATION = "Task Cancellation"


async def ending(task):
    """Awaits a task and notes how it ended."""
    try:
        note(f"result={await task}")
    except CancelledError:
        note("CancelledError")
    note(f"cancelled={task.cancelled()}")


@case("task", OBJECT, "cancel arranges for a CancelledError to be thrown on the next cycle of the "
      "loop; the task is not done before.")
async def cancel_takes_effect_in_the_next_cycle():
    async def body():
        try:
            await sleep(5)
        except CancelledError:
            note(f"thrown@{time_now()}")
            raise

    task = create_task(body())
    await sleep(1)
    note(task.cancel())
    note(f"done={task.done()}")
    get_running_loop().call_soon(note, "soon")
    await sleep(0)
    note(f"done={task.done()}")
    await ending(task)


@case("task", OBJECT, "A task that is cancelled before it began is cancelled.",
      "Its body never runs.")
async def a_task_cancelled_before_its_first_step_never_runs():
    async def body():
        note("body")
        try:
            await sleep(1)
        finally:
            note("finally")

    task = create_task(body())
    task.cancel()
    note("cancel")
    await ending(task)


@case("task", OBJECT, "Cancelling a task that waits for a future cancels that future.")
async def cancelling_a_task_cancels_the_future_that_it_awaits():
    future = get_running_loop().create_future()
    future.add_done_callback(lambda f: note(f"future-cancelled={f.cancelled()}"))

    async def body():
        try:
            await future
        except CancelledError:
            note("thrown")
            raise

    task = create_task(body())
    await sleep(0)
    task.cancel()
    note(f"at-once={future.cancelled()}")
    await ending(task)


@case("task", OBJECT, "Cancelling a task that awaits another task cancels that one too.")
async def cancelling_a_task_cancels_the_task_that_it_awaits():
    async def inner():
        try:
            await sleep(5)
        except CancelledError:
            note("inner-thrown")
            raise

    async def outer(task):
        try:
            await task
        except CancelledError:
            note("outer-thrown")
            raise

    child = create_task(inner())
    parent = create_task(outer(child))
    await sleep(1)
    parent.cancel()
    note(f"done={child.done()}")
    await ending(parent)
    note(f"inner={child.cancelled()}")


@case("task", CANCELLATION, "A coroutine may suppress its cancellation; it then goes on, and the "
      "task is not cancelled. uncancel counts a request of cancellation down.")
async def a_task_can_suppress_its_cancellation():
    async def body():
        try:
            await sleep(5)
        except CancelledError:
            note(f"requests={asyncio.current_task().cancelling()}")
            note(f"requests={asyncio.current_task().uncancel()}")
        await sleep(1)
        note(f"on@{time_now()}")
        return 3

    task = create_task(body())
    await sleep(1)
    task.cancel()
    await ending(task)


@case("task", OBJECT, "cancelling counts the requests of cancellation; uncancel counts one of "
      "them down and returns what remains.",
      "Two requests before the task runs again throw once.")
async def requests_of_cancellation_are_counted():
    async def body():
        me = asyncio.current_task()
        for _ in range(2):
            try:
                await sleep(5)
                note("slept")
            except CancelledError:
                note(f"thrown-{me.cancelling()}")
        return me.uncancel()

    task = create_task(body())
    await sleep(1)
    task.cancel()
    task.cancel()
    note(task.cancelling())
    await ending(task)
    note(f"at@{time_now()}")


@case("task", OBJECT, "A coroutine can be cancelled again after it has suppressed a cancellation.")
async def a_suppressed_cancellation_can_be_followed_by_another():
    async def body():
        for _ in range(2):
            try:
                await sleep(5)
            except CancelledError:
                note(f"suppressed@{time_now()}")
        return 3

    task = create_task(body())
    await sleep(1)
    task.cancel()
    await sleep(1)
    task.cancel()
    await ending(task)


@case("task", OBJECT, "cancel of a task that is done returns False and changes nothing.")
async def cancel_of_a_done_task_is_refused():
    async def body():
        return 8

    task = create_task(body())
    await sleep(0)
    note(task.cancel())
    await ending(task)


@case("task", CANCELLATION, "try/finally is the way to clean up: the clean-up runs at the "
      "cancellation and may itself await.")
async def a_cancelled_task_can_await_in_finally():
    async def body():
        try:
            await sleep(5)
        finally:
            note(f"clean@{time_now()}")
            await sleep(2)
            note(f"cleaned@{time_now()}")

    task = create_task(body())
    await sleep(1)
    task.cancel()
    await sleep(0)
    note(f"done={task.done()}")
    await ending(task)


@case("task", OBJECT, "The clean-up of a cancelled task can be cancelled as well.")
async def a_second_cancel_interrupts_the_clean_up():
    async def body():
        try:
            await sleep(5)
        finally:
            note(f"clean@{time_now()}")
            try:
                await sleep(5)
            finally:
                note(f"interrupted@{time_now()}")

    task = create_task(body())
    await sleep(1)
    task.cancel()
    await sleep(1)
    task.cancel()
    await ending(task)


@case("task", OBJECT, "A coroutine may turn its cancellation into another exception; the task "
      "then is not cancelled.")
async def an_exception_in_the_clean_up_replaces_the_cancellation():
    async def body():
        try:
            await sleep(5)
        finally:
            raise KeyError

    task = create_task(body())
    await sleep(1)
    task.cancel()
    try:
        await task
    except KeyError:
        note("KeyError")
    note(f"cancelled={task.cancelled()}")


@case("task", OBJECT, "A task whose own code raises CancelledError is cancelled.")
async def a_task_that_raises_cancelled_error_is_cancelled():
    async def body():
        note("body")
        raise CancelledError

    await ending(create_task(body()))


@case("task", OBJECT, "cancel throws into the wrapped coroutine.",
      "When what the task waits for is done already but the task has not run, the cancellation "
      "still comes first.")
async def a_cancel_overtakes_a_result_that_is_on_its_way():
    future = get_running_loop().create_future()

    async def body():
        try:
            note(f"got={await future}")
        except CancelledError:
            note("thrown")
            raise

    task = create_task(body())
    await sleep(0)
    future.set_result(1)
    note(task.cancel())
    await ending(task)
    note(f"future={future.result()}")


@case("task", OBJECT, "cancel throws on the next cycle of the loop, also when the task cancels "
      "itself.", "It is thrown at the next await that suspends, not at one that does not.")
async def a_task_that_cancels_itself_goes_on_to_its_next_suspension():
    async def nothing():
        pass

    async def body():
        note(asyncio.current_task().cancel())
        await nothing()
        note("on")
        try:
            await sleep(1)
        except CancelledError:
            note(f"thrown@{time_now()}")
            raise

    await ending(create_task(body()))
