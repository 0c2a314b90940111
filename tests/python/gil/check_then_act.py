"""Whether a key is there is asked before it is set, with a call between."""


def ident(value):
    return value


def task():
    global made
    if 1 not in table:
        t = ident(1)
        made = made + t
        table[1] = made


def reset():
    global table, made
    table = {}
    made = 0


TASKS = [task, task]
SHOW = ["table", "made"]
