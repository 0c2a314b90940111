"""A user's operator is called inside one BINARY_OP."""


def ident(value):
    return value


def plus(self, other):
    global counter
    t = counter
    counter = ident(t) + other
    return other


class Number:
    __add__ = plus


def task():
    n + 1


def reset():
    global counter, n
    counter = 0
    n = Number()


TASKS = [task, task]
SHOW = ["counter"]
