# find_package(sley)
#
#   sley_add_test(NAME SOURCES file... [ARGS argument...] [EXPECT pass|fail] [RUNS n]
#                 [FLAGS flag...])
#
# builds a program with its own main from C or C++ sources, and adds a test that explores it under
# n schedules (10,000). EXPECT fail: the test passes when some schedule makes the program fail.
get_filename_component(SLEY_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
find_program(SLEY_EXECUTABLE sley HINTS "${SLEY_PREFIX}/bin" NO_DEFAULT_PATH)
if(NOT SLEY_EXECUTABLE)
    set(sley_FOUND FALSE)
    set(sley_NOT_FOUND_MESSAGE "no program 'sley' in ${SLEY_PREFIX}/bin")
    return()
endif()

function(sley_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 test "" "EXPECT;RUNS" "SOURCES;ARGS;FLAGS")
    if(test_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "sley_add_test(${name}): unknown argument '${test_UNPARSED_ARGUMENTS}'")
    endif()
    if(NOT test_SOURCES)
        message(FATAL_ERROR "sley_add_test(${name}): expected SOURCES and at least one file")
    endif()
    if(NOT test_EXPECT)
        set(test_EXPECT pass)
    elseif(NOT test_EXPECT MATCHES "^(pass|fail)$")
        message(FATAL_ERROR "sley_add_test(${name}): EXPECT '${test_EXPECT}': expected pass or fail")
    endif()
    if(NOT test_RUNS)
        set(test_RUNS 10000)
    endif()
    set(compiler cc)
    set(sources)
    foreach(source IN LISTS test_SOURCES)
        get_filename_component(source "${source}" ABSOLUTE)
        list(APPEND sources "${source}")
        if(source MATCHES "\\.(cc|cpp|cxx|C)$")
            set(compiler c++)
        endif()
    endforeach()
    set(program "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    add_custom_command(OUTPUT "${program}"
        COMMAND "${SLEY_EXECUTABLE}" ${compiler} ${test_FLAGS} -o "${program}" ${sources}
        DEPENDS ${sources} "${SLEY_EXECUTABLE}"
        COMMENT "Building ${name} for exploration")
    add_custom_target(${name}_program ALL DEPENDS "${program}")
    add_test(NAME ${name} COMMAND "${SLEY_EXECUTABLE}" explore "${program}" --runs ${test_RUNS}
        -- ${test_ARGS})
    if(test_EXPECT STREQUAL "fail")
        set_tests_properties(${name} PROPERTIES PASS_REGULAR_EXPRESSION "distinct failure")
    endif()
endfunction()
