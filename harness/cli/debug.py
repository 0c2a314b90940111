# Commands of gdb for a run of sley: `sley tasks`, `sley bt N`, `sley step`.
import gdb

WORD = 8
# Where a switched-away fiber's registers lie above its stack pointer (engine/switch_*.S), and how
# many bytes the frame has.
LAYOUTS = {
    "i386:x86-64": (
        64,
        {"r15": 1, "r14": 2, "r13": 3, "r12": 4, "rbx": 5, "rbp": 6, "rip": 7},
        "rsp",
    ),
    "aarch64": (
        176,
        dict({"x%d" % (19 + i): i for i in range(12)}, pc=11),
        "sp",
    ),
}
STATES = ["free", "runnable", "blocked", "done"]


def value(expression):
    return gdb.parse_and_eval(expression)


def address(symbol):
    return int(value("(unsigned long)&" + symbol))


def in_code(pc):
    return address("__start_sley_text") <= pc < address("__stop_sley_text")


def code_frame():
    """Innermost frame of the code under test, or None."""
    frame = gdb.newest_frame()
    while frame is not None:
        if in_code(frame.pc()):
            return frame
        frame = frame.older()
    return None


def select_code_frame():
    frame = code_frame()
    if frame is not None:
        frame.select()
    return frame


def inferior_of(process):
    """The inferior that is a process of the run; the first one if it is the only one."""
    pid = int(value("sley_process_table[%d].pid" % process)) if process else 0
    for inferior in gdb.inferiors():
        if inferior.pid == pid or (pid == 0 and inferior.num == 1):
            return inferior
    raise gdb.GdbError("sley: the process of that task is gone")


class OtherTask:
    """The registers of a task that is not running, for as long as the block lasts."""

    def __init__(self, task):
        self.home = gdb.selected_inferior()
        table = "sley_engine.task_table[%d]" % task
        self.inferior = inferior_of(int(value(table + ".process")))
        self.sp = int(value("(unsigned long)%s.fiber.sp" % table))
        self.low = int(value("(unsigned long)%s.stack_low" % table))
        self.high = self.low + int(value("(unsigned long)%s.stack_size" % table))
        self.saved = None

    def __enter__(self):
        self.inferior.threads()[0].switch()
        gdb.newest_frame().select()
        # A process that waits for its turn does so on the stack of one of its tasks.
        if not self.low <= int(value("(unsigned long)$sp")) < self.high:
            self.switch_registers()

    def switch_registers(self):
        architecture = gdb.newest_frame().architecture().name()
        if architecture not in LAYOUTS:
            raise gdb.GdbError("sley: stacks of other tasks are known on x86-64 and AArch64 only")
        size, slots, pointer = LAYOUTS[architecture]
        names = list(slots) + [pointer]
        self.saved = {name: int(value("(unsigned long)$" + name)) for name in names}
        memory = self.inferior.read_memory(self.sp, size).tobytes()
        for name, slot in slots.items():
            word = int.from_bytes(memory[slot * WORD : slot * WORD + WORD], "little")
            gdb.execute("set $%s = %d" % (name, word), to_string=True)
        gdb.execute("set $%s = %d" % (pointer, self.sp + size), to_string=True)

    def __exit__(self, *unused):
        for name, word in (self.saved or {}).items():
            gdb.execute("set $%s = %d" % (name, word), to_string=True)
        self.home.threads()[0].switch()
        select_code_frame()
        return False


def current():
    return int(value("sley_engine.task"))


def task_count():
    return int(value("sley_engine.task_count"))


def place():
    frame = code_frame()
    if frame is None:
        return "not in the code under test"
    line = frame.find_sal()
    name = frame.name() or "?"
    file = line.symtab.filename.split("/")[-1] if line.symtab else "?"
    return "%s:%d (%s)" % (file, line.line, name)


class Sley(gdb.Command):
    """Tasks of the run that is being replayed: sley tasks, sley bt N, sley step."""

    def __init__(self):
        super().__init__("sley", gdb.COMMAND_STACK, gdb.COMPLETE_NONE, True)


class Tasks(gdb.Command):
    """sley tasks: every task of the run, its state and its place."""

    def __init__(self):
        super().__init__("sley tasks", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        for task in range(task_count()):
            state = STATES[int(value("(int)sley_engine.task_table[%d].state" % task))]
            mark = ">" if task == current() else " "
            if task == current():
                where = place()
            elif state in ("free", "done"):
                where = ""
            else:
                with OtherTask(task):
                    where = place()
            print("%s task %d  %-8s %s" % (mark, task, state, where))


class Backtrace(gdb.Command):
    """sley bt N: the stack of task N."""

    def __init__(self):
        super().__init__("sley bt", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        if not argument.strip().isdigit() or int(argument) >= task_count():
            raise gdb.GdbError(
                "sley bt '%s': expected a task from 0 to %d" % (argument, task_count() - 1)
            )
        task = int(argument)
        if task == current():
            gdb.newest_frame().select()
            gdb.execute("backtrace")
            select_code_frame()
        elif STATES[int(value("(int)sley_engine.task_table[%d].state" % task))] == "done":
            raise gdb.GdbError("sley bt %d: the task has ended" % task)
        else:
            with OtherTask(task):
                gdb.execute("backtrace")


class Step(gdb.Command):
    """sley step: on to the next step of the run, whichever task takes it."""

    def __init__(self):
        super().__init__("sley step", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        gdb.execute("set variable sley_debug_step = sley_debug_now + 1", to_string=True)
        gdb.execute("continue")


class Begin(gdb.Breakpoint):
    """The run begins: its processes stay under gdb, and all of them go on together, as it needs.
    Processes before it are none of the run's."""

    def stop(self):
        gdb.execute("set detach-on-fork off")
        gdb.execute("set schedule-multiple on")
        return False


class Here(gdb.Breakpoint):
    """The step that was asked for."""

    def stop(self):
        return True


def on_stop(event):
    if not isinstance(event, gdb.BreakpointEvent):
        return
    frame = select_code_frame()
    print("sley: step %d, task %d" % (int(value("sley_debug_now")), current()))
    if frame is not None:
        gdb.execute("frame")


Sley()
Tasks()
Backtrace()
Step()
gdb.execute("set confirm off")
gdb.execute("set print inferior-events off")
gdb.execute("set pagination off")
gdb.execute("set breakpoint pending on")
for name in ("SIGALRM", "SIGVTALRM", "SIGPROF"):
    gdb.execute("handle %s nostop noprint pass" % name, to_string=True)
Begin("sley_debug_here", internal=True)
Here("sley_debug_reached", internal=True)
gdb.events.stop.connect(on_stop)
