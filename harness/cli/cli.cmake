# The command line, which alone, with the tests, sees scenarios and models.
find_library(SLEY_LIBDW dw REQUIRED)
find_library(SLEY_JANSSON jansson REQUIRED)

# sley_embed(TARGET NAME FILE): the bytes of FILE as NAME.inc, to be included in an array.
function(sley_embed target name file)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/generated/${name}.inc)
    set(tool ${CMAKE_CURRENT_SOURCE_DIR}/harness/cli/embed.cmake)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUTPUT=${output}
                -P ${tool}
        DEPENDS ${file} ${tool})
    target_sources(${target} PRIVATE ${output})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()

add_library(sley_report STATIC
    harness/campaign/store.c
    harness/campaign/store_schedules.c
    harness/report/blame.c
    harness/report/bytecode.c
    harness/report/cell.c
    harness/report/dashboard.c
    harness/report/failure.c
    harness/report/fold.c
    harness/report/page.c
    harness/report/touches.c
    harness/report/place.c
    harness/report/select.c
    harness/report/sarif.c
    harness/report/sarif_rules.c
    harness/report/source.c
    harness/report/symbol.c
    harness/report/symbol_object.c
    harness/report/table.c
    harness/report/template.c
    harness/report/trace.c
    harness/report/waits.c
    harness/report/width.c)
sley_embed(sley_report explorer_page harness/report/explorer.html)
sley_embed(sley_report dashboard_page harness/report/dashboard.html)
target_link_libraries(sley_report PUBLIC sley_flags sley_core ${SLEY_LIBDW} ${SLEY_JANSSON})

add_library(sley_cli STATIC
    harness/cli/batch.c
    harness/cli/calibrate.c
    harness/cli/catalogue.c
    harness/cli/claims.c
    harness/cli/contradictions.c
    harness/cli/digest.c
    harness/cli/ledger.c
    harness/cli/second_lane.c
    harness/cli/show.c
    harness/cli/cells.c
    harness/cli/findings_command.c
    harness/cli/tsv.c
    harness/cli/debug.c
    harness/cli/explain.c
    harness/cli/explorer.c
    harness/cli/falsifier.c
    harness/cli/fault.c
    harness/cli/findings.c
    harness/cli/lane.c
    harness/cli/lines.c
    harness/cli/list.c
    harness/cli/options.c
    harness/cli/outcome_tokens.c
    harness/cli/outcomes.c
    harness/cli/reference.c
    harness/cli/progress.c
    harness/cli/replay.c
    harness/cli/report.c
    harness/cli/run.c
    harness/cli/runner.c
    harness/cli/scan.c
    harness/cli/session.c
    harness/cli/shrink.c
    harness/cli/tap.c
    harness/cli/why.c
    harness/cli/statistics.c
    harness/cli/token_command.c)
sley_embed(sley_cli debug_script harness/cli/debug.py)
foreach(table claims cells contradictions)
    sley_embed(sley_cli ${table} scenarios/claims/${table}.tsv)
endforeach()
target_link_libraries(sley_cli PUBLIC sley_report sley_scenarios sley_models sley_core)

include(harness/cc/cc.cmake)
add_executable(sley harness/cli/main.c harness/cli/cc.c harness/cli/program.c
    harness/cli/lane_explore.c)
target_link_libraries(sley PRIVATE sley_cli sley_cc)

# The same command line in the tsan lane; `sley --lane tsan` hands over to it.
if(SLEY_TSAN)
    foreach(library sley_core sley_models sley_scenarios sley_report sley_cli)
        sley_plain_library(${library})
    endforeach()
    sley_add_tsan_program(sley-tsan SOURCES harness/cli/main.c harness/cli/cc.c harness/cli/program.c
        harness/cli/lane_tsan.c ${SLEY_CC_SOURCES}
        CODE sley_scenarios_code sley_models_code
        LIBRARIES sley_cli sley_report sley_scenarios sley_models sley_core)
    target_link_libraries(sley-tsan PRIVATE ${SLEY_LIBDW} ${SLEY_JANSSON} m)
endif()
