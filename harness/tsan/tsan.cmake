# The tsan lane: the same code objects with their callbacks renamed, the same harness with its own
# copies kept out of the sanitizer's sight, linked with clang's runtime.
#
#   sley_add_tsan_program(NAME SOURCES file... CODE target... LIBRARIES target...)
#
# CODE: targets of sley_add_code. The program is position dependent, so that libtsan finds its memory
# where it expects it.
set(SLEY_TSAN OFF)
if(CMAKE_C_COMPILER_ID MATCHES "Clang" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64"
   AND NOT CMAKE_CROSSCOMPILING AND NOT SLEY_SANITIZE)
    set(SLEY_TSAN ON)
endif()
if(NOT SLEY_TSAN)
    return()
endif()

set(names)
foreach(size 1 2 4 8 16)
    list(APPEND names read${size} write${size})
    if(size GREATER 1)
        list(APPEND names unaligned_read${size} unaligned_write${size})
    endif()
endforeach()
list(APPEND names read_range write_range vptr_update vptr_read atomic_thread_fence memcpy memmove
    memset)
foreach(bits 8 16 32 64 128)
    foreach(operation load store exchange fetch_add fetch_sub fetch_and fetch_or fetch_xor
            fetch_nand compare_exchange_strong compare_exchange_weak compare_exchange_val)
        list(APPEND names atomic${bits}_${operation})
    endforeach()
endforeach()
list(TRANSFORM names REPLACE "(.+)" "__tsan_\\1 sley_tsan_\\1\n")
string(JOIN "" text ${names})
set(sley_tsan_names ${CMAKE_CURRENT_BINARY_DIR}/tsan_names.txt)
file(CONFIGURE OUTPUT ${sley_tsan_names} CONTENT "${text}" @ONLY)

# The code under test of a target of sley_add_code with this lane's callbacks: code/NAME.tsan.o.
function(sley_tsan_code code)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/code/${code}.tsan.o)
    if(NOT TARGET ${code}_tsan_object)
        add_custom_command(OUTPUT ${object}
            COMMAND ${SLEY_OBJCOPY} --redefine-syms=${sley_tsan_names}
                    ${CMAKE_CURRENT_BINARY_DIR}/code/${code}.o ${object}
            DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/code/${code}.o ${code}_object
            COMMENT "Preparing the code under test ${code} for the tsan lane")
        add_custom_target(${code}_tsan_object DEPENDS ${object})
    endif()
endfunction()

# A copy of a static library whose memcpy, memmove and memset are not the intercepted ones.
function(sley_plain_library name)
    set(copy ${CMAKE_CURRENT_BINARY_DIR}/plain/lib${name}.a)
    add_custom_command(OUTPUT ${copy}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/plain
        COMMAND ${SLEY_OBJCOPY} --redefine-sym memcpy=sley_plain_memcpy
                --redefine-sym memmove=sley_plain_memmove --redefine-sym memset=sley_plain_memset
                $<TARGET_FILE:${name}> ${copy}
        DEPENDS ${name}
        COMMENT "Preparing ${name} for the tsan lane")
    add_custom_target(${name}_plain DEPENDS ${copy})
endfunction()

add_library(sley_tsan OBJECT
    harness/tsan/atomics.c
    harness/tsan/callbacks.c
    harness/tsan/lane.c
    harness/tsan/plain_memory.c
    harness/tsan/report.c)
target_link_libraries(sley_tsan PUBLIC sley_flags)
target_compile_options(sley_tsan PRIVATE -O2 -fno-builtin -mcx16)

function(sley_add_tsan_program name)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;CODE;LIBRARIES")
    add_executable(${name} ${program_SOURCES} $<TARGET_OBJECTS:sley_tsan>)
    target_link_libraries(${name} PRIVATE sley_flags)
    target_link_options(${name} PRIVATE -fsanitize=thread)
    foreach(code IN LISTS program_CODE)
        sley_tsan_code(${code})
        add_dependencies(${name} ${code}_tsan_object)
        target_link_libraries(${name} PRIVATE
            ${CMAKE_CURRENT_BINARY_DIR}/code/${code}.tsan.o)
    endforeach()
    foreach(library IN LISTS program_LIBRARIES)
        add_dependencies(${name} ${library}_plain)
        target_link_libraries(${name} PRIVATE
            ${CMAKE_CURRENT_BINARY_DIR}/plain/lib${library}.a)
    endforeach()
endfunction()
