# The tsan lane's own tests.
if(NOT SLEY_TSAN)
    return()
endif()
sley_add_tsan_program(agreement_test SOURCES tests/tsan/agreement_test.c
    CODE sley_scenarios_code sley_canary_code sley_models_code
    LIBRARIES sley_scenarios sley_models sley_core)
target_link_libraries(agreement_test PRIVATE ${SLEY_CMOCKA} m)
add_test(NAME tsan.agreement COMMAND agreement_test)
set_tests_properties(tsan.agreement PROPERTIES LABELS tsan TIMEOUT 300 COST 50)

sley_add_code(sley_apart_code SOURCES tests/tsan/apart_code.c)
sley_add_tsan_program(lane_test SOURCES tests/tsan/lane_test.c
    CODE sley_apart_code sley_models_code LIBRARIES sley_models sley_core)
target_link_libraries(lane_test PRIVATE ${SLEY_CMOCKA} m)
add_test(NAME tsan.lane COMMAND lane_test)
set_tests_properties(tsan.lane PROPERTIES LABELS tsan TIMEOUT 120)

# The benchmark of the explore lane, in this one.
sley_add_tsan_program(tsan_bench SOURCES tests/bench/engine_bench.c tests/bench/tsan_lane.c
    CODE sley_bench_code sley_models_code LIBRARIES sley_models sley_core)
target_link_libraries(tsan_bench PRIVATE m)
