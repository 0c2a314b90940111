# What programs of the lane tsan are linked with: as sley_program.o, but for ThreadSanitizer's own
# callbacks in place of sley's, and with the harness's copies kept out of its sight.
foreach(library sley_core sley_models sley_scenarios sley_report sley_cli)
    sley_plain_library(${library})
endforeach()
foreach(code sley_entry_code sley_models_code)
    sley_tsan_code(${code})
endforeach()

add_library(sley_entry_tsan OBJECT harness/entry/lane_tsan.c)
target_link_libraries(sley_entry_tsan PRIVATE sley_flags)

# The members that define the callbacks of the lane explore.
set(core ${CMAKE_CURRENT_BINARY_DIR}/plain/libsley_core.a)
set(core_tsan ${CMAKE_CURRENT_BINARY_DIR}/plain/libsley_core_tsan.a)
add_custom_command(OUTPUT ${core_tsan}
    COMMAND ${CMAKE_COMMAND} -E copy ${core} ${core_tsan}
    COMMAND ${CMAKE_AR} d ${core_tsan} plain.c.o atomic.c.o
    DEPENDS sley_core_plain ${core}
    COMMENT "Taking the lane explore's callbacks out")

# Guards of function statics are the runtime's as well: the code's own calls go to sley's. The
# options of the runtime are the lane's, whatever the program would have them be.
set(sley_redirect_tsan "")
foreach(name __cxa_guard_acquire __cxa_guard_release __cxa_guard_abort __tsan_default_options
        __tsan_on_report)
    string(APPEND sley_redirect_tsan "${name} sley_own_${name}\n")
endforeach()
set(own_names ${CMAKE_CURRENT_BINARY_DIR}/tsan_own_names.txt)
file(CONFIGURE OUTPUT ${own_names} CONTENT "${sley_redirect_tsan}" @ONLY)

set(plain ${CMAKE_CURRENT_BINARY_DIR}/plain)
set(whole ${plain}/libsley_cli.a ${plain}/libsley_report.a ${plain}/libsley_models.a ${core_tsan})
set(codes ${CMAKE_CURRENT_BINARY_DIR}/code/sley_entry_code.tsan.o
    ${CMAKE_CURRENT_BINARY_DIR}/code/sley_models_code.tsan.o)
set(program ${SLEY_KIT}/sley_program_tsan.o)
add_custom_command(OUTPUT ${program}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${SLEY_KIT}
    COMMAND ${SLEY_LD} -r -o ${program} $<TARGET_OBJECTS:sley_entry>
            $<TARGET_OBJECTS:sley_entry_tsan> $<TARGET_OBJECTS:sley_tsan> ${codes} --whole-archive
            ${whole} --no-whole-archive
    COMMAND ${SLEY_OBJCOPY} --redefine-sym memcpy=sley_plain_memcpy
            --redefine-sym memmove=sley_plain_memmove --redefine-sym memset=sley_plain_memset
            ${program}
    COMMAND ${CMAKE_COMMAND} -E cat ${sley_redirect_list} ${sley_tsan_names} ${own_names}
            > ${SLEY_KIT}/redirect_tsan.txt
    DEPENDS sley_entry $<TARGET_OBJECTS:sley_entry> sley_entry_tsan
            $<TARGET_OBJECTS:sley_entry_tsan> sley_tsan $<TARGET_OBJECTS:sley_tsan>
            sley_entry_code_tsan_object sley_models_code_tsan_object ${codes} sley_cli_plain
            sley_report_plain sley_models_plain ${whole} ${sley_redirect_list} ${sley_tsan_names}
            ${own_names}
    COMMAND_EXPAND_LISTS
    COMMENT "Preparing what programs of the lane tsan are linked with")
