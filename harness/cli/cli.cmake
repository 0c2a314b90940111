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
    harness/cli/calibrate.c
    harness/cli/catalogue.c
    harness/cli/lane.c
    harness/cli/list.c
    harness/cli/options.c
    harness/cli/replay.c
    harness/cli/run.c
    harness/cli/runner.c
    harness/cli/session.c)
target_link_libraries(sley_cli PUBLIC sley_report sley_scenarios sley_models sley_core)

add_executable(sley harness/cli/main.c harness/cli/lane_explore.c)
target_link_libraries(sley PRIVATE sley_cli)

# The same command line in the tsan lane; `sley --lane tsan` hands over to it.
if(SLEY_TSAN)
    foreach(library sley_core sley_models sley_scenarios sley_report sley_cli)
        sley_plain_library(${library})
    endforeach()
    sley_add_tsan_program(sley-tsan SOURCES harness/cli/main.c harness/cli/lane_tsan.c
        CODE sley_scenarios_code sley_models_code
        LIBRARIES sley_cli sley_report sley_scenarios sley_models sley_core)
    target_link_libraries(sley-tsan PRIVATE ${SLEY_LIBDW} ${SLEY_JANSSON} m)
endif()
