# The tsan lane's own tests.
if(NOT SLEY_TSAN)
    return()
endif()
sley_add_tsan_program(agreement_test SOURCES tests/tsan/agreement_test.c
    CODE sley_scenarios_code sley_canary_code sley_models_code
    LIBRARIES sley_scenarios sley_models sley_core)
target_link_libraries(agreement_test PRIVATE ${SLEY_CMOCKA} m)
add_test(NAME tsan.agreement COMMAND agreement_test)
set_tests_properties(tsan.agreement PROPERTIES LABELS tsan TIMEOUT 300)
