# The thread model's queue is explored like the code under test; the event loop is the harness's.
sley_add_code(sley_models_code TEXT sley_model_text SOURCES models/thread/queue.c)

add_library(sley_models STATIC
    models/coroutine/barrier.c
    models/coroutine/completions.c
    models/coroutine/condition.c
    models/coroutine/event.c
    models/coroutine/executor.c
    models/coroutine/future.c
    models/coroutine/gather.c
    models/coroutine/group.c
    models/coroutine/handle.c
    models/coroutine/lock.c
    models/coroutine/loop.c
    models/coroutine/model.c
    models/coroutine/outside.c
    models/coroutine/queue.c
    models/coroutine/semaphore.c
    models/coroutine/shutdown.c
    models/coroutine/stackless.c
    models/coroutine/suspend.c
    models/coroutine/task.c
    models/coroutine/timeout.c
    models/coroutine/timers.c
    models/coroutine/wait.c
    models/planned/planned.c
    models/fault.c
    models/registry.c
    models/thread/thread.c)
target_link_libraries(sley_models PUBLIC sley_flags sley_core sley_models_code)
