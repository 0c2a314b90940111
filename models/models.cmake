# The thread model's queue is explored like the code under test; the event loop is the harness's.
sley_add_code(sley_models_code TEXT sley_model_text SOURCES models/program/object.c
    models/thread/queue.c)
target_include_directories(sley_models_code_raw PRIVATE harness)

include(models/machine/machine.cmake)
add_library(sley_models STATIC
    ${profile_texts}
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
    models/coroutine/time.c
    models/gil/gil.c
    models/gil/lock.c
    models/gil/queue.c
    models/gil/sync.c
    models/machine/account.c
    models/machine/bandwidth.c
    models/machine/builtin.c
    models/machine/calibrate.c
    models/machine/core.c
    models/machine/machine.c
    models/machine/measure.c
    models/machine/measure_memory.c
    models/machine/profile.c
    models/coroutine/semaphore.c
    models/coroutine/shutdown.c
    models/coroutine/stackless.c
    models/coroutine/suspend.c
    models/coroutine/task.c
    models/coroutine/timeout.c
    models/coroutine/timers.c
    models/coroutine/wait.c
    models/planned/planned.c
    models/program/attribute.c
    models/program/call.c
    models/program/interpret.c
    models/program/lane.c
    models/program/lifetime.c
    models/program/operate.c
    models/program/sort.c
    models/program/subscript.c
    models/program/text.c
    models/program/world.c
    models/fault.c
    models/registry.c
    models/thread/thread.c)
target_link_libraries(sley_models PUBLIC sley_flags sley_core sley_models_code)
