"""What is appended while a key function runs is lost, and the sort says so."""


def key(value):
    return -value


def sort():
    items.sort(key=key)


def other():
    items.append(3)


def reset():
    global items
    items = [1, 2]


TASKS = [sort, other]
SHOW = ["items"]
