sley_add_code(sley_bench_code SOURCES tests/bench/counter_code.c tests/bench/straight_code.c)
add_executable(engine_bench tests/bench/engine_bench.c)
target_link_libraries(engine_bench PRIVATE sley_bench_code sley_core)
include(tests/canary.cmake)
