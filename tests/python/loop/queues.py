"""Queues."""
import asyncio
from asyncio import create_task, get_running_loop, sleep

from suite import case, note, time_now

QUEUE = "Queue"


async def getter(queue, name):
    note(f"{name}-waits")
    note(f"{name}={await queue.get()}")


async def putter(queue, item):
    await queue.put(item)
    note(f"put{item}")


@case("queue", QUEUE, "A queue hands its items on first in, first out.")
async def a_queue_is_first_in_first_out():
    queue = asyncio.Queue()
    for item in range(4):
        await queue.put(item)
    note(f"size={queue.qsize()}")
    for _ in range(4):
        note(await queue.get())
    note(f"empty={queue.empty()}")


@case("queue", QUEUE, "get waits while the queue is empty.",
      "Waiters are served in the order in which they began to wait.")
async def getters_are_served_in_the_order_of_their_arrival():
    queue = asyncio.Queue()
    tasks = [create_task(getter(queue, name)) for name in "abc"]
    await sleep(0)
    for item in range(3):
        queue.put_nowait(item)
    note("put")
    for task in tasks:
        await task
    note("end")


@case("queue", QUEUE, "put waits while the queue is full, until an item is taken.",
      "Waiters go on in the order in which they began to wait.")
async def putters_go_on_in_the_order_of_their_arrival():
    queue = asyncio.Queue(1)
    tasks = [create_task(putter(queue, item)) for item in range(3)]
    await sleep(0)
    note(f"full={queue.full()}")
    for _ in range(3):
        note(f"got{await queue.get()}")
        await sleep(0)
    for task in tasks:
        await task
    note("end")


@case("queue", QUEUE, "put and get wait only for room or for an item; else they do not give way.")
async def put_and_get_do_not_suspend_without_need():
    queue = asyncio.Queue(2)
    get_running_loop().call_soon(note, "soon")
    await queue.put(1)
    await queue.put(2)
    note(await queue.get())
    note(await queue.get())
    await sleep(0)
    note("end")


@case("queue", QUEUE, "put_nowait on a full queue is QueueFull, get_nowait on an empty one "
      "QueueEmpty.")
async def the_calls_that_do_not_wait_raise():
    queue = asyncio.Queue(1)
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty:
        note("QueueEmpty")
    queue.put_nowait(1)
    try:
        queue.put_nowait(2)
    except asyncio.QueueFull:
        note("QueueFull")
    note(queue.get_nowait())


@case("queue", QUEUE, "join waits until task_done was called for every item that was put.")
async def join_waits_until_every_item_is_done():
    queue = asyncio.Queue()

    async def worker():
        while True:
            item = await queue.get()
            await sleep(1)
            note(f"done{item}@{time_now()}")
            queue.task_done()

    async def joiner(name):
        await queue.join()
        note(f"{name}@{time_now()}")

    for item in range(3):
        queue.put_nowait(item)
    tasks = [create_task(worker()), create_task(joiner("a")), create_task(joiner("b"))]
    await tasks[1]
    await tasks[2]
    tasks[0].cancel()
    note("end")


@case("queue", QUEUE, "join returns at once when nothing is unfinished; one task_done too many "
      "is a ValueError.")
async def join_of_an_idle_queue_does_not_suspend():
    queue = asyncio.Queue()
    get_running_loop().call_soon(note, "soon")
    await queue.join()
    note("joined")
    queue.put_nowait(1)
    queue.get_nowait()
    queue.task_done()
    try:
        queue.task_done()
    except ValueError:
        note("ValueError")


@case("queue", QUEUE, "A queue of bounded size makes a fast producer wait for its consumer.")
async def a_bounded_queue_holds_its_producer_back():
    queue = asyncio.Queue(2)

    async def producer():
        for item in range(4):
            await queue.put(item)
            note(f"put{item}@{time_now()}")

    async def consumer():
        for _ in range(4):
            await sleep(1)
            note(f"got{await queue.get()}@{time_now()}")

    tasks = [create_task(producer()), create_task(consumer())]
    for task in tasks:
        await task
    note("end")


@case("queue", QUEUE, "A getter that is cancelled takes no item; the next in line gets it.")
async def a_cancelled_getter_takes_no_item():
    queue = asyncio.Queue()
    tasks = [create_task(getter(queue, name)) for name in "ab"]
    await sleep(0)
    tasks[0].cancel()
    queue.put_nowait(1)
    await tasks[1]
    note(f"size={queue.qsize()}")


@case("queue", QUEUE, "A getter that was woken and then cancelled leaves its item to the next in "
      "line.")
async def a_woken_getter_that_is_cancelled_passes_the_item_on():
    queue = asyncio.Queue()
    tasks = [create_task(getter(queue, name)) for name in "ab"]
    await sleep(0)
    queue.put_nowait(1)
    tasks[0].cancel()
    await tasks[1]
    note(f"size={queue.qsize()}")


@case("queue", QUEUE, "get removes an item when one is available.",
      "One that comes between a put and the woken getter's turn takes the item; the getter waits "
      "again.")
async def a_late_getter_can_take_the_item_of_a_woken_one():
    queue = asyncio.Queue()
    task = create_task(getter(queue, "a"))
    await sleep(0)
    queue.put_nowait(1)
    note(f"main={queue.get_nowait()}")
    await sleep(1)
    note(f"done={task.done()}")
    queue.put_nowait(2)
    await task
    note("end")
