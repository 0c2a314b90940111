# The compiler driver, and the kit: what `sley cc` links a program with.
# A function in a section of its own: harness/link/program.ld sorts them.
set(SLEY_CC_FLAGS ${SLEY_CODE_FLAGS} -ffunction-sections -Wno-unused-command-line-argument)
if(CMAKE_C_COMPILER_ID MATCHES "Clang") # what code written for gcc looks for
    list(APPEND SLEY_CC_FLAGS -U__SANITIZE_THREAD__ -D__SANITIZE_THREAD__=1)
endif()
list(TRANSFORM SLEY_CC_FLAGS REPLACE "(.+)" "\"\\1\"" OUTPUT_VARIABLE flags)
list(JOIN flags "," flags)
string(REGEX REPLACE "clang([^/]*)$" "clang++\\1" SLEY_CC_CXX ${CMAKE_C_COMPILER})
string(REGEX REPLACE "gcc([^/]*)$" "g++\\1" SLEY_CC_CXX ${SLEY_CC_CXX})
add_library(sley_cc STATIC harness/cc/arguments.c harness/cc/cc.c harness/cc/compile.c
    harness/cc/gather.c harness/cc/link.c harness/cc/linker.c harness/cc/object.c harness/cc/options.c
    harness/cc/process.c harness/cc/response.c harness/cc/shared.c harness/cc/thin.c harness/cc/words.c harness/cc/work.c)
target_link_libraries(sley_cc PUBLIC sley_flags sley_core ${SLEY_LIBELF})
set(cc_definitions
    SLEY_CC_FLAGS=${flags}
    SLEY_CC_CC="${CMAKE_C_COMPILER}"
    SLEY_CC_CXX="${SLEY_CC_CXX}"
    SLEY_CC_HEADERS="${PROJECT_SOURCE_DIR}/harness/include"
    SLEY_CC_LD="${SLEY_LD}"
    SLEY_CC_OBJCOPY="${SLEY_OBJCOPY}")
set_source_files_properties(harness/cc/compile.c harness/cc/link.c harness/cc/shared.c harness/cli/cc.c PROPERTIES
    COMPILE_DEFINITIONS "${cc_definitions}")

sley_add_code(sley_entry_code TEXT sley_model_text SOURCES harness/entry/entry_code.c)
target_include_directories(sley_entry_code_raw PRIVATE harness)
add_library(sley_entry OBJECT harness/entry/exceptions.c harness/entry/explore.c
    harness/entry/flags.c harness/entry/libraries.c harness/entry/main.c harness/entry/refused.c
    harness/entry/registry.c harness/entry/static_objects.c)
target_link_libraries(sley_entry PRIVATE sley_flags)
target_include_directories(sley_entry PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
add_library(sley_entry_explore OBJECT harness/entry/lane_explore.c harness/entry/library_heap.c)
target_link_libraries(sley_entry_explore PRIVATE sley_flags)

if(SLEY_SANITIZE)
    return()
endif()

# One object, so that a program needs no list of archives and their order.
set(SLEY_KIT ${CMAKE_CURRENT_BINARY_DIR}/kit)
add_custom_command(OUTPUT ${SLEY_KIT}/sley_program.o
    COMMAND ${CMAKE_COMMAND} -E make_directory ${SLEY_KIT}
    COMMAND ${SLEY_LD} -r -o ${SLEY_KIT}/sley_program.o $<TARGET_OBJECTS:sley_entry>
            $<TARGET_OBJECTS:sley_entry_explore>
            ${CMAKE_CURRENT_BINARY_DIR}/code/sley_entry_code.o
            ${CMAKE_CURRENT_BINARY_DIR}/code/sley_models_code.o --whole-archive
            $<TARGET_FILE:sley_cli> $<TARGET_FILE:sley_report> $<TARGET_FILE:sley_models>
            $<TARGET_FILE:sley_core> --no-whole-archive
    COMMAND ${CMAKE_COMMAND} -E copy ${sley_redirect_list} ${SLEY_KIT}/redirect.txt
    COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/harness/link/program.ld ${SLEY_KIT}/program.ld
    COMMAND ${sley_redirect} --refused > ${SLEY_KIT}/refused.txt
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:sley-objcheck> ${SLEY_KIT}/sley-objcheck
    DEPENDS sley_entry $<TARGET_OBJECTS:sley_entry> sley_entry_explore
            $<TARGET_OBJECTS:sley_entry_explore> sley_entry_code_object
            ${CMAKE_CURRENT_BINARY_DIR}/code/sley_entry_code.o sley_models_code_object
            ${CMAKE_CURRENT_BINARY_DIR}/code/sley_models_code.o sley_cli sley_report sley_models
            sley_core sley-objcheck sley_redirect_list harness/link/program.ld ${sley_redirect}
            harness/pthread/refuse.def
    COMMAND_EXPAND_LISTS
    COMMENT "Preparing what programs are linked with")
set(kit ${SLEY_KIT}/sley_program.o)

# What stands in for parts of libstdc++. Its users have a C++ compiler; who has none needs it not.
if(CMAKE_C_COMPILER_ID MATCHES "Clang") # thread-local variables need -femulated-tls
    find_program(SLEY_CXX_FOUND ${SLEY_CC_CXX})
endif()
if(SLEY_CXX_FOUND)
    add_custom_command(OUTPUT ${SLEY_KIT}/sley_libstdcxx.o
        COMMAND ${CMAKE_COMMAND} -E make_directory ${SLEY_KIT}
        COMMAND ${SLEY_CC_CXX} -std=c++17 -Wall -Wextra -c
                ${PROJECT_SOURCE_DIR}/harness/entry/libstdcxx.cc -o ${SLEY_KIT}/sley_libstdcxx.o
                ${SLEY_CODE_FLAGS}
        COMMAND ${SLEY_OBJCOPY} --rename-section
                .text=sley_library_text,alloc,load,readonly,code,contents
                ${SLEY_KIT}/sley_libstdcxx.o
        DEPENDS harness/entry/libstdcxx.cc
        COMMENT "Compiling what stands in for libstdc++")
    list(APPEND kit ${SLEY_KIT}/sley_libstdcxx.o)
endif()
if(SLEY_TSAN)
    include(harness/cc/kit_tsan.cmake)
    list(APPEND kit ${SLEY_KIT}/sley_program_tsan.o)
endif()
add_custom_target(sley_kit ALL DEPENDS ${kit})
