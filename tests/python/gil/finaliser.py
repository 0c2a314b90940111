"""A finaliser runs inside the bytecode that drops the last reference."""


def ident(value):
    return value


def end(self):
    global inside
    inside = 1
    inside = ident(2)


class Thing:
    __del__ = end


def forget():
    global thing
    del thing


def look():
    global seen
    seen = inside


def reset():
    global inside, seen, thing
    inside = 0
    seen = -1
    thing = Thing()


TASKS = [forget, look]
SHOW = ["inside", "seen"]
