# Each SLEY_GOLDEN line of tests/golden/golden.def is a test that compares a text for people with
# tests/golden/NAME.txt. The steps of a run are those of clang's code.
add_executable(golden_test tests/golden/golden_test.c)
target_link_libraries(golden_test PRIVATE sley_canary_code sley_cli ${SLEY_CMOCKA})
target_compile_definitions(golden_test PRIVATE
    SLEY_GOLDEN_DIRECTORY="${PROJECT_SOURCE_DIR}/tests/golden")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS tests/golden/golden.def)
file(STRINGS tests/golden/golden.def lines REGEX "^SLEY_GOLDEN\\(")
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^SLEY_GOLDEN\\(\"([a-z0-9-]+)\".*" "\\1" name "${line}")
        add_test(NAME golden.${name} COMMAND golden_test ${name})
        set_tests_properties(golden.${name} PROPERTIES LABELS golden TIMEOUT 60)
    endforeach()
endif()
