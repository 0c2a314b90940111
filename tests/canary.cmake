# Every SLEY_CANARY(x) of the list is tests/canary/x.c; every property there is a test of its own,
# labelled canary.
file(STRINGS tests/canary/canaries.def lines REGEX "^SLEY_CANARY\\(")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS tests/canary/canaries.def)
set(sources tests/canary/threads.c)
foreach(line IN LISTS lines)
    string(REGEX REPLACE "^SLEY_CANARY\\(([a-z0-9_]+)\\).*" "\\1" symbol "${line}")
    list(APPEND sources tests/canary/${symbol}.c)
endforeach()
sley_add_code(sley_canary_code SOURCES ${sources})

find_library(SLEY_CMOCKA cmocka REQUIRED)
add_executable(canary_test tests/canary/canary_test.c)
target_link_libraries(canary_test PRIVATE sley_canary_code sley_models sley_core ${SLEY_CMOCKA})

# The program names its tests itself, once it is built; ctest reads the list when it starts.
set(canary_tests ${CMAKE_CURRENT_BINARY_DIR}/canary_tests.cmake)
add_custom_command(OUTPUT ${canary_tests}
    COMMAND $<TARGET_FILE:canary_test> --ctest > ${canary_tests}
    DEPENDS canary_test
    COMMENT "Listing the canaries")
add_custom_target(canary_tests ALL DEPENDS ${canary_tests})
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/canary_include.cmake
    "if(EXISTS \"${canary_tests}\")\n"
    "    include(\"${canary_tests}\")\n"
    "else()\n"
    "    add_test(canary_test_not_built canary_test_not_built)\n"
    "endif()\n")
set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
    ${CMAKE_CURRENT_BINARY_DIR}/canary_include.cmake)
