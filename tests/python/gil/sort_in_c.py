"""A sort that compares in C is seen before or after, never in between."""


def sort():
    items.sort()


def observe():
    global seen
    seen = len(items)


def reset():
    global items, seen
    items = [3, 1, 2]
    seen = -1


TASKS = [sort, observe]
SHOW = ["items", "seen"]
