"""counter += 1: no check point lies between the load and the store."""


def task():
    global counter
    counter += 1


def reset():
    global counter
    counter = 0


TASKS = [task, task, task]
SHOW = ["counter"]
