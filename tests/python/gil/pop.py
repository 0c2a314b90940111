"""One item, two tasks that pop."""


def task():
    items.pop()


def reset():
    global items
    items = [1]


TASKS = [task, task]
SHOW = ["items"]
