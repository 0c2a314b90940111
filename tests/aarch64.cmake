# The cross build: the switch's unit test and one scenario, run under qemu-user.
sley_add_code(sley_counter_code SOURCES scenarios/counter.c)

add_executable(aarch64_property tests/aarch64/property.c)
target_link_libraries(aarch64_property PRIVATE sley_counter_code sley_models sley_core -static)
set(checks aarch64_property)
