"""A jump back between two increments."""


def task():
    global counter
    for i in range(2):
        counter += 1


def reset():
    global counter
    counter = 0


TASKS = [task, task]
SHOW = ["counter"]
