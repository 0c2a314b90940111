# What plain C units cost. Measured on a machine with 2 cores (x86-64, Linux, glibc), medians; the
# ranges are those seen there. `sley calibrate` writes the same for the machine at hand.
name    c
source  measured, 2-core x86-64 Linux machine; ranges in models/machine/profiles/c.profile

create.thread       35    us      # pthread_create + join: 32-38 us
create.fork         147   us      # fork + wait of a small process; 7.8 ms with 512 MiB touched
create.forkserver   147   us      # C has no fork server: as fork
create.spawn        0.84  ms      # posix_spawn + wait
create.coroutine    0.6   us      # stackful, with a stack of 16 KiB

switch.thread       1.2   us      # futex hand-over on one core 1.17-1.2 us; by a pipe 1.28-1.35 us
switch.process      1.4   us      # futex hand-over on one core 1.32-1.46 us; by a pipe 1.38-1.48 us
switch.coroutine    21    ns      # hand-written switch; swapcontext 0.22 us

memory.thread       12    KiB     # resident: one page of stack, descriptor and kernel stack
memory.fork         120   KiB     # private pages of a small forked process
memory.spawn        1     MiB     # a small program of its own
memory.coroutine    16    KiB     # its stack

pipe.round-trip     2.7   us      # there and back, one core
queue.round-trip    2.7   us      # no queue of its own: as the pipe

serialise.write     60    ns/KiB  # a copy of flat data, about 16 GiB/s
serialise.read      60    ns/KiB

call.direct         1.6   ns      # a call that is not inlined, 1.56-1.65 ns
access.shared       99    ns      # a line that another core wrote, 96-153 ns
handover.thread     1.2   us      # to a thread that waits: a futex hand-over, as switch.thread
handover.coroutine  1     ns      # beside the switch
copy.pipe           1.16  us/KiB  # 64 MiB through a pipe of two processes, 0.96-1.42 us/KiB
copy.shared         60    ns/KiB  # a copy, as serialise.write
request.thread      0     ns      # not measured, as the next two
request.connection  0     ns
request.coroutine   0     ns

interpreter.interval  0   ns      # no interpreter
memory.bandwidth      0   B/us    # no limit

pool.thread         50    ns      # mutex, list, condition: an item in bulk 40-80 ns
pool.wake           10.3  us      # an item one at a time on one core 10.2-10.5 us; 49-62 us on two
pool.process        2.7   us      # as the pipe
