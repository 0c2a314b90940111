# Pools of processes, and what their switches and runs cost.
sley_add_code(sley_process_test_code SOURCES tests/process/process_code.c)
add_executable(process_test tests/process/process_test.c)
target_link_libraries(process_test PRIVATE sley_process_test_code sley_models sley_core
    ${SLEY_CMOCKA})
add_test(NAME process COMMAND process_test)
set_tests_properties(process PROPERTIES LABELS process TIMEOUT 120)

add_executable(process_bench tests/bench/process_bench.c)
target_link_libraries(process_bench PRIVATE sley_process_test_code sley_models sley_core)
