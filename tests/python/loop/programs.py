"""Random programs: what the cases do not think of.

A program is a line of words, one a task, which the main task starts in their order. A word is a mode and operations of three characters: a letter, the number of an object
or task, and the exponent of a duration ('0' + k means 2**k seconds). No two operations of a program
have the same exponent, so that no two timers ever have the same time: each operation is executed
once, and so the sum of any two different sets of durations differs.
Modes: `p` lets a cancellation through, `s` suppresses it, `k` lets it through and fails at its end.
programs.c reads the same.
"""
import asyncio

from suite import is_recording, note, stop_recording, time_now

LAST_SLEEP = 2 ** 21  # longer than all timers of a program together
ROUNDS_MAX = 100

WORDS = {
    "CancelledError": "x", "KeyError": "K", "RuntimeError": "R", "TimeoutError": "T",
    "ValueError": "V", "InvalidStateError": "I", "QueueEmpty": "E", "QueueFull": "F",
    "BrokenBarrierError": "B",
}


class Program:
    def __init__(self, line):
        self.words = line.split()
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.condition = asyncio.Condition(self.locks[0])
        self.events = [asyncio.Event(), asyncio.Event()]
        self.semaphore = asyncio.Semaphore(1)
        self.queue = asyncio.Queue(1)
        self.barrier = asyncio.Barrier(2)
        self.futures = [asyncio.get_running_loop().create_future() for _ in range(2)]

    async def run(self):
        self.tasks = [asyncio.create_task(self.body(me)) for me in range(len(self.words))]
        await asyncio.sleep(LAST_SLEEP)
        note("end")
        stop_recording()
        await self.end()

    async def end(self):
        """Ends all tasks: one that waits for a condition takes the lock before it ends."""
        for _ in range(ROUNDS_MAX):
            if all(task.done() for task in self.tasks):
                break
            for lock in self.locks:
                if lock.locked():
                    lock.release()
            for task in self.tasks:
                task.cancel()
            await asyncio.sleep(0)

    async def body(self, me):
        mode, operations = self.words[me][0], self.words[me][1:]
        for at in range(0, len(operations), 3):
            if not is_recording():
                return me
            letter, number, exponent = operations[at:at + 3]
            value = None
            try:
                value = await self.execute(me, letter, int(number), 2 ** (ord(exponent) - ord("0")))
                end = "r"
            except (Exception, asyncio.CancelledError) as error:
                end = WORDS[type(error).__name__]
            note(f"{me}{letter}{number}={end}{'' if value is None else int(value)}@{time_now()}")
            if end == "x" and mode != "s":
                raise asyncio.CancelledError
        if mode == "k":
            raise KeyError
        return me

    async def execute(self, me, letter, n, duration):
        match letter:
            case "y": await asyncio.sleep(0)
            case "z": await asyncio.sleep(duration)
            case "l": await self.locks[n].acquire()
            case "u": self.locks[n].release()
            case "e": await self.events[n].wait()
            case "E": self.events[n].set()
            case "C": self.events[n].clear()
            case "a": await self.semaphore.acquire()
            case "r": self.semaphore.release()
            case "g": return await self.queue.get()
            case "p": await self.queue.put(me)
            case "q": return self.queue.get_nowait()
            case "P": self.queue.put_nowait(me)
            case "o": self.queue.task_done()
            case "H": await self.queue.join()
            case "f": return await self.futures[n]
            case "F": self.futures[n].set_result(me)
            case "j": return await self.tasks[n]
            case "c": return self.tasks[n].cancel()
            case "G": await asyncio.gather(self.tasks[n], self.tasks[n + 1])
            case "X": await asyncio.gather(self.tasks[n], self.tasks[n + 1],
                                           return_exceptions=True)
            case "S": return await asyncio.shield(self.tasks[n])
            case "W": return await self.wait(n, asyncio.FIRST_COMPLETED, None)
            case "w": return await self.wait(n, asyncio.FIRST_EXCEPTION, duration)
            case "t": return await asyncio.wait_for(self.tasks[n], duration)
            case "M": await self.limited(n, duration)
            case "d": await self.condition.wait()
            case "n": self.condition.notify(n)
            case "b": return await self.barrier.wait()
            case "R": await self.barrier.reset()
            case "U": return asyncio.current_task().uncancel()
            case "i": asyncio.get_running_loop().call_soon(note, f"soon{me}")
            case "I": asyncio.get_running_loop().call_later(duration, note, f"later{me}")
            case _: raise AssertionError(letter)

    async def wait(self, n, return_when, timeout):
        done, _ = await asyncio.wait([self.tasks[n], self.tasks[n + 1]], timeout=timeout,
                                     return_when=return_when)
        return len(done)

    async def limited(self, n, duration):
        # Releases of 3.11 differ in what becomes of requests that were suppressed before.
        while asyncio.current_task().cancelling():
            asyncio.current_task().uncancel()
        async with asyncio.timeout(duration):
            await self.events[n].wait()


def main_of(line):
    async def main():
        await Program(line).run()

    return main
