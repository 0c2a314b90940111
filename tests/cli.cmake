# The command line as a process, and a program that knows nothing of sley.
foreach(name cli input replay campaign)
    add_executable(cli_${name}_test tests/cli/${name}_test.c tests/cli/process.c)
    target_compile_definitions(cli_${name}_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>")
    target_link_libraries(cli_${name}_test PRIVATE sley_cli ${SLEY_CMOCKA})
    add_dependencies(cli_${name}_test sley)
    add_test(NAME cli.${name} COMMAND cli_${name}_test)
    set_tests_properties(cli.${name} PROPERTIES LABELS cli TIMEOUT 120)
endforeach()
