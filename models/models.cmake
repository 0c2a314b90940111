# The thread model's queue is explored like the code under test; the event loop is the harness's.
sley_add_code(sley_models_code TEXT sley_model_text SOURCES models/thread/queue.c
    models/process/value.c)

add_library(sley_models STATIC
    models/coroutine/lock.c
    models/coroutine/loop.c
    models/coroutine/queue.c
    models/planned/planned.c
    models/process/file.c
    models/process/lock.c
    models/process/mpqueue.c
    models/process/ops.c
    models/process/pipe.c
    models/process/process.c
    models/process/shared.c
    models/fault.c
    models/registry.c
    models/thread/thread.c)
target_link_libraries(sley_models PUBLIC sley_flags sley_core sley_models_code)
