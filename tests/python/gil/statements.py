"""Three statements without a check point between."""


def task():
    global counter
    t = counter
    t = t + 1
    counter = t


def reset():
    global counter
    counter = 0


TASKS = [task, task]
SHOW = ["counter"]
