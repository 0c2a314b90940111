"""Task groups."""
import asyncio
from asyncio import CancelledError, TaskGroup, create_task, sleep

from suite import case, note, time_now

GROUPS = "Task Groups"


async def member(name, delay, error=None, cancelled=None):
    """A group cancels its tasks in no particular order: several append to a list of their case."""
    try:
        await sleep(delay)
    except CancelledError:
        if cancelled is None:
            note(f"{name}-cancelled@{time_now()}")
        else:
            cancelled.append(f"{name}-cancelled@{time_now()}")
        raise
    note(f"{name}@{time_now()}")
    if error:
        raise error


def note_sorted(words):
    for word in sorted(words):
        note(word)


def note_group(group):
    """The names of the exceptions of a group, in their order."""
    note("group=" + "+".join(type(e).__name__ for e in group.exceptions))


@case("task", GROUPS, "All tasks of a group are awaited when its block ends.")
async def a_task_group_waits_for_all():
    async with TaskGroup() as group:
        group.create_task(member("a", 2))
        group.create_task(member("b", 1))
        note("body")
    note(f"end@{time_now()}")


@case("task", GROUPS, "While a group waits for its tasks, new ones may be added to it.")
async def a_task_can_add_tasks_to_its_group():
    async with TaskGroup() as group:
        async def parent():
            await member("a", 1)
            group.create_task(member("c", 2))

        group.create_task(parent())
        group.create_task(member("b", 2))
    note(f"end@{time_now()}")


@case("task", GROUPS, "The first task that fails gets all others of the group cancelled; when all "
      "have ended, the failures are raised as an exception group.")
async def the_first_failure_cancels_the_rest_of_the_group():
    cancelled = []
    try:
        async with TaskGroup() as group:
            group.create_task(member("a", 5, cancelled=cancelled))
            group.create_task(member("b", 2, KeyError()))
            group.create_task(member("c", 6, cancelled=cancelled))
    except* KeyError as errors:
        note_sorted(cancelled)
        note_group(errors)
    note(f"end@{time_now()}")


@case("task", GROUPS, "If the body still runs when a task fails, the task that contains the "
      "block is cancelled, and that CancelledError does not leave the block.")
async def a_failure_in_a_group_cancels_its_body():
    try:
        async with TaskGroup() as group:
            group.create_task(member("a", 2, KeyError()))
            try:
                await sleep(5)
            except CancelledError:
                note(f"body-cancelled@{time_now()}")
                raise
    except* KeyError as errors:
        note_group(errors)
    note(f"requests={asyncio.current_task().cancelling()}")


@case("task", GROUPS, "A body that raises counts as a task that failed.")
async def a_body_that_raises_cancels_its_group():
    try:
        async with TaskGroup() as group:
            group.create_task(member("a", 5))
            await sleep(1)
            raise KeyError
    except* KeyError as errors:
        note_group(errors)
    note(f"end@{time_now()}")


@case("task", GROUPS, "All failures of a group are combined in one exception group, except "
      "cancellations.")
async def a_group_combines_the_failures_of_its_tasks():
    async def fails_late(error):
        try:
            await sleep(5)
        except CancelledError:
            cancelled.append("late")
            raise error from None

    cancelled = []
    try:
        async with TaskGroup() as group:
            group.create_task(fails_late(ValueError()))
            group.create_task(member("b", 1, KeyError()))
            group.create_task(member("c", 6, cancelled=cancelled))
    except* (KeyError, ValueError) as errors:
        note_sorted(cancelled)
        note_group(errors)


@case("task", GROUPS, "A task of the group that is cancelled alone is no failure: the others go "
      "on.")
async def a_cancelled_member_is_no_failure():
    async with TaskGroup() as group:
        victim = group.create_task(member("a", 5))
        group.create_task(member("b", 2))
        await sleep(1)
        victim.cancel()
    note(f"end@{time_now()}")


@case("task", GROUPS, "When the task that contains the block is cancelled, so are the tasks of "
      "the group, and the block raises CancelledError when they have ended.")
async def cancelling_the_owner_of_a_group_cancels_its_tasks():
    cancelled = []

    async def owner():
        try:
            async with TaskGroup() as group:
                group.create_task(member("a", 5, cancelled=cancelled))
                group.create_task(member("b", 6, cancelled=cancelled))
        except CancelledError:
            note_sorted(cancelled)
            note(f"owner-cancelled@{time_now()}")
            raise

    task = create_task(owner())
    await sleep(1)
    task.cancel()
    try:
        await task
    except CancelledError:
        note(f"cancelled={task.cancelled()}")


@case("task", GROUPS, "When a task fails, no further task may be added once the group has ended.",
      "While it shuts down, create_task is a RuntimeError.")
async def a_group_that_shuts_down_takes_no_new_task():
    async def adds_late(group):
        try:
            await sleep(5)
        except CancelledError:
            coroutine = member("never", 1)
            try:
                group.create_task(coroutine)
            except RuntimeError:
                note("RuntimeError")
                coroutine.close()
            raise

    try:
        async with TaskGroup() as group:
            group.create_task(adds_late(group))
            group.create_task(member("b", 1, KeyError()))
    except* KeyError as errors:
        note_group(errors)
