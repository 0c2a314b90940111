# What CPython's units cost. Measured with CPython 3.11.7 on a machine with 2 cores (x86-64, Linux),
# medians.
name    cpython
source  measured, CPython 3.11.7, 2-core x86-64 Linux machine; see profiles/cpython.profile

create.thread       98    us      # threading.Thread, start + join: 93-103 us
create.fork         2.7   ms      # multiprocessing, start + join
create.forkserver   34    ms      # multiprocessing
create.spawn        79    ms      # multiprocessing
create.coroutine    7.5   us      # asyncio task, create and run; an await that does not suspend 0.10 us

switch.thread       3.0   us      # ping-pong of two Locks on one core; up to 38 us on two cores
switch.process      1.8   us      # by a pipe on one core; 9 us on two cores
switch.coroutine    2.0   us      # asyncio.sleep(0): 1.9-2.05 us; a raw switch 0.10 us

memory.thread       13.6  KiB     # resident; 9.1 MiB of address space
memory.fork         3.0   MiB     # private, forked
memory.spawn        12.6  MiB     # private, spawned
memory.coroutine    1.0   KiB     # task

pipe.round-trip     69    us      # multiprocessing.Pipe; queue.Queue between threads 79 us
queue.round-trip    120   us      # multiprocessing.Queue

serialise.write     15.75 us/KiB  # pickle.dumps of 200,000 small dicts: 62 MiB/s; bytes 2-3 us/KiB
serialise.read      61    us/KiB  # pickle.loads of the same: 16 MiB/s

call.direct         0.10  us      # an await that does not suspend; a plain call is no dearer
access.shared       50    ns      # an attribute that another thread wrote
handover.thread     39.5  us      # half of 79 us, queue.Queue between two threads on two cores
handover.coroutine  1.2   us      # asyncio.Event to a task that waits 3.2 us, of which 2.0 us are the switch
copy.pipe           5.49  us/KiB  # 64 MiB there and back through a Pipe, 0.72 s
copy.shared         1.02  us/KiB  # 64 MiB into SharedMemory, 0.067 s
# Echo servers on two cores, requests a second: with 10 connections 69,700 (a thread each) and
# 30,400 (asyncio), with 3,000 8,700 and 34,800: 14 us and 34 ns more for each connection, and
# 30 us. A switch of the profile is not counted twice. In between the fit is coarse: at 1,000
# connections threads did 62,100 in one run and 10,200 in another.
request.thread      11    us
request.connection  34    ns      # a thread's request, for each connection that is open
request.coroutine   28    us

interpreter.interval  5   ms      # sys.getswitchinterval(); observed median of a run 5.19 ms
memory.bandwidth      0   B/us    # no limit

pool.thread         8.7   us      # ThreadPoolExecutor, an item in bulk
pool.wake           78    us      # the rest of an item one at a time (87 us): worker and waiter woken
pool.process        160   us      # ProcessPoolExecutor, an item in bulk, in the parent
