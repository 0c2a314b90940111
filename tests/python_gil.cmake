# The real python3 beside the model gil:py310: what it shows must be among what the model allows.
find_program(SLEY_PYTHON python3)
add_executable(python_gil_test tests/python/gil_test.c)
target_link_libraries(python_gil_test PRIVATE sley_models sley_core ${SLEY_CMOCKA})
add_test(NAME python.gil COMMAND python_gil_test ${PROJECT_SOURCE_DIR}/tests/python/gil
    "${SLEY_PYTHON}")
set_tests_properties(python.gil PROPERTIES LABELS python TIMEOUT 240 SKIP_RETURN_CODE 77)
