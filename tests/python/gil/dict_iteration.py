"""A dict that grows while another task iterates over it."""


def ident(value):
    return value


def walk():
    global total
    for k in table:
        total = ident(k) + total


def grow():
    table[4] = 0


def reset():
    global table, total
    table = {1: 0, 2: 0}
    total = 0


TASKS = [walk, grow]
SHOW = ["table", "total"]
