# The generic objects are explored like the code under test; the event loop is the harness's.
sley_add_code(sley_models_code TEXT sley_model_text SOURCES
    models/common/barrier.c
    models/common/event.c
    models/common/future.c
    models/common/limiter.c
    models/common/pool.c
    models/common/pool_map.c
    models/common/pool_worker.c
    models/common/queue.c
    models/common/semaphore.c
    models/common/server.c)

add_library(sley_models STATIC
    models/coroutine/condition.c
    models/coroutine/lock.c
    models/coroutine/loop.c
    models/coroutine/queue.c
    models/planned/planned.c
    models/fault.c
    models/registry.c
    models/thread/thread.c)
target_link_libraries(sley_models PUBLIC sley_flags sley_core sley_models_code)
