"""timeout and wait_for."""
import asyncio
from asyncio import CancelledError, create_task, get_running_loop, sleep

from suite import case, note, time_now

TIMEOUTS = "Timeouts"


async def sleeper(name, delay):
    try:
        await sleep(delay)
    except CancelledError:
        note(f"{name}-cancelled@{time_now()}")
        raise
    note(f"{name}@{time_now()}")
    return name


@case("task", TIMEOUTS, "wait_for gives the result if it comes within the timeout.")
async def wait_for_gives_the_result_in_time():
    note(await asyncio.wait_for(sleeper("a", 1), 2))
    await sleep(3)
    note(f"end@{time_now()}")


@case("task", TIMEOUTS, "At the timeout wait_for cancels what it waits for and raises "
      "TimeoutError.")
async def wait_for_cancels_at_its_timeout():
    task = create_task(sleeper("a", 5))
    try:
        await asyncio.wait_for(task, 2)
    except asyncio.TimeoutError:
        note(f"TimeoutError@{time_now()}")
    note(f"cancelled={task.cancelled()}")


@case("task", TIMEOUTS, "wait_for waits until the cancelled task has ended, so the whole may take "
      "longer than the timeout.")
async def wait_for_waits_for_the_clean_up():
    async def slow_to_end():
        try:
            await sleep(5)
        finally:
            note(f"clean@{time_now()}")
            await sleep(3)

    try:
        await asyncio.wait_for(slow_to_end(), 2)
    except asyncio.TimeoutError:
        note(f"TimeoutError@{time_now()}")


@case("task", TIMEOUTS, "An exception raised during the cancellation is raised by wait_for.")
async def wait_for_raises_the_exception_of_the_clean_up():
    async def failing():
        try:
            await sleep(5)
        finally:
            raise KeyError

    try:
        await asyncio.wait_for(failing(), 2)
    except KeyError:
        note(f"KeyError@{time_now()}")


@case("task", TIMEOUTS, "wait_for waits until the future is really cancelled.",
      "A task that suppresses the cancellation and returns gives its result after all.")
async def wait_for_gives_the_result_of_a_task_that_suppresses():
    async def stubborn():
        try:
            await sleep(5)
        except CancelledError:
            note(f"suppressed@{time_now()}")
            await sleep(1)
        return 4

    note(await asyncio.wait_for(stubborn(), 2))
    note(f"end@{time_now()}")


@case("task", TIMEOUTS, "If wait_for is cancelled, so is what it waits for.")
async def cancelling_wait_for_cancels_what_it_waits_for():
    task = create_task(asyncio.wait_for(sleeper("a", 5), 4))
    await sleep(1)
    task.cancel()
    try:
        await task
    except CancelledError:
        note(f"CancelledError@{time_now()}")


@case("task", TIMEOUTS, "shield keeps a timeout of wait_for from cancelling the task.")
async def a_shield_inside_wait_for_saves_the_task():
    task = create_task(sleeper("a", 3))
    try:
        await asyncio.wait_for(asyncio.shield(task), 2)
    except asyncio.TimeoutError:
        note(f"TimeoutError@{time_now()}")
    note(await task)


@case("task", TIMEOUTS, "At the end of its time the timeout block cancels the current task, turns "
      "the CancelledError into TimeoutError, and that can be caught outside of the block only.")
async def a_timeout_block_cancels_and_raises_outside():
    try:
        async with asyncio.timeout(2):
            try:
                await sleep(5)
            except CancelledError:
                note(f"inside@{time_now()}")
                raise
    except TimeoutError:
        note(f"outside@{time_now()}")
    note(f"requests={asyncio.current_task().cancelling()}")


@case("task", TIMEOUTS, "A timeout block that ends in time does nothing; its expired is false.")
async def a_timeout_block_that_ends_in_time_does_nothing():
    async with asyncio.timeout(2) as limit:
        await sleep(1)
    note(f"expired={limit.expired()}")
    await sleep(3)
    note(f"end@{time_now()}")


@case("task", TIMEOUTS, "A timeout block can be rescheduled to another time.")
async def a_timeout_block_can_be_rescheduled():
    loop = get_running_loop()
    try:
        async with asyncio.timeout(2) as limit:
            limit.reschedule(loop.time() + 4)
            await sleep(3)
            note(f"slept@{time_now()}")
            await sleep(3)
            note("never")
    except TimeoutError:
        note(f"TimeoutError@{time_now()}")
    note(f"expired={limit.expired()}")


@case("task", TIMEOUTS, "Timeout blocks can be nested; the one that expires raises at its own "
      "end.")
async def nested_timeout_blocks_raise_each_at_its_own_end():
    try:
        async with asyncio.timeout(4):
            try:
                async with asyncio.timeout(2):
                    await sleep(9)
            except TimeoutError:
                note(f"inner@{time_now()}")
            await sleep(9)
    except TimeoutError:
        note(f"outer@{time_now()}")


@case("task", TIMEOUTS, "Timeout blocks can be nested; when the outer one expires first, the "
      "inner one lets the cancellation pass.")
async def an_outer_timeout_passes_through_an_inner_one():
    try:
        async with asyncio.timeout(2):
            try:
                async with asyncio.timeout(4):
                    await sleep(9)
            except TimeoutError:
                note("wrong")
    except TimeoutError:
        note(f"outer@{time_now()}")


@case("task", TIMEOUTS, "A cancellation from elsewhere leaves the timeout block as "
      "CancelledError.")
async def a_timeout_block_lets_a_foreign_cancellation_pass():
    async def body():
        try:
            async with asyncio.timeout(4):
                await sleep(9)
        except CancelledError:
            note(f"CancelledError@{time_now()}")
            raise

    task = create_task(body())
    await sleep(1)
    task.cancel()
    try:
        await task
    except CancelledError:
        note(f"cancelled={task.cancelled()}")


@case("task", TIMEOUTS, "At the end of its time the timeout block turns its own CancelledError into "
      "TimeoutError.", "So it does in a task that has suppressed a cancellation before.",
      since=(3, 11, 7))
async def a_timeout_block_ignores_a_cancellation_suppressed_before():
    async def body():
        try:
            await sleep(5)
        except CancelledError:
            note(f"suppressed@{time_now()}")
        try:
            async with asyncio.timeout(2):
                await sleep(5)
        except TimeoutError:
            note(f"TimeoutError@{time_now()}")

    task = create_task(body())
    await sleep(1)
    task.cancel()
    await task
