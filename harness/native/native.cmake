# The lane native: the scenarios as the compiler made them, on real threads, linked with clang's
# ThreadSanitizer and with neither engine nor pthread front.
set(SLEY_NATIVE OFF)
if(SLEY_TSAN)
    include(CheckCSourceCompiles)
    set(CMAKE_REQUIRED_FLAGS -fsanitize=thread)
    check_c_source_compiles("int main(void) { return 0; }" SLEY_HAS_LIBTSAN)
    unset(CMAKE_REQUIRED_FLAGS)
    set(SLEY_NATIVE ${SLEY_HAS_LIBTSAN})
endif()
if(NOT SLEY_NATIVE)
    message(STATUS "Lane native: not built; it needs clang with its libtsan on x86-64")
    return()
endif()

# Only the code's own data get a name, by which they are put back between runs.
set(sley_native_code ${CMAKE_CURRENT_BINARY_DIR}/code/sley_native_code.o)
add_custom_command(OUTPUT ${sley_native_code}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/code
    COMMAND ${SLEY_LD} -r -o ${sley_native_code}
            $<TARGET_OBJECTS:sley_scenarios_code_raw> $<TARGET_OBJECTS:sley_models_code_raw>
    COMMAND ${SLEY_OBJCOPY} --rename-section .data=sley_data,alloc,load,data,contents
            --rename-section .bss=sley_bss,alloc ${sley_native_code}
    DEPENDS $<TARGET_OBJECTS:sley_scenarios_code_raw> $<TARGET_OBJECTS:sley_models_code_raw>
    COMMAND_EXPAND_LISTS
    COMMENT "Preparing the code under test for the lane native")

add_executable(sley-native
    harness/base/property.c
    harness/base/status.c
    harness/base/verdict.c
    harness/cli/catalogue.c
    harness/cli/lane.c
    harness/cli/options.c
    harness/native/asleep.c
    harness/native/execute.c
    harness/native/explore.c
    harness/native/main.c
    harness/model/with.c
    harness/native/operations.c
    harness/native/oracle.c
    harness/native/process.c
    harness/native/report.c
    harness/native/result.c
    harness/native/stress.c
    harness/oracle/fifo.c
    scenarios/registry.c
    ${sley_native_code})
target_link_libraries(sley-native PRIVATE sley_flags ${SLEY_JANSSON} pthread)
target_link_options(sley-native PRIVATE -fsanitize=thread)
add_dependencies(sley-native sley)
