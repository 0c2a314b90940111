# The command line as a process, and a program that knows nothing of sley.
foreach(name cli claims input replay campaign calibrate program terminal many shared reset unfit points bounds cc)
    add_executable(cli_${name}_test tests/cli/${name}_test.c tests/cli/command.c tests/cli/process.c)
    target_compile_definitions(cli_${name}_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>")
    target_link_libraries(cli_${name}_test PRIVATE sley_cli ${SLEY_CMOCKA})
    add_dependencies(cli_${name}_test sley sley_kit)
    add_test(NAME cli.${name} COMMAND cli_${name}_test)
    set_tests_properties(cli.${name} PROPERTIES LABELS cli TIMEOUT 120)
endforeach()
set_tests_properties(cli.reset cli.unfit PROPERTIES TIMEOUT 400)

add_executable(cli_library_test tests/cli/library_test.c tests/cli/command.c tests/cli/process.c)
target_compile_definitions(cli_library_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>"
    SLEY_SOURCES="${PROJECT_SOURCE_DIR}/tests/library_heap" $<$<BOOL:${SLEY_TSAN}>:SLEY_TEST_TSAN>)
target_link_libraries(cli_library_test PRIVATE sley_cli ${SLEY_CMOCKA})
add_dependencies(cli_library_test sley sley_kit)
add_test(NAME cli.library COMMAND cli_library_test)
set_tests_properties(cli.library PROPERTIES LABELS cli TIMEOUT 120)

if(SLEY_TSAN)
    add_executable(cli_lanes_test tests/cli/lanes_test.c tests/cli/command.c tests/cli/process.c)
    target_compile_definitions(cli_lanes_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>"
        SLEY_SOURCES="${PROJECT_SOURCE_DIR}")
    target_link_libraries(cli_lanes_test PRIVATE sley_cli ${SLEY_CMOCKA})
    add_dependencies(cli_lanes_test sley sley_kit)
    add_test(NAME cli.lanes COMMAND cli_lanes_test)
    set_tests_properties(cli.lanes PROPERTIES LABELS "cli;tsan" TIMEOUT 600)
endif()
add_executable(cli_descriptor_test tests/cli/descriptor_test.c tests/cli/command.c tests/cli/process.c)
target_compile_definitions(cli_descriptor_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>"
    SLEY_SOURCES="${PROJECT_SOURCE_DIR}/tests/descriptors")
target_link_libraries(cli_descriptor_test PRIVATE sley_cli ${SLEY_CMOCKA})
add_dependencies(cli_descriptor_test sley sley_kit)
add_test(NAME cli.descriptor COMMAND cli_descriptor_test)
set_tests_properties(cli.descriptor PROPERTIES LABELS cli TIMEOUT 120)
# Programs that call all of <pthread.h>, <threads.h>, <semaphore.h> and what of <signal.h> is for
# threads.
add_executable(cli_surface_test tests/cli/surface_test.c tests/cli/command.c tests/cli/process.c)
target_compile_definitions(cli_surface_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>"
    SLEY_SOURCES="${PROJECT_SOURCE_DIR}/tests/surface")
target_link_libraries(cli_surface_test PRIVATE sley_cli ${SLEY_CMOCKA})
add_dependencies(cli_surface_test sley sley_kit)
add_test(NAME cli.surface COMMAND cli_surface_test)
set_tests_properties(cli.surface PROPERTIES LABELS cli TIMEOUT 300)

if(SLEY_CXX_FOUND)
    add_executable(cli_cxx_test tests/cli/cxx_test.c tests/cli/command.c tests/cli/process.c)
    target_compile_definitions(cli_cxx_test PRIVATE SLEY_EXECUTABLE="$<TARGET_FILE:sley>"
        SLEY_SOURCES="${PROJECT_SOURCE_DIR}/tests/cxx"
        $<$<BOOL:${SLEY_TSAN}>:SLEY_TEST_TSAN>)
    target_link_libraries(cli_cxx_test PRIVATE sley_cli ${SLEY_CMOCKA})
    add_dependencies(cli_cxx_test sley sley_kit)
    add_test(NAME cli.cxx COMMAND cli_cxx_test)
    set_tests_properties(cli.cxx PROPERTIES LABELS cli TIMEOUT 600)
endif()

if(CMAKE_C_COMPILER_ID MATCHES "Clang") # README's tokens are of that compiler
    add_test(NAME cli.readme COMMAND ${PROJECT_SOURCE_DIR}/tests/cli/readme_test.sh
        $<TARGET_FILE:sley> ${PROJECT_SOURCE_DIR}/README.md)
    set_tests_properties(cli.readme PROPERTIES LABELS cli TIMEOUT 120)
endif()

add_test(NAME cli.install COMMAND ${PROJECT_SOURCE_DIR}/tests/install/install_test.sh
    ${CMAKE_CURRENT_BINARY_DIR})
set_tests_properties(cli.install PROPERTIES LABELS cli TIMEOUT 120)

# Thread-local variables need -femulated-tls, which gcc does not have.
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
    set(bank_local tests/program/bank_local.c)
else()
    set(bank_local tests/program/bank_key.c)
endif()
sley_add_code(sley_bank_code MAIN bank_main SOURCES tests/program/bank.c ${bank_local})
sley_add_code(sley_bank_property_code SOURCES tests/program/bank_property.c)
add_executable(program_test tests/program/program_test.c)
target_link_libraries(program_test PRIVATE sley_bank_code sley_bank_property_code sley_models
    sley_core ${SLEY_CMOCKA})
add_test(NAME program.bank COMMAND program_test)

find_program(SLEY_NM NAMES nm REQUIRED)
find_program(SLEY_OBJDUMP NAMES objdump REQUIRED)
list(JOIN SLEY_CODE_FLAGS " " flags)
add_executable(flags_test tests/program/flags_test.c)
target_link_libraries(flags_test PRIVATE sley_flags ${SLEY_CMOCKA})
target_compile_definitions(flags_test PRIVATE
    SLEY_TEST_CC="${CMAKE_C_COMPILER}"
    SLEY_TEST_DEBUG_FLAGS="${CMAKE_C_FLAGS_DEBUG}"
    SLEY_TEST_RELEASE_FLAGS="${CMAKE_C_FLAGS_RELEASE}"
    SLEY_TEST_CODE_FLAGS="-D_GNU_SOURCE -std=c11 -I${PROJECT_SOURCE_DIR} ${flags}"
    SLEY_TEST_SOURCE="${PROJECT_SOURCE_DIR}/tests/program/bank.c"
    SLEY_TEST_NM="${SLEY_NM}"
    SLEY_TEST_OBJDUMP="${SLEY_OBJDUMP}")
add_test(NAME program.flags COMMAND flags_test)
set_tests_properties(program.bank program.flags PROPERTIES LABELS program TIMEOUT 120)
