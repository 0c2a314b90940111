"""One task takes the lock, the other forgets it."""
import threading


def ident(value):
    return value


def careful():
    global counter
    lock.acquire()
    counter = ident(counter) + 1
    lock.release()


def careless():
    global counter
    counter = ident(counter) + 1


def reset():
    global counter, lock
    counter = 0
    lock = threading.Lock()


TASKS = [careful, careless]
SHOW = ["counter"]
