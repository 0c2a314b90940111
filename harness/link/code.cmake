# Code under test: compiled with -fsanitize=thread, its libc calls redirected, its sections renamed.
#
#   sley_add_code(NAME [TEXT section] [MAIN symbol] SOURCES file...)
#
# defines the target NAME, to be linked like a library. MAIN gives a program's main another name, by
# which a property calls it. The flags are the code's own whatever the build type: they come last on
# the command line, so that a Release build loses no assert.
include_guard()

if(CMAKE_CROSSCOMPILING)
    find_program(SLEY_HOST_CC NAMES cc gcc clang REQUIRED NO_CMAKE_FIND_ROOT_PATH)
    set(sley_redirect ${CMAKE_CURRENT_BINARY_DIR}/sley-redirect)
    add_custom_command(OUTPUT ${sley_redirect}
        COMMAND ${SLEY_HOST_CC} -std=c11 -I${CMAKE_CURRENT_SOURCE_DIR}/harness
                ${CMAKE_CURRENT_SOURCE_DIR}/harness/link/redirect_main.c -o ${sley_redirect}
        DEPENDS harness/link/redirect_main.c harness/pthread/redirect.def
                harness/instrument/redirect.def harness/descriptor/redirect.def)
else()
    find_library(SLEY_LIBELF elf REQUIRED)
    add_executable(sley-redirect harness/link/redirect_main.c)
    target_link_libraries(sley-redirect PRIVATE sley_flags)
    add_executable(sley-objcheck harness/link/objcheck.c harness/link/objcheck_main.c
        harness/base/status.c)
    target_link_libraries(sley-objcheck PRIVATE sley_flags ${SLEY_LIBELF})
    set(sley_redirect sley-redirect)
endif()

# GNU binutils, whatever the compiler brings along: one tool chain to know the quirks of.
if(CMAKE_CROSSCOMPILING)
    set(SLEY_LD ${CMAKE_LINKER})
    set(SLEY_OBJCOPY ${CMAKE_OBJCOPY})
else()
    find_program(SLEY_LD NAMES ld.bfd ld REQUIRED)
    find_program(SLEY_OBJCOPY NAMES objcopy REQUIRED)
endif()

set(sley_redirect_list ${CMAKE_CURRENT_BINARY_DIR}/redirect.txt)
add_custom_command(OUTPUT ${sley_redirect_list}
    COMMAND ${sley_redirect} > ${sley_redirect_list}
    DEPENDS ${sley_redirect} harness/pthread/redirect.def harness/instrument/redirect.def
            harness/descriptor/redirect.def
    COMMENT "Listing the redirected symbols")
add_custom_target(sley_redirect_list DEPENDS ${sley_redirect_list})

set(SLEY_CODE_FLAGS -fsanitize=thread -O0 -g -UNDEBUG -U_FORTIFY_SOURCE -fno-pie -fno-common
    -fno-omit-frame-pointer -fno-lto -fno-sanitize=address,undefined)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    list(APPEND SLEY_CODE_FLAGS -mcx16)
endif()
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
    list(APPEND SLEY_CODE_FLAGS -femulated-tls -mllvm -tsan-instrument-read-before-write=1)
endif()

function(sley_add_code name)
    cmake_parse_arguments(PARSE_ARGV 1 code "" "TEXT;MAIN" "SOURCES")
    if(NOT code_TEXT)
        set(code_TEXT sley_text)
    endif()
    set(main)
    if(code_MAIN)
        set(main --redefine-sym main=${code_MAIN})
    endif()
    add_library(${name}_raw OBJECT ${code_SOURCES})
    target_include_directories(${name}_raw PRIVATE ${PROJECT_SOURCE_DIR}/harness/include
        ${PROJECT_SOURCE_DIR})
    target_compile_definitions(${name}_raw PRIVATE _GNU_SOURCE)
    target_compile_options(${name}_raw PRIVATE ${SLEY_CODE_FLAGS})
    set(object ${CMAKE_CURRENT_BINARY_DIR}/code/${name}.o)
    set(check)
    if(TARGET sley-objcheck)
        set(check COMMAND sley-objcheck ${object})
    endif()
    add_custom_command(OUTPUT ${object}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/code
        COMMAND ${SLEY_LD} -r -o ${object} $<TARGET_OBJECTS:${name}_raw>
        COMMAND ${SLEY_OBJCOPY} --redefine-syms=${sley_redirect_list} ${main}
                --rename-section .data=sley_data,alloc,load,data,contents
                --rename-section .bss=sley_bss,alloc
                --set-section-alignment .data=4096 --set-section-alignment .bss=4096
                --rename-section .text=${code_TEXT},alloc,load,readonly,code,contents ${object}
        ${check}
        DEPENDS ${name}_raw $<TARGET_OBJECTS:${name}_raw> ${sley_redirect_list}
        COMMAND_EXPAND_LISTS
        COMMENT "Preparing the code under test ${name}")
    add_custom_target(${name}_object DEPENDS ${object})
    add_library(${name} INTERFACE)
    add_dependencies(${name} ${name}_object)
    target_link_libraries(${name} INTERFACE ${object})
endfunction()
