# The command line, which alone, with the tests, sees scenarios and models.
find_library(SLEY_LIBDW dw REQUIRED)
add_library(sley_report STATIC
    harness/report/symbol.c
    harness/report/symbol_object.c)
target_link_libraries(sley_report PUBLIC sley_flags sley_core ${SLEY_LIBDW})
target_include_directories(sley_report PUBLIC harness)

add_executable(sley harness/cli/main.c)
target_link_libraries(sley PRIVATE sley_report sley_scenarios sley_models sley_core)
