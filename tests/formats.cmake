# What sley writes for other tools, read by those tools. A test without its tool is skipped.
set(script ${PROJECT_SOURCE_DIR}/tests/formats/formats_test.sh)
foreach(kind sarif json tap junit)
    add_test(NAME formats.${kind} COMMAND ${script} ${kind} $<TARGET_FILE:sley> ${PROJECT_SOURCE_DIR}
        ${CMAKE_CURRENT_BINARY_DIR}/conformance_include.cmake $<TARGET_FILE:canary_test>)
    set_tests_properties(formats.${kind} PROPERTIES LABELS formats TIMEOUT 180 SKIP_RETURN_CODE 77)
endforeach()
