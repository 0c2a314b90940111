# Every line of models/faults.def is a test: the fault's killer must notice it.
add_executable(mutation_test tests/mutation/mutation_test.c)
target_link_libraries(mutation_test PRIVATE sley_cli ${SLEY_CMOCKA})
file(STRINGS models/faults.def lines REGEX "^SLEY_FAULT\\(")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS models/faults.def)
foreach(line IN LISTS lines)
    string(REGEX REPLACE "^SLEY_FAULT\\([A-Z0-9_]+, *\"([a-z0-9.-]+)\".*" "\\1" name "${line}")
    add_test(NAME mutation.${name} COMMAND mutation_test ${name})
    set_tests_properties(mutation.${name} PROPERTIES LABELS mutation TIMEOUT 120)
endforeach()

# So is every property that names a falsifier of its own; sley lists them with the properties.
add_executable(falsifier_test tests/mutation/falsifier_test.c)
target_link_libraries(falsifier_test PRIVATE sley_cli ${SLEY_CMOCKA})
