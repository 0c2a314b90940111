# cmake --install: the command, what it links programs with, the headers, and how others find them.
include(GNUInstallDirs)
install(TARGETS sley RUNTIME)
install(FILES ${SLEY_KIT}/sley_program.o ${SLEY_KIT}/redirect.txt ${SLEY_KIT}/program.ld
    ${SLEY_KIT}/refused.txt DESTINATION lib/sley)
if(SLEY_TSAN)
    install(FILES ${SLEY_KIT}/sley_program_tsan.o ${SLEY_KIT}/redirect_tsan.txt
        DESTINATION lib/sley)
endif()
if(SLEY_CXX_FOUND)
    install(FILES ${SLEY_KIT}/sley_libstdcxx.o DESTINATION lib/sley)
endif()
install(PROGRAMS ${SLEY_KIT}/sley-objcheck DESTINATION lib/sley)
install(DIRECTORY harness/include/sley DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(FILES harness/install/sley-config.cmake DESTINATION lib/cmake/sley)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/sley-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/sley-config-version.cmake DESTINATION lib/cmake/sley)
configure_file(harness/install/sley.pc.in ${CMAKE_CURRENT_BINARY_DIR}/sley.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/sley.pc DESTINATION lib/pkgconfig)
install(FILES docs/man/sley.1 docs/man/sley-cc.1 docs/man/sley-explore.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
