# The pages in a real browser: only where one is installed (ci/page installs it).
add_executable(page_bench tests/bench/page_bench.c)
target_link_libraries(page_bench PRIVATE sley_report)
find_program(SLEY_CHROMIUM NAMES chromium chromium-browser)
if(SLEY_CHROMIUM)
    add_test(NAME page COMMAND ${PROJECT_SOURCE_DIR}/tests/page/page_test.sh $<TARGET_FILE:sley>
        $<TARGET_FILE:page_bench> ${SLEY_CHROMIUM})
    set_tests_properties(page PROPERTIES LABELS page TIMEOUT 300 COST 30)
endif()
