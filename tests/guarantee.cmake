# What the strategies and the search promise, measured: fixed seeds, each test's probability of
# missing below 1e-6.
find_library(SLEY_CMOCKA cmocka REQUIRED)
add_library(sley_guarantee STATIC tests/guarantee/cells.c tests/guarantee/generated.c
    tests/guarantee/program.c)
target_include_directories(sley_guarantee PUBLIC tests)
target_link_libraries(sley_guarantee PUBLIC sley_core)

foreach(name random_walk pos pct sticky surw mix search choices reduction canonical)
    add_executable(guarantee_${name}_test tests/guarantee/${name}_test.c)
    target_link_libraries(guarantee_${name}_test PRIVATE sley_guarantee ${SLEY_CMOCKA})
    add_test(NAME guarantee.${name} COMMAND guarantee_${name}_test)
    set_tests_properties(guarantee.${name} PROPERTIES LABELS guarantee TIMEOUT 120)
endforeach()

# Statistics of campaigns whose probabilities are known.
add_executable(guarantee_statistics_test tests/guarantee/statistics_test.c)
target_link_libraries(guarantee_statistics_test PRIVATE sley_guarantee sley_models sley_core
    ${SLEY_CMOCKA})
add_test(NAME guarantee.statistics COMMAND guarantee_statistics_test)
set_tests_properties(guarantee.statistics PROPERTIES LABELS guarantee TIMEOUT 120)

# Laws between execution models: the programs are code under test.
sley_add_code(sley_law_code SOURCES tests/guarantee/law_code.c)
add_executable(guarantee_laws_test tests/guarantee/laws_test.c)
target_include_directories(guarantee_laws_test PRIVATE tests)
target_link_libraries(guarantee_laws_test PRIVATE sley_law_code sley_models sley_core ${SLEY_CMOCKA})
add_test(NAME guarantee.laws COMMAND guarantee_laws_test)
set_tests_properties(guarantee.laws PROPERTIES LABELS guarantee TIMEOUT 300 COST 40)
