"""While a key function runs, the list is empty."""


def key(value):
    return -value


def sort():
    items.sort(key=key)


def observe():
    global seen
    seen = len(items)


def reset():
    global items, seen
    items = [1, 2]
    seen = -1


TASKS = [sort, observe]
SHOW = ["items", "seen"]
