"""gather, wait, as_completed and shield."""
import asyncio
from asyncio import create_task, gather, get_running_loop, shield, sleep

from suite import case, note, time_now

GATHER = "Running Tasks Concurrently"
WAIT = "Waiting Primitives"
SHIELD = "Shielding From Cancellation"


async def sleeper(name, delay, error=None):
    """Sleeps, notes how it ends, and returns its name or raises."""
    try:
        await sleep(delay)
    except asyncio.CancelledError:
        note(f"{name}-cancelled")
        raise
    note(f"{name}@{time_now()}")
    if error:
        raise error
    return name


@case("task", GATHER, "The results of gather stand in the order of its arguments, whatever the "
      "order of completion.")
async def gather_returns_results_in_the_order_of_arguments():
    for result in await gather(sleeper("a", 3), sleeper("b", 1), sleeper("c", 2)):
        note(result)


@case("task", GATHER, "gather schedules its coroutines as tasks, so that they run concurrently.",
      "They start in the order of the arguments.")
async def gather_starts_its_coroutines_in_order():
    async def step(name):
        note(name + "0")
        await sleep(0)
        note(name + "1")

    group = gather(step("a"), step("b"), step("c"))
    note("gathered")
    await group
    note("end")


@case("task", GATHER, "The first exception goes at once to the task that awaits gather; the "
      "others are not cancelled and go on.")
async def gather_raises_the_first_exception_and_others_go_on():
    try:
        await gather(sleeper("a", 3), sleeper("b", 1, KeyError()), sleeper("c", 2, ValueError()))
    except KeyError:
        note(f"KeyError@{time_now()}")
    await sleep(4)
    note("end")


@case("task", GATHER, "With return_exceptions, exceptions stand among the results.")
async def gather_can_return_exceptions_as_results():
    results = await gather(sleeper("a", 2), sleeper("b", 1, KeyError()), sleeper("c", 3),
                           return_exceptions=True)
    for result in results:
        note(result if isinstance(result, str) else type(result).__name__)


@case("task", GATHER, "Cancelling gather cancels all of its tasks that have not ended.")
async def cancelling_gather_cancels_what_has_not_ended():
    group = gather(sleeper("a", 1), sleeper("b", 5), sleeper("c", 6))
    await sleep(2)
    note(group.cancel())
    try:
        await group
    except asyncio.CancelledError:
        note(f"CancelledError@{time_now()}")


@case("task", GATHER, "A task of a gather that is cancelled counts as one that raised "
      "CancelledError: gather itself is not cancelled, and neither are the others.")
async def cancelling_one_of_a_gather_spares_the_others():
    tasks = [create_task(sleeper(name, delay)) for name, delay in (("a", 2), ("b", 3), ("c", 4))]
    get_running_loop().call_later(1, tasks[1].cancel)
    try:
        await gather(*tasks)
    except asyncio.CancelledError:
        note(f"CancelledError@{time_now()}")
    await sleep(5)
    note("end")


@case("task", GATHER, "With return_exceptions, a cancelled task leaves its CancelledError among "
      "the results.")
async def gather_returns_the_cancellation_of_one_as_its_result():
    tasks = [create_task(sleeper(name, delay)) for name, delay in (("a", 2), ("b", 3))]
    get_running_loop().call_later(1, tasks[1].cancel)
    for result in await gather(*tasks, return_exceptions=True):
        note(result if isinstance(result, str) else type(result).__name__)


@case("task", GATHER, "Cancelling the task that awaits gather cancels the tasks of gather.")
async def cancelling_the_awaiting_task_cancels_gather():
    async def outer():
        try:
            await gather(sleeper("a", 4), sleeper("b", 5))
        except asyncio.CancelledError:
            note(f"outer-cancelled@{time_now()}")
            raise

    task = create_task(outer())
    await sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        note("end")


def names(tasks):
    return "".join(sorted(t.get_name() for t in tasks)) or "none"


def named(*specs):
    return [create_task(sleeper(*spec), name=spec[0]) for spec in specs]


@case("task", WAIT, "wait returns two sets, those done and those pending; FIRST_COMPLETED returns "
      "when any is done.")
async def wait_for_the_first_completed():
    tasks = named(("a", 3), ("b", 1), ("c", 2))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    note(f"done={names(done)}")
    note(f"pending={names(pending)}")
    done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    note(f"done={names(done)}")
    note(f"pending={names(pending)}")


@case("task", WAIT, "FIRST_EXCEPTION returns when any has raised; the exception is not raised by "
      "wait.")
async def wait_for_the_first_exception():
    tasks = named(("a", 1), ("b", 2, KeyError()), ("c", 3))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    note(f"done={names(done)}")
    note(f"pending={names(pending)}")
    note(type(tasks[1].exception()).__name__)


@case("task", WAIT, "FIRST_EXCEPTION is ALL_COMPLETED when nothing raises.")
async def wait_for_an_exception_that_does_not_come():
    tasks = named(("a", 2), ("b", 1))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    note(f"done={names(done)}")
    note(f"pending={names(pending)}")


@case("task", WAIT, "ALL_COMPLETED returns when every one is done, also those that raised or were "
      "cancelled.")
async def wait_for_all_completed():
    tasks = named(("a", 2), ("b", 1, KeyError()), ("c", 4))
    get_running_loop().call_later(3, tasks[2].cancel)
    done, pending = await asyncio.wait(tasks)
    note(f"done={names(done)}@{time_now()}")
    note(f"pending={names(pending)}")


@case("task", WAIT, "A timeout of wait raises nothing and cancels nothing: what is not done is "
      "returned as pending.")
async def a_timeout_of_wait_cancels_nothing():
    tasks = named(("a", 1), ("b", 3))
    done, pending = await asyncio.wait(tasks, timeout=2)
    note(f"done={names(done)}@{time_now()}")
    note(f"pending={names(pending)}")
    await sleep(2)
    note("end")


@case("task", WAIT, "Cancelling wait does not cancel what it waits for.")
async def cancelling_wait_does_not_cancel_its_tasks():
    tasks = named(("a", 3))
    waiting = create_task(asyncio.wait(tasks))
    await sleep(1)
    waiting.cancel()
    try:
        await waiting
    except asyncio.CancelledError:
        note(f"CancelledError@{time_now()}")
    note(await tasks[0])


@case("task", WAIT, "as_completed gives the earliest next result of those that remain.")
async def as_completed_gives_results_in_the_order_of_completion():
    for earliest in asyncio.as_completed([sleeper("a", 3), sleeper("b", 1), sleeper("c", 2)]):
        note(f"got-{await earliest}")


@case("task", WAIT, "A timeout of as_completed is raised where the next result is awaited.")
async def as_completed_raises_its_timeout_where_it_is_awaited():
    for earliest in asyncio.as_completed([sleeper("a", 3), sleeper("b", 1)], timeout=2):
        try:
            note(f"got-{await earliest}")
        except asyncio.TimeoutError:
            note(f"TimeoutError@{time_now()}")
    await sleep(2)
    note("end")


@case("task", SHIELD, "When the task that awaits a shield is cancelled, what is shielded goes on; "
      "the await raises CancelledError.")
async def what_is_shielded_goes_on_when_the_outer_task_is_cancelled():
    inner = create_task(sleeper("inner", 3))

    async def outer():
        try:
            await shield(inner)
        except asyncio.CancelledError:
            note(f"outer-cancelled@{time_now()}")
            raise

    task = create_task(outer())
    await sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        note(f"inner-cancelled={inner.cancelled()}")
    note(await inner)


@case("task", SHIELD, "A cancellation of what is shielded by other means cancels the shield too.")
async def a_shield_ends_with_what_it_shields():
    inner = create_task(sleeper("inner", 3))
    get_running_loop().call_later(1, inner.cancel)
    try:
        await shield(inner)
    except asyncio.CancelledError:
        note(f"CancelledError@{time_now()}")


@case("task", SHIELD, "A shield that is not cancelled gives the result of what it shields.")
async def a_shield_gives_the_result_of_what_it_shields():
    note(await shield(sleeper("inner", 2)))
