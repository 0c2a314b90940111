#!/usr/bin/env python3
"""usage: run.py [CASE...] | run.py --rules

Prints `CASE: event event ...` for every case, or for those named, in the order of the modules; with
--rules, `CASE<tab>page, section<tab>rule<tab>what is beyond it`.
"""
import asyncio
import gc
import sys

from suite import cases, run
from virtual import VirtualLoop

import callbacks  # noqa: F401  each import registers the cases of a module
import futures  # noqa: F401
import tasks  # noqa: F401
import together  # noqa: F401
import cancelling  # noqa: F401
import timeouts  # noqa: F401
import groups  # noqa: F401
import locks  # noqa: F401
import semaphores  # noqa: F401
import conditions  # noqa: F401
import queues  # noqa: F401
import outside  # noqa: F401


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


def trace(function):
    loop = VirtualLoop(function.ties)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda loop, context: None)
    try:
        return run(function, loop)
    finally:
        forget(loop)
        gc.collect()


def main(wanted):
    if wanted == ["--rules"]:
        for c in cases:
            print(c.__name__, f"asyncio-{c.page}, {c.section}", c.rule, c.beyond, sep="\t")
        return 0
    unknown = set(wanted) - {c.__name__ for c in cases}
    if unknown:
        print("run.py: no such case:", *sorted(unknown), file=sys.stderr)
        return 2
    for c in cases:
        if not wanted or c.__name__ in wanted:
            print(f"{c.__name__}: {' '.join(trace(c))}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
