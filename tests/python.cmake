# The event loop of the model beside that of a real Python. Without a Python 3.11 the cases are
# compared with what one has shown (tests/python/loop/expected.txt); with a name only, the program
# itself looks for it when it runs.
find_program(SLEY_PYTHON NAMES python3.11 python3)
if(NOT SLEY_PYTHON)
    set(SLEY_PYTHON_COMMAND python3)
else()
    set(SLEY_PYTHON_COMMAND ${SLEY_PYTHON})
endif()

set(loop ${PROJECT_SOURCE_DIR}/tests/python/loop)
set(modules callbacks futures tasks together cancelling timeouts groups locks semaphores conditions
    queues outside)
list(TRANSFORM modules PREPEND tests/python/loop/ OUTPUT_VARIABLE sources)
list(TRANSFORM sources APPEND .c)
sley_add_code(sley_order_code SOURCES tests/python/loop/common.c ${sources})
add_executable(order_test tests/python/loop/order_test.c tests/python/loop/order.c
    tests/python/loop/lines.c)
target_compile_definitions(order_test PRIVATE SLEY_TEST_LOOP="${loop}"
    SLEY_TEST_PYTHON="${SLEY_PYTHON_COMMAND}")
target_link_libraries(order_test PRIVATE sley_order_code sley_models sley_core ${SLEY_CMOCKA})

foreach(module IN LISTS modules)
    add_test(NAME python.loop.${module} COMMAND order_test ${module})
    set_tests_properties(python.loop.${module} PROPERTIES LABELS python TIMEOUT 120)
endforeach()
add_test(NAME python.expected COMMAND order_test expected)
set_tests_properties(python.expected PROPERTIES LABELS python TIMEOUT 60)

sley_add_code(sley_order_programs_code SOURCES tests/python/loop/common.c
    tests/python/loop/programs.c)
add_executable(order_programs_test tests/python/loop/programs_test.c tests/python/loop/generate.c
    tests/python/loop/order.c tests/python/loop/lines.c)
target_compile_definitions(order_programs_test PRIVATE SLEY_TEST_LOOP="${loop}"
    SLEY_TEST_PYTHON="${SLEY_PYTHON_COMMAND}")
target_link_libraries(order_programs_test PRIVATE sley_order_programs_code sley_models sley_core
    ${SLEY_CMOCKA})
add_test(NAME python.programs COMMAND order_programs_test)
set_tests_properties(python.programs PROPERTIES LABELS python TIMEOUT 120)
