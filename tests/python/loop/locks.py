"""Locks and events."""
import asyncio
from asyncio import CancelledError, create_task, get_running_loop, sleep

from suite import case, note, time_now

LOCK = "Lock"
EVENT = "Event"


async def holder(lock, name, delay=0):
    async with lock:
        note(f"{name}-in")
        await sleep(delay)
        note(f"{name}-out")


@case("sync", LOCK, "Acquiring is fair: the coroutine that goes on is the first that began to "
      "wait.")
async def a_lock_is_first_come_first_served():
    lock = asyncio.Lock()
    tasks = [create_task(holder(lock, name, 1)) for name in "abc"]
    for task in tasks:
        await task
    note("end")


@case("sync", LOCK, "acquire waits until the lock is unlocked.",
      "On a free lock that nobody waits for it does not suspend.")
async def acquiring_a_free_lock_does_not_suspend():
    lock = asyncio.Lock()
    get_running_loop().call_soon(note, "soon")
    note(await lock.acquire())
    lock.release()
    note(await lock.acquire())
    note(f"locked={lock.locked()}")
    lock.release()
    await sleep(0)
    note("end")


@case("sync", LOCK, "release of a lock that is not locked is a RuntimeError.")
async def releasing_an_unlocked_lock_is_an_error():
    lock = asyncio.Lock()
    try:
        lock.release()
    except RuntimeError:
        note("RuntimeError")
    note(f"locked={lock.locked()}")


@case("sync", LOCK, "Acquiring is fair: a release wakes the first waiter, and a coroutine that "
      "comes between does not overtake it.")
async def a_late_comer_does_not_overtake_a_woken_waiter():
    lock = asyncio.Lock()
    await lock.acquire()
    waiter = create_task(holder(lock, "waiter"))
    await sleep(0)
    lock.release()
    note(f"locked={lock.locked()}")
    await lock.acquire()
    note("main-in")
    lock.release()
    await waiter
    note("end")


@case("sync", LOCK, "release resets the lock and returns immediately; the waiter goes on later.")
async def release_goes_on_before_the_waiter():
    lock = asyncio.Lock()
    await lock.acquire()
    task = create_task(holder(lock, "waiter"))
    await sleep(0)
    lock.release()
    note("released")
    await sleep(0)
    note("main")
    await task
    note("end")


@case("sync", LOCK, "Only one waiter at a time proceeds; a waiter that is cancelled leaves the "
      "line.")
async def a_cancelled_waiter_of_a_lock_leaves_the_line():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [create_task(holder(lock, name)) for name in "abc"]
    await sleep(0)
    tasks[0].cancel()
    await sleep(0)
    lock.release()
    note("released")
    await tasks[2]
    note(f"cancelled={tasks[0].cancelled()}")


@case("sync", LOCK, "The lock goes to the next waiter when the one whose turn it was is "
      "cancelled.")
async def a_woken_waiter_that_is_cancelled_passes_the_lock_on():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [create_task(holder(lock, name)) for name in "ab"]
    await sleep(0)
    lock.release()
    tasks[0].cancel()
    await tasks[1]
    note(f"cancelled={tasks[0].cancelled()}")


@case("sync", LOCK, "The lock is released at the end of async with, also when the holder is "
      "cancelled.")
async def a_cancelled_holder_releases_the_lock():
    lock = asyncio.Lock()
    first = create_task(holder(lock, "a", 5))
    second = create_task(holder(lock, "b", 1))
    await sleep(1)
    first.cancel()
    await second
    note(f"end@{time_now()}")


@case("sync", LOCK, "A waiter gives up at its timeout, and the lock stays with its holder.")
async def a_timed_acquire_gives_up_and_leaves_the_line():
    lock = asyncio.Lock()
    first = create_task(holder(lock, "a", 4))
    await sleep(0)
    try:
        await asyncio.wait_for(lock.acquire(), 2)
    except asyncio.TimeoutError:
        note(f"TimeoutError@{time_now()}")
    note(f"locked={lock.locked()}")
    await first
    note(f"locked={lock.locked()}")


async def await_event(event, name):
    note(f"{name}-waits")
    await event.wait()
    note(f"{name}-on")


@case("sync", EVENT, "set wakes all that wait for the event.",
      "They go on in the order in which they began to wait.")
async def set_wakes_all_waiters_in_order():
    event = asyncio.Event()
    tasks = [create_task(await_event(event, name)) for name in "abc"]
    await sleep(0)
    event.set()
    note("set")
    for task in tasks:
        await task
    note("end")


@case("sync", EVENT, "wait on an event that is set returns at once.")
async def waiting_for_a_set_event_does_not_suspend():
    event = asyncio.Event()
    event.set()
    get_running_loop().call_soon(note, "soon")
    note(await event.wait())
    note(f"set={event.is_set()}")
    await sleep(0)
    note("end")


@case("sync", EVENT, "After clear, those that wait block until the next set.",
      "A waiter that a set has woken goes on although clear came before its turn.")
async def a_clear_after_set_does_not_call_waiters_back():
    event = asyncio.Event()
    first = create_task(await_event(event, "a"))
    await sleep(0)
    event.set()
    event.clear()
    second = create_task(await_event(event, "b"))
    await first
    await sleep(1)
    note(f"set={event.is_set()}")
    event.set()
    await second
    note("end")


@case("sync", EVENT, "A second set has no effect on an event that is set.")
async def a_second_set_has_no_effect():
    event = asyncio.Event()
    task = create_task(await_event(event, "a"))
    await sleep(0)
    event.set()
    event.set()
    note("set")
    await task
    note("end")


@case("sync", EVENT, "A waiter that is cancelled does not keep set from waking the others.")
async def a_cancelled_waiter_of_an_event_is_skipped():
    event = asyncio.Event()
    tasks = [create_task(await_event(event, name)) for name in "abc"]
    await sleep(0)
    tasks[1].cancel()
    event.set()
    for task in (tasks[0], tasks[2]):
        await task
    try:
        await tasks[1]
    except CancelledError:
        note("CancelledError")
