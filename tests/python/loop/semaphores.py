"""Semaphores."""
import asyncio
from asyncio import create_task, get_running_loop, sleep

from suite import case, note, time_now

SEMAPHORE = "Semaphore"


async def user(semaphore, name, delay=1):
    async with semaphore:
        note(f"{name}-in@{time_now()}")
        await sleep(delay)
    note(f"{name}-out@{time_now()}")


@case("sync", SEMAPHORE, "As many may hold a semaphore as its counter says; acquire waits at "
      "zero.",
      "Waiters go on in the order in which they began to wait.")
async def a_semaphore_lets_as_many_in_as_it_counts():
    semaphore = asyncio.Semaphore(2)
    tasks = [create_task(user(semaphore, *s)) for s in (("a", 1), ("b", 3), ("c", 4), ("d", 1))]
    for task in tasks:
        await task
    note("end")


@case("sync", SEMAPHORE, "acquire returns at once if the counter is above zero; locked says "
      "whether it would have to wait.")
async def acquiring_an_open_semaphore_does_not_suspend():
    semaphore = asyncio.Semaphore(2)
    get_running_loop().call_soon(note, "soon")
    note(await semaphore.acquire())
    note(f"locked={semaphore.locked()}")
    note(await semaphore.acquire())
    note(f"locked={semaphore.locked()}")
    await sleep(0)
    semaphore.release()
    note(f"locked={semaphore.locked()}")


@case("sync", SEMAPHORE, "release may wake a waiter.",
      "A coroutine that comes between the release and the waiter's turn does not overtake it.")
async def a_late_comer_does_not_overtake_at_a_semaphore():
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    waiter = create_task(user(semaphore, "waiter"))
    await sleep(0)
    semaphore.release()
    note(f"locked={semaphore.locked()}")
    await semaphore.acquire()
    note(f"main-in@{time_now()}")
    semaphore.release()
    await waiter
    note("end")


@case("sync", SEMAPHORE, "acquire waits at zero.",
      "It also waits, though a permit is left, while a woken waiter has not had its turn.")
async def a_late_comer_waits_behind_a_woken_waiter_although_a_permit_is_left():
    semaphore = asyncio.Semaphore(0)
    waiter = create_task(user(semaphore, "waiter"))
    await sleep(0)
    semaphore.release()
    semaphore.release()
    note(f"locked={semaphore.locked()}")
    await semaphore.acquire()
    note(f"main-in@{time_now()}")
    await waiter
    note("end")


@case("sync", SEMAPHORE, "Each release increments the counter by one, so that two releases let "
      "two waiters go on.")
async def two_releases_wake_two_waiters_in_order():
    semaphore = asyncio.Semaphore(0)
    tasks = [create_task(user(semaphore, name, i + 2)) for i, name in enumerate("abc")]
    await sleep(0)
    semaphore.release()
    semaphore.release()
    note("released")
    await sleep(1)
    note(f"main@{time_now()}")
    for task in tasks:
        await task
    note("end")


@case("sync", SEMAPHORE, "The permit of a waiter that is cancelled is left to the next.")
async def a_cancelled_waiter_of_a_semaphore_leaves_the_line():
    semaphore = asyncio.Semaphore(0)
    tasks = [create_task(user(semaphore, name)) for name in "ab"]
    await sleep(0)
    tasks[0].cancel()
    await sleep(0)
    semaphore.release()
    await tasks[1]
    note(f"cancelled={tasks[0].cancelled()}")


@case("sync", "BoundedSemaphore", "A bounded semaphore raises ValueError when a release would "
      "exceed its initial value; a plain one may be released without limit.")
async def a_bounded_semaphore_refuses_one_release_too_many():
    bounded = asyncio.BoundedSemaphore(1)
    await bounded.acquire()
    bounded.release()
    try:
        bounded.release()
    except ValueError:
        note("ValueError")
    plain = asyncio.Semaphore(0)
    plain.release()
    plain.release()
    for _ in range(2):
        await plain.acquire()
    note(f"locked={plain.locked()}")
