"""An append made of several bytecodes, with a call between."""


def ident(value):
    return value


def task():
    global length
    n = length
    table[ident(n)] = 1
    length = n + 1


def reset():
    global table, length
    table = {}
    length = 0


TASKS = [task, task]
SHOW = ["table", "length"]
