# Every SLEY_SCENARIO(x) of the registry is scenarios/x.c.
file(STRINGS scenarios/scenarios.def lines REGEX "^SLEY_SCENARIO\\(")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS scenarios/scenarios.def)
set(sources)
foreach(line IN LISTS lines)
    string(REGEX REPLACE "^SLEY_SCENARIO\\(([a-z0-9_]+)\\).*" "\\1" symbol "${line}")
    list(APPEND sources scenarios/${symbol}.c)
endforeach()
sley_add_code(sley_scenarios_code SOURCES ${sources})

add_library(sley_scenarios STATIC scenarios/registry.c)
target_link_libraries(sley_scenarios PUBLIC sley_flags sley_scenarios_code)
