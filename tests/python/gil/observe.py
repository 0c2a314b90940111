"""What the real interpreter makes of a module beside this file.

usage: observe.py MODULE REPEATS

The module has TASKS (functions without parameters), SHOW (names of globals) and reset(). Each
repetition runs every task in a thread of its own, under the shortest switch interval. Prints, once
each, the outcomes that were seen, and the bytecodes of its functions as `dis` names them:

    outcome NAME=VALUE ... raised=EXCEPTION,...
    code FUNCTION INSTRUCTION [OPERAND]

Left out of the bytecodes: CACHE and PRECALL, which no later version has, targets of jumps, and the
code that runs after an exception.
"""
import dis
import importlib
import random
import sys
import threading
import types

SPIN_MAX = 4000  # passes of an empty loop, about 15 ns each
JOIN_S = 20  # a bound, so that nothing hangs; no outcome depends on it


def run_once(module):
    raised = ["-"] * len(module.TASKS)
    start = threading.Barrier(len(module.TASKS))

    def main(index, task):
        start.wait(JOIN_S)
        # A request for the lock comes some 60 us after the wait for it began: somewhere in here,
        # and now and then in the task.
        for _ in range(random.randrange(SPIN_MAX)):
            pass
        try:
            task()
        except Exception as error:
            raised[index] = type(error).__name__

    module.reset()
    threads = [threading.Thread(target=main, args=pair, daemon=True)
               for pair in enumerate(module.TASKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(JOIN_S)
        if thread.is_alive():
            sys.exit("a task did not end")
    shown = [f"{name}={getattr(module, name)!r}" for name in module.SHOW]
    return " ".join(shown + ["raised=" + ",".join(raised)])


def operand(code, instruction):
    if instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs:
        return ""
    if instruction.opname == "KW_NAMES":
        return repr(code.co_consts[instruction.arg])
    if instruction.opname == "CONTAINS_OP":
        return "not in" if instruction.arg else "in"
    if instruction.opname in ("CALL", "BUILD_LIST", "RAISE_VARARGS"):
        return str(instruction.arg)
    return instruction.argrepr


def print_code(function):
    for instruction in dis.get_instructions(function):
        if instruction.opname == "PUSH_EXC_INFO":
            return
        if instruction.opname != "PRECALL":
            text = operand(function.__code__, instruction)
            print("code", function.__name__, instruction.opname, *([text] if text else []))


def main():
    module = importlib.import_module(sys.argv[1])
    sys.setswitchinterval(1e-6)
    for outcome in sorted({run_once(module) for _ in range(int(sys.argv[2]))}):
        print("outcome", outcome)
    for value in vars(module).values():
        if isinstance(value, types.FunctionType) and value.__name__ != "reset":
            print_code(value)


main()
