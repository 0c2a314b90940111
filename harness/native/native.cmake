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

# Only the code's own data get a name, by which they are put back between runs. The event loop's
# operations do not exist here; properties that call them name no model of this lane.
set(sley_native_code ${CMAKE_CURRENT_BINARY_DIR}/code/sley_native_code.o)
add_custom_command(OUTPUT ${sley_native_code}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/code
    COMMAND ${SLEY_LD} -r -o ${sley_native_code}
            $<TARGET_OBJECTS:sley_scenarios_code_raw> $<TARGET_OBJECTS:sley_models_code_raw>
    COMMAND ${SLEY_OBJCOPY} --rename-section .data=sley_data,alloc,load,data,contents
            --rename-section .bss=sley_bss,alloc
            --wildcard --weaken-symbol=sley_loop_* --weaken-symbol=sley_co_*
            --weaken-symbol=sley_await --weaken-symbol=sley_block_ms ${sley_native_code}
    DEPENDS $<TARGET_OBJECTS:sley_scenarios_code_raw> $<TARGET_OBJECTS:sley_models_code_raw>
    COMMAND_EXPAND_LISTS
    COMMENT "Preparing the code under test for the lane native")

add_executable(sley-native
    harness/base/note.c
    harness/base/property.c
    harness/base/status.c
    harness/base/verdict.c
    harness/cli/catalogue.c
    harness/cli/lane.c
    harness/cli/options.c
    harness/native/asleep.c
    harness/native/execute.c
    harness/native/explore.c
    harness/native/gil.c
    harness/native/machine.c
    harness/native/main.c
    harness/model/exception.c
    harness/model/objects.c
    harness/model/with.c
    harness/native/operations.c
    harness/native/oracle.c
    harness/native/program.c
    harness/native/process.c
    harness/native/report.c
    harness/native/result.c
    harness/native/stress.c
    harness/oracle/gauge.c
    harness/oracle/history.c
    harness/oracle/linear.c
    harness/oracle/linear_note.c
    harness/oracle/spec.c
    harness/program/assemble.c
    harness/program/declare.c
    harness/program/operand.c
    harness/program/scan.c
    models/fault.c
    models/program/attribute.c
    models/program/call.c
    models/program/interpret.c
    models/program/lifetime.c
    models/program/operate.c
    models/program/sort.c
    models/program/subscript.c
    models/program/text.c
    models/program/world.c
    scenarios/registry.c
    ${sley_native_code})
target_link_libraries(sley-native PRIVATE sley_flags ${SLEY_JANSSON} pthread)
target_link_options(sley-native PRIVATE -fsanitize=thread)
add_dependencies(sley-native sley)
