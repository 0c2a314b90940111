"""Tasks and coroutines."""
import asyncio
from asyncio import create_task, get_running_loop, sleep

from suite import case, note, steps, time_now

CREATING = "Creating Tasks"
COROUTINES = "Coroutines"


@case("task", "Sleeping", "sleep(0) lets other tasks run.",
      "Tasks that give way at every step take turns in the order of their creation.")
async def sleep_zero_is_round_robin():
    tasks = [create_task(steps(name, 3)) for name in "abc"]
    for task in tasks:
        await task
    note("end")


@case("task", CREATING, "create_task schedules the execution; the new task starts when its "
      "creator gives way.",
      "Tasks start in the order of their creation.")
async def a_new_task_starts_later_in_order():
    tasks = [create_task(steps(name, 1)) for name in "abc"]
    note("created")
    await sleep(0)
    note("main")
    for task in tasks:
        await task
    note("end")


@case("task", COROUTINES, "Awaiting a coroutine runs it at once, as a part of the caller's task.")
async def awaiting_a_coroutine_does_not_switch():
    async def direct():
        note("direct")
        return 4

    other = create_task(steps("other", 1))
    note(await direct())
    note("main")
    await other
    note("end")


@case("task", COROUTINES, "Only an await that has to wait gives way; a task whose awaits have "
      "their results goes on.")
async def an_await_that_does_not_wait_does_not_switch():
    async def leaf(value):
        return value

    async def busy(name):
        for i in range(3):
            note(f"{name}{await leaf(i)}")

    tasks = [create_task(busy("a")), create_task(busy("b"))]
    await tasks[0]
    note("main")
    await tasks[1]
    note("end")


@case("task", "Sleeping", "sleep suspends the current task for its delay and lets others run.")
async def sleepers_wake_in_the_order_of_their_times():
    async def sleeper(name, delay):
        note(name)
        await sleep(delay)
        note(f"{name}@{time_now()}")

    tasks = [create_task(sleeper(*spec)) for spec in (("a", 3), ("b", 1), ("c", 2))]
    for task in tasks:
        await task
    note("end")


@case("task", "Sleeping", "The loop's time goes by only as the sleeps demand: sleeps of several "
      "tasks overlap, those of one add up.")
async def sleeps_of_several_tasks_overlap():
    async def twice(name, delay):
        for _ in range(2):
            await sleep(delay)
            note(f"{name}@{time_now()}")

    tasks = [create_task(twice("a", 2)), create_task(twice("b", 3))]
    for task in tasks:
        await task
    note(f"end@{time_now()}")


@case("task", CREATING, "A task may create tasks; they too are scheduled and start later.")
async def nested_tasks_start_behind_what_is_ready():
    async def parent(name):
        note(name)
        child = create_task(steps(name + "-child", 1))
        await sleep(0)
        note(name)
        await child
        note(name + "-end")

    tasks = [create_task(parent("a")), create_task(parent("b"))]
    for task in tasks:
        await task
    note("end")


@case("task", CREATING, "The result of a task is that of its coroutine; a task that is done can "
      "be awaited.",
      "That await does not suspend.")
async def awaiting_a_done_task_does_not_suspend():
    async def value():
        note("value")
        return 9

    task = create_task(value())
    await sleep(0)
    get_running_loop().call_soon(note, "soon")
    note(f"done={task.done()}")
    note(await task)
    await sleep(0)
    note("end")


@case("task", "Task Object", "An exception that leaves a task's coroutine is raised where the "
      "task is awaited, and kept for exception().")
async def the_exception_of_a_task_is_raised_where_it_is_awaited():
    async def fail():
        note("fail")
        raise KeyError

    task = create_task(fail())
    try:
        await task
    except KeyError:
        note("KeyError")
    note(type(task.exception()).__name__)


@case("dev", "Detect never-retrieved exceptions", "An exception in a task that nobody awaits does "
      "not stop the loop or other tasks.")
async def a_failed_task_stops_nobody():
    async def fail():
        note("fail")
        raise KeyError

    failed = create_task(fail())
    other = create_task(steps("other", 3))
    await sleep(0)
    note("main")
    await other
    note(f"done={failed.done()}")


@case("task", "Task Object", "Done callbacks of a task are scheduled when it is done.",
      "They come in the order in which they were added, the awaiting task among them.")
async def done_callbacks_of_a_task_come_in_order():
    task = create_task(steps("task", 1))
    task.add_done_callback(lambda _: note("first"))

    async def waiter():
        await task
        note("waiter")

    waiting = create_task(waiter())
    await sleep(0)
    task.add_done_callback(lambda _: note("second"))
    await waiting
    note("main")
    await sleep(0)
    note("end")


@case("task", "Introspection", "current_task is the task that runs, also inside the coroutines "
      "that it awaits.")
async def the_current_task_is_the_one_that_runs():
    main = asyncio.current_task()

    async def compare(other):
        note("same" if asyncio.current_task() is other else "other")

    await compare(main)
    await create_task(compare(main))
    note("end")
