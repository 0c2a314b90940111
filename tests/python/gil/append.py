"""Appends of two tasks: any order, none lost."""


def one():
    items.append(1)
    items.append(2)


def other():
    items.append(3)


def reset():
    global items
    items = []


TASKS = [one, other]
SHOW = ["items"]
