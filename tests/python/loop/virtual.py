"""CPython's own event loop on a virtual clock: it never waits for a timer, it moves to it."""
import asyncio
import selectors

# Only threads of an executor are really waited for; they always answer, unless a case is wrong.
OUTSIDE_SECONDS_MAX = 20


class VirtualSelector(selectors.DefaultSelector):
    """Reports what is ready at once; else lets the time pass that the loop wanted to wait."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            ready = super().select(OUTSIDE_SECONDS_MAX)
            if not ready:
                raise RuntimeError("the loop has nothing left to wait for")
            return ready
        self.now += max(timeout, 0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """ties: whether timers of one time are allowed, whose order the library leaves undefined."""

    def __init__(self, ties=False):
        self._virtual = VirtualSelector()
        self._ties = ties
        super().__init__(self._virtual)

    def time(self):
        return self._virtual.now

    def pass_time(self, seconds):
        self._virtual.now += seconds

    def call_at(self, when, callback, *args, context=None):
        # Most timers come from sleep and the like, so the check stands here and not in the cases.
        if not self._ties:
            assert all(timer.cancelled() or timer.when() != when for timer in self._scheduled), (
                f"two timers at {when}: their order is undefined")
        return super().call_at(when, callback, *args, context=context)
