# The cross build: the switch's unit test and one scenario, run under qemu-user.
sley_add_code(sley_counter_code SOURCES scenarios/counter.c)

add_executable(fiber_test tests/unit/fiber_test.c)
target_include_directories(fiber_test BEFORE PRIVATE tests/aarch64)
target_link_libraries(fiber_test PRIVATE sley_core -static)

add_executable(aarch64_property tests/aarch64/property.c)
target_link_libraries(aarch64_property PRIVATE sley_counter_code sley_models sley_core -static)

add_custom_target(sley_aarch64_check DEPENDS fiber_test aarch64_property)
foreach(test fiber_test aarch64_property)
    add_test(NAME aarch64.${test} COMMAND ${test})
    set_tests_properties(aarch64.${test} PROPERTIES LABELS aarch64 TIMEOUT 120)
endforeach()
