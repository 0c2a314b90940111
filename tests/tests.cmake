# The tests. Labels: unit, guarantee, conformance's claim/model/quantifier, canary, cli, program.
find_library(SLEY_CMOCKA cmocka REQUIRED)

#   sley_unit_test(NAME [SOURCES more...] [LIBRARIES ...] [TIMEOUT seconds])
# NAME_test is tests/unit/NAME_test.c.
function(sley_unit_test name)
    cmake_parse_arguments(PARSE_ARGV 1 unit "" "TIMEOUT" "SOURCES;LIBRARIES;DEFINITIONS")
    add_executable(${name}_test tests/unit/${name}_test.c ${unit_SOURCES})
    target_link_libraries(${name}_test PRIVATE ${unit_LIBRARIES} sley_flags ${SLEY_CMOCKA})
    target_compile_definitions(${name}_test PRIVATE ${unit_DEFINITIONS})
    add_test(NAME unit.${name} COMMAND ${name}_test)
    if(NOT unit_TIMEOUT)
        set(unit_TIMEOUT 60)
    endif()
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT ${unit_TIMEOUT})
endfunction()

sley_unit_test(catalogue LIBRARIES sley_cli)
sley_unit_test(calibrate LIBRARIES sley_models)
sley_unit_test(fiber LIBRARIES sley_core)
sley_unit_test(history LIBRARIES sley_core)
sley_unit_test(finding LIBRARIES sley_core)
sley_unit_test(front LIBRARIES sley_core)
sley_unit_test(gate LIBRARIES sley_core)
sley_unit_test(gauge LIBRARIES sley_core)
sley_unit_test(heap LIBRARIES sley_core)
sley_unit_test(interval LIBRARIES sley_core)
sley_unit_test(loop LIBRARIES sley_models)
sley_unit_test(machine LIBRARIES sley_models)
sley_unit_test(op LIBRARIES sley_core)
sley_unit_test(outcomes LIBRARIES sley_core)
sley_unit_test(profile LIBRARIES sley_models)
sley_unit_test(race LIBRARIES sley_core)
sley_unit_test(registry LIBRARIES sley_core)
sley_unit_test(rng LIBRARIES sley_core)
sley_unit_test(store LIBRARIES sley_report)
sley_unit_test(tail LIBRARIES sley_core)
sley_unit_test(tally LIBRARIES sley_core)
sley_unit_test(time LIBRARIES sley_core)
sley_unit_test(verdict LIBRARIES sley_core)
sley_add_code(sley_world_code SOURCES tests/unit/world_code.c)
sley_unit_test(world LIBRARIES sley_world_code sley_core)
sley_unit_test(schedules LIBRARIES sley_core)
sley_unit_test(shrink LIBRARIES sley_core)
sley_unit_test(symbol LIBRARIES sley_report)
sley_unit_test(token LIBRARIES sley_core)
sley_unit_test(report LIBRARIES sley_report)
find_program(SLEY_CLANG NAMES clang clang-14)
if(SLEY_CLANG)
    sley_unit_test(objcheck SOURCES harness/link/objcheck.c LIBRARIES sley_core ${SLEY_LIBELF}
        DEFINITIONS SLEY_TEST_CC="${SLEY_CLANG}")
    add_test(NAME link.tools COMMAND ${PROJECT_SOURCE_DIR}/tests/link/tools_test.sh
        $<TARGET_FILE:sley-redirect> $<TARGET_FILE:sley-objcheck> ${SLEY_CLANG} ${SLEY_OBJCOPY})
    set_tests_properties(link.tools PROPERTIES LABELS unit TIMEOUT 60)
endif()

# A sanitizer build runs the harness's own unit tests; its code under test stays what it is.
if(SLEY_SANITIZE)
    return()
endif()

add_executable(conformance_test tests/conformance/conformance_test.c)
target_link_libraries(conformance_test PRIVATE sley_cli ${SLEY_CMOCKA})
target_compile_definitions(conformance_test PRIVATE SLEY_COMMAND="$<TARGET_FILE:sley>")

# sley names the pairs of property and model itself, once it is built; ctest reads the list when it
# starts.
set(conformance_list ${CMAKE_CURRENT_BINARY_DIR}/conformance_tests.cmake)
add_custom_command(OUTPUT ${conformance_list}
    COMMAND sley list --ctest > ${conformance_list}
    DEPENDS sley conformance_test
    COMMENT "Listing the properties")
add_custom_target(conformance_tests ALL DEPENDS ${conformance_list})
file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/conformance_include.cmake CONTENT
"set(CONFORMANCE_TEST \"$<TARGET_FILE:conformance_test>\")
set(SLEY_COMMAND \"$<TARGET_FILE:sley>\")
set(SLEY_TSAN ${SLEY_TSAN})
if(EXISTS \"${conformance_list}\")
    include(\"${conformance_list}\")
else()
    add_test(conformance_test_not_built conformance_test_not_built)
endif()
")
set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
    ${CMAKE_CURRENT_BINARY_DIR}/conformance_include.cmake)

add_executable(determinism_test tests/determinism/determinism_test.c)
target_link_libraries(determinism_test PRIVATE sley_cli ${SLEY_CMOCKA})
add_test(NAME determinism COMMAND determinism_test)
set_tests_properties(determinism PROPERTIES LABELS determinism TIMEOUT 120)

add_test(NAME regressions COMMAND ${PROJECT_SOURCE_DIR}/ci/regress $<TARGET_FILE:sley>)
set_tests_properties(regressions PROPERTIES LABELS regression TIMEOUT 120)

sley_add_code(sley_bench_code SOURCES tests/bench/counter_code.c tests/bench/straight_code.c)
add_executable(engine_bench tests/bench/engine_bench.c tests/bench/explore_lane.c)
target_link_libraries(engine_bench PRIVATE sley_bench_code sley_core)

add_executable(history_bench tests/bench/history_bench.c)
target_link_libraries(history_bench PRIVATE sley_core)

include(tests/canary.cmake)
include(tests/guarantee.cmake)
include(tests/cli.cmake)
include(tests/tsan.cmake)
include(tests/native.cmake)
include(tests/mutation.cmake)
include(tests/page.cmake)
