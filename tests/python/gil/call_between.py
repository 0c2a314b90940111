"""A call between the load and the store."""


def ident(value):
    return value


def task():
    global counter
    counter = ident(counter) + 1


def reset():
    global counter
    counter = 0


TASKS = [task, task]
SHOW = ["counter"]
