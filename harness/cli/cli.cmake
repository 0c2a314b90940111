# The command line, which alone, with the tests, sees scenarios and models.
find_library(SLEY_LIBDW dw REQUIRED)
find_library(SLEY_JANSSON jansson REQUIRED)
add_library(sley_report STATIC
    harness/campaign/store.c
    harness/report/cell.c
    harness/report/failure.c
    harness/report/history.c
    harness/report/place.c
    harness/report/select.c
    harness/report/symbol.c
    harness/report/symbol_object.c
    harness/report/table.c
    harness/report/trace.c
    harness/report/width.c)
target_link_libraries(sley_report PUBLIC sley_flags sley_core ${SLEY_LIBDW} ${SLEY_JANSSON})

add_library(sley_cli STATIC
    harness/cli/catalogue.c
    harness/cli/list.c
    harness/cli/options.c
    harness/cli/replay.c
    harness/cli/run.c
    harness/cli/runner.c
    harness/cli/session.c)
target_link_libraries(sley_cli PUBLIC sley_report sley_scenarios sley_models sley_core)

add_executable(sley harness/cli/main.c)
target_link_libraries(sley PRIVATE sley_cli)
