"""Threads beside the loop. Where the order of the threads would show, the loop decides it: it lets
one go on at a time and awaits its result."""
import asyncio
import threading
from asyncio import create_task, gather, get_running_loop, sleep
from concurrent.futures import ThreadPoolExecutor

from suite import case, note, steps

EXECUTOR = "Executing code in thread or process pools"
THREADS = "Running in Threads"

# A thread that is let go always comes; the bound only keeps a wrong case from hanging.
SECONDS_MAX = 20


class Gated:
    """A call that returns its name, or fails, when the loop opens its gate."""

    def __init__(self, name, error=None):
        self.name = name
        self.error = error
        self.gate = threading.Event()

    def __call__(self):
        assert self.gate.wait(SECONDS_MAX)
        if self.error:
            raise self.error
        return self.name


@case("eventloop", EXECUTOR, "run_in_executor returns an awaitable; the loop goes on with others "
      "until the result is there.")
async def the_loop_goes_on_while_an_executor_works():
    call = Gated("x")

    async def offload():
        note("offload")
        note(f"got-{await get_running_loop().run_in_executor(None, call)}")

    task = create_task(offload())
    await steps("main", 2)
    note("open")
    call.gate.set()
    await task
    note("end")


@case("eventloop", EXECUTOR, "Each call of run_in_executor has an awaitable of its own: results "
      "come in the order in which the calls end, not in that of the calls.")
async def results_of_an_executor_come_as_the_calls_end():
    calls = [Gated(name) for name in "abc"]
    ends = []

    async def offload(call):
        note(f"got-{await get_running_loop().run_in_executor(None, call)}")

    for call in calls:
        ends.append(create_task(offload(call)))
    await sleep(0)
    for i in (2, 0, 1):
        calls[i].gate.set()
        await ends[i]
        note("main")
    note("end")


@case("task", "Running Tasks Concurrently", "gather orders the results of executor calls "
      "by its arguments, whatever call ends first.")
async def gather_orders_the_results_of_an_executor():
    calls = [Gated("a"), Gated("b")]
    waits = [get_running_loop().run_in_executor(None, call) for call in calls]
    group = gather(*waits)
    calls[1].gate.set()
    note(await waits[1])
    calls[0].gate.set()
    for result in await group:
        note(result)


@case("eventloop", EXECUTOR, "An exception of the call is raised where its result is awaited.")
async def the_exception_of_an_executor_call_is_raised_in_its_awaiter():
    call = Gated("x", KeyError())
    call.gate.set()
    try:
        await get_running_loop().run_in_executor(None, call)
    except KeyError:
        note("KeyError")


@case("task", THREADS, "to_thread runs a function in another thread; the loop is not blocked "
      "meanwhile.", "It is a coroutine: the thread starts when it is awaited.")
async def to_thread_does_not_block_the_loop():
    call = Gated("x")

    async def offload():
        note("offload")
        note(await asyncio.to_thread(call))

    async def opener():
        note("open")
        call.gate.set()

    tasks = [create_task(offload()), create_task(steps("other", 2)), create_task(opener())]
    await tasks[0]
    await tasks[1]
    note("end")


@case("eventloop", "Scheduling callbacks", "call_soon_threadsafe schedules a callback from "
      "another thread.",
      "It wakes a loop that waits.")
async def call_soon_threadsafe_wakes_a_waiting_loop():
    loop = get_running_loop()
    future = loop.create_future()
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(future.set_result, 7))
    note("waiting")
    thread.start()
    note(await future)
    thread.join(SECONDS_MAX)
    note("end")


@case("dev", "Concurrency and Multithreading", "Callbacks that another thread schedules run in "
      "the loop's thread, in the order in which they were scheduled.")
async def callbacks_of_another_thread_run_in_order():
    loop = get_running_loop()
    done = loop.create_future()

    def elsewhere():
        for name in "abc":
            loop.call_soon_threadsafe(note, name)
        loop.call_soon_threadsafe(done.set_result, None)

    thread = threading.Thread(target=elsewhere)
    note("start")
    thread.start()
    await done
    thread.join(SECONDS_MAX)
    note("end")


@case("task", "Scheduling From Other Threads", "run_coroutine_threadsafe submits a coroutine to "
      "the loop and gives the other thread a future to wait for.")
async def another_thread_can_submit_a_coroutine():
    loop = get_running_loop()

    async def body():
        note("body")
        await sleep(0)
        return 6

    def elsewhere():
        return asyncio.run_coroutine_threadsafe(body(), loop).result(SECONDS_MAX) + 1

    note(await asyncio.to_thread(elsewhere))


@case("eventloop", EXECUTOR, "The awaitable of run_in_executor can be cancelled.",
      "A call that has begun is not interrupted.")
async def cancelling_the_awaiter_does_not_stop_the_call():
    loop = get_running_loop()
    begun = loop.create_future()
    call = Gated("x")
    ended = threading.Event()

    def body():
        loop.call_soon_threadsafe(begun.set_result, None)
        call()
        ended.set()

    async def offload():
        try:
            await loop.run_in_executor(None, body)
        except asyncio.CancelledError:
            note("thrown")
            raise

    task = create_task(offload())
    await begun
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        note("cancelled")
    note(f"ended={ended.is_set()}")
    call.gate.set()
    note(f"ended={ended.wait(SECONDS_MAX)}")


@case("eventloop", EXECUTOR, "run_in_executor takes the executor to be used.",
      "A pool of one thread runs its calls one after the other, in order.")
async def a_pool_of_one_thread_runs_one_call_at_a_time():
    loop = get_running_loop()
    begun = loop.create_future()
    first = Gated("a")
    second_begun = threading.Event()

    def call_first():
        loop.call_soon_threadsafe(begun.set_result, None)
        return first()

    def call_second():
        second_begun.set()
        return "b"

    with ThreadPoolExecutor(1) as pool:
        calls = [loop.run_in_executor(pool, call) for call in (call_first, call_second)]
        await begun
        await sleep(0)
        note(f"begun={second_begun.is_set()}")
        first.gate.set()
        for call in calls:
            note(await call)


async def offload(name):
    note(f"got-{await get_running_loop().run_in_executor(None, lambda: name)}")


@case("eventloop", EXECUTOR, "Calls in a pool run concurrently with each other: which ends first "
      "is open.", open_order=True)
async def calls_of_an_executor_end_in_any_order():
    tasks = [create_task(offload("a")), create_task(offload("b"))]
    for task in tasks:
        await task
    note("end")


@case("eventloop", EXECUTOR, "A call in a pool runs concurrently with the loop: between which "
      "steps of the loop its result arrives is open.", open_order=True)
async def a_result_arrives_between_any_two_steps_of_the_loop():
    task = create_task(offload("a"))
    await steps("main", 6)
    await task
    note("end")
