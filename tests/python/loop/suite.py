"""The list of cases and the trace that they write.

A case is a coroutine function, run as the loop's main task, or a plain function of the loop. It is
registered with the page and section of the Python 3.11 library reference (Asynchronous I/O) that
states its rule, and with the rule in one sentence. `beyond` says what the trace shows besides,
where the reference leaves the order open and only CPython settles it. A case with `ties` has timers
of one time, and must not show their order; any other case fails if it has. The trace of a case with
`open_order` depends on threads and is one of several. `since` is the first release known to keep the
rule; an older one shows no trace.
"""
import asyncio
import inspect

PAGES = ("eventloop", "task", "future", "sync", "queue", "dev")

cases = []
_trace = []
_recording = False


def case(page, section, rule, beyond="", ties=False, open_order=False,
         since=(3, 11, 0)):
    assert page in PAGES

    def register(function):
        assert all(other.__name__ != function.__name__ for other in cases)
        function.page = page
        function.section = section
        function.rule = rule
        function.beyond = beyond
        function.ties = ties
        function.open_order = open_order
        function.since = since
        cases.append(function)
        return function

    return register


def note(event):
    """Adds one word to the trace of the running case."""
    word = str(event)
    assert word and " " not in word
    if _recording:
        _trace.append(word)


def is_recording():
    """False once the case has returned, and what is left of it is being ended."""
    return _recording


def time_now():
    """Virtual seconds since the case began; every case uses whole ones."""
    return round(asyncio.get_running_loop().time())


def block(seconds):
    """What time.sleep does to a loop: time goes by and nothing else runs."""
    asyncio.get_running_loop().pass_time(seconds)


async def steps(name, count):
    """Notes name and number, and gives way after each."""
    for i in range(count):
        note(f"{name}{i}")
        await asyncio.sleep(0)


def run(function, loop):
    """The trace of a case on a fresh loop. What still runs when the case returns is not its own."""
    global _recording
    _trace.clear()
    _recording = True
    try:
        if inspect.iscoroutinefunction(function):
            loop.run_until_complete(_main(function))
        else:
            function(loop)
    finally:
        _recording = False
    return list(_trace)


def stop_recording():
    global _recording
    _recording = False


async def _main(function):
    await function()
    stop_recording()
