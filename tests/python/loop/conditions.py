"""Conditions and barriers."""
import asyncio
from asyncio import CancelledError, create_task, sleep

from suite import case, note, time_now

CONDITION = "Condition"
BARRIER = "Barrier"


async def waiter(condition, name):
    async with condition:
        note(f"{name}-waits")
        await condition.wait()
        note(f"{name}-on")


@case("sync", CONDITION, "notify(n) wakes at most n of those that wait.",
      "The first that began to wait are the first to be woken.")
async def notify_wakes_as_many_as_it_says_in_order():
    condition = asyncio.Condition()
    tasks = [create_task(waiter(condition, name)) for name in "abc"]
    await sleep(1)
    async with condition:
        condition.notify(2)
        note("notified")
    await sleep(1)
    note("main")
    async with condition:
        condition.notify()
    for task in tasks:
        await task
    note("end")


@case("sync", CONDITION, "notify_all wakes all that wait; each takes the lock before it goes on.")
async def notify_all_wakes_all_one_after_the_other():
    condition = asyncio.Condition()

    async def slow(name):
        async with condition:
            await condition.wait()
            note(f"{name}-on@{time_now()}")
            await sleep(1)

    tasks = [create_task(slow(name)) for name in "abc"]
    await sleep(1)
    async with condition:
        condition.notify_all()
        note("notified")
        await sleep(1)
        note("released")
    for task in tasks:
        await task
    note("end")


@case("sync", CONDITION, "notify and wait without the lock are a RuntimeError.")
async def a_condition_without_its_lock_is_an_error():
    condition = asyncio.Condition()
    try:
        condition.notify()
    except RuntimeError:
        note("notify")
    try:
        await condition.wait()
    except RuntimeError:
        note("wait")


@case("sync", CONDITION, "A notification that nobody waits for is lost: wait blocks until the "
      "next.")
async def a_notification_is_not_kept():
    condition = asyncio.Condition()
    async with condition:
        condition.notify()
    task = create_task(waiter(condition, "a"))
    await sleep(1)
    note(f"done={task.done()}")
    async with condition:
        condition.notify()
    await task
    note("end")


@case("sync", CONDITION, "wait_for waits until its predicate is true and returns the value; it is "
      "asked again after each notification.")
async def wait_for_asks_its_predicate_after_each_notification():
    condition = asyncio.Condition()
    level = 0

    async def wait(name, wanted):
        def enough():
            note(f"{name}?{level}")
            return level >= wanted

        async with condition:
            await condition.wait_for(enough)
            note(f"{name}-on")

    tasks = [create_task(wait("a", 2)), create_task(wait("b", 1))]
    await sleep(1)
    for _ in range(2):
        async with condition:
            level += 1
            condition.notify_all()
        await sleep(1)
        note("main")
    for task in tasks:
        await task


@case("sync", CONDITION, "wait releases the lock, so that others can take it, and takes it again "
      "before it returns.")
async def waiting_releases_the_lock_and_takes_it_again():
    condition = asyncio.Condition()
    task = create_task(waiter(condition, "a"))
    await sleep(0)
    note(f"locked={condition.locked()}")
    async with condition:
        condition.notify()
        await sleep(2)
        note(f"main@{time_now()}")
    await task
    note(f"locked={condition.locked()}")


@case("sync", CONDITION, "wait takes the lock again before it returns, also when it is cancelled.")
async def a_cancelled_wait_takes_the_lock_first():
    condition = asyncio.Condition()

    async def wait():
        async with condition:
            try:
                await condition.wait()
            except CancelledError:
                note(f"cancelled@{time_now()}")
                note(f"locked={condition.locked()}")
                raise

    task = create_task(wait())
    await sleep(0)
    async with condition:
        task.cancel()
        await sleep(2)
        note(f"main@{time_now()}")
    try:
        await task
    except CancelledError:
        note(f"locked={condition.locked()}")


async def party(barrier, name, delay):
    await sleep(delay)
    note(f"{name}@{time_now()}")
    try:
        note(f"{name}-{await barrier.wait()}@{time_now()}")
    except asyncio.BrokenBarrierError:
        note(f"{name}-broken@{time_now()}")


@case("sync", BARRIER, "All parties go on together when the last has come; each gets a number of "
      "its own from 0.",
      "The number is that of the arrival; the last to come goes on first.")
async def a_barrier_opens_when_all_parties_have_come():
    barrier = asyncio.Barrier(3)
    tasks = [create_task(party(barrier, name, delay)) for name, delay in
             (("a", 3), ("b", 1), ("c", 4))]
    await sleep(2)
    note(f"waiting={barrier.n_waiting}")
    for task in tasks:
        await task
    note(f"waiting={barrier.n_waiting}")


@case("sync", BARRIER, "A barrier can be used any number of times.")
async def a_barrier_can_be_used_again():
    barrier = asyncio.Barrier(2)

    async def rounds(name, delay):
        for _ in range(2):
            await party(barrier, name, delay)

    tasks = [create_task(rounds("a", 1)), create_task(rounds("b", 2))]
    for task in tasks:
        await task
    note("end")


@case("sync", BARRIER, "abort breaks the barrier: all waits, present and future, fail with "
      "BrokenBarrierError.")
async def an_aborted_barrier_is_broken_for_all():
    barrier = asyncio.Barrier(3)
    tasks = [create_task(party(barrier, name, delay)) for name, delay in
             (("a", 1), ("b", 2), ("c", 4))]
    await sleep(3)
    await barrier.abort()
    note(f"broken={barrier.broken}")
    for task in tasks:
        await task


@case("sync", BARRIER, "reset returns the barrier to its empty state; those that wait get "
      "BrokenBarrierError.")
async def a_reset_barrier_breaks_those_that_wait_and_works_again():
    barrier = asyncio.Barrier(2)
    first = create_task(party(barrier, "a", 1))
    await sleep(2)
    await barrier.reset()
    await first
    note(f"broken={barrier.broken}")
    tasks = [create_task(party(barrier, "b", 1)), create_task(party(barrier, "c", 2))]
    for task in tasks:
        await task
