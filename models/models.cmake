# The thread model's objects are explored like the code under test; the event loop is part of the
# harness's side.
sley_add_code(sley_models_code TEXT sley_model_text SOURCES models/thread/thread.c
    models/thread/queue.c)

add_library(sley_models STATIC
    models/coroutine/lock.c
    models/coroutine/loop.c
    models/coroutine/queue.c
    models/planned/planned.c
    models/registry.c)
target_link_libraries(sley_models PUBLIC sley_flags sley_core sley_models_code)
