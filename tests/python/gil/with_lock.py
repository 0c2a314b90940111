"""Both tasks take the lock; one calls between load and store."""
import threading


def ident(value):
    return value


def one():
    global counter
    with lock:
        counter = ident(counter) + 1


def other():
    global counter
    with lock:
        counter += 1


def reset():
    global counter, lock
    counter = 0
    lock = threading.Lock()


TASKS = [one, other]
SHOW = ["counter"]
