#!/usr/bin/env python3
"""usage: run.py [--rules | --expected] [MODULE...] | run.py --programs FILE

Prints `CASE: event event ...` for every case, or for those of the modules named; with --expected
those only whose trace is always the same. With --rules, `CASE: rule (page, section; what the trace
shows beyond it)`. With --programs `NUMBER: event event ...` for every line of the file. Exit code 3: this is not Python 3.11, whose library the cases speak of.
"""
import asyncio
import importlib
import sys

if sys.version_info[:2] != (3, 11):
    sys.exit(3)

from programs import main_of
from suite import cases, run
from virtual import VirtualLoop

MODULES = ("callbacks", "futures", "tasks", "together", "cancelling", "timeouts", "groups", "locks",
           "semaphores", "conditions", "queues", "outside")
for name in MODULES:
    importlib.import_module(name)  # registers its cases

NO_TRACE = "-"


def forget(loop):
    """Ends what a case left running, so that nothing of it reaches the next."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True) if left
                            else asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def trace(function, ties=False):
    loop = VirtualLoop(ties)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda loop, context: None)
    try:
        return run(function, loop)
    finally:
        forget(loop)


def rule(c):
    beyond = f"; beyond: {c.beyond}" if c.beyond else ""
    return f"{c.rule} (asyncio-{c.page}, {c.section}{beyond})"


def run_programs(path):
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines):
            print(f"{number}: {' '.join(trace(main_of(line)))}", flush=True)
    return 0


def main(arguments):
    if arguments[:1] == ["--programs"]:
        return run_programs(arguments[1])
    modules = [a for a in arguments if not a.startswith("--")]
    for c in cases:
        if modules and c.__module__ not in modules:
            continue
        if "--rules" in arguments:
            print(f"{c.__name__}: {rule(c)}")
        elif "--expected" not in arguments or not c.open_order:
            words = trace(c, c.ties) if sys.version_info >= c.since else [NO_TRACE]
            print(f"{c.__name__}: {' '.join(words)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
