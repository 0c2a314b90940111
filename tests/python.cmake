# The event loop of the model beside that of a real Python. Without a Python 3.11 the cases are
# compared with what one has shown (tests/python/loop/expected.txt); with a name only, the program
# itself looks for it when it runs.
find_program(SLEY_PYTHON NAMES python3.11 python3)
if(SLEY_PYTHON)
    set(python ${SLEY_PYTHON})
else()
    set(python python3)
endif()

#   sley_order_test(NAME CODE SOURCES ...)
# NAME is tests/python/loop/NAME_test.c, with the code under test CODE.
function(sley_order_test name code)
    cmake_parse_arguments(PARSE_ARGV 2 order "" "" "SOURCES")
    add_executable(order_${name}_test tests/python/loop/${name}_test.c tests/python/loop/order.c
        tests/python/loop/lines.c ${order_SOURCES})
    target_compile_definitions(order_${name}_test PRIVATE
        SLEY_TEST_LOOP="${PROJECT_SOURCE_DIR}/tests/python/loop" SLEY_TEST_PYTHON="${python}")
    target_link_libraries(order_${name}_test PRIVATE ${code} sley_models sley_core ${SLEY_CMOCKA})
endfunction()

set(modules callbacks futures tasks together cancelling timeouts groups locks semaphores conditions
    queues outside)
list(TRANSFORM modules PREPEND tests/python/loop/ OUTPUT_VARIABLE sources)
list(TRANSFORM sources APPEND .c)
sley_add_code(sley_order_code SOURCES tests/python/loop/common.c ${sources})
sley_add_code(sley_programs_code SOURCES tests/python/loop/common.c tests/python/loop/programs.c)
sley_order_test(cases sley_order_code SOURCES tests/python/loop/suites.c)
sley_order_test(faults sley_order_code SOURCES tests/python/loop/suites.c)
sley_order_test(programs sley_programs_code SOURCES tests/python/loop/generate.c)

foreach(module IN LISTS modules ITEMS expected)
    add_test(NAME python.loop.${module} COMMAND order_cases_test ${module})
endforeach()
add_test(NAME python.loop.faults COMMAND order_faults_test)
add_test(NAME python.loop.programs COMMAND order_programs_test)
list(TRANSFORM modules PREPEND python.loop. OUTPUT_VARIABLE tests)
set_tests_properties(${tests} python.loop.expected python.loop.faults python.loop.programs
    PROPERTIES LABELS python TIMEOUT 120)
