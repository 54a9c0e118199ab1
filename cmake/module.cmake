# dwarpal_module(NAME SOURCES … [TESTS …] [DEPENDS …] [TEST_DEPENDS …])
#
# One static library dwarpal_NAME for a folder under src/, and, where TESTS are given, one test
# program NAME_tests whose cases CTest knows one by one.
function(dwarpal_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;TESTS;DEPENDS;TEST_DEPENDS")
  add_library(dwarpal_${name} STATIC ${arg_SOURCES})
  target_include_directories(dwarpal_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(dwarpal_${name} PUBLIC dwarpal_flags ${arg_DEPENDS})
  if(DWARPAL_TESTS AND arg_TESTS)
    dwarpal_tests(${name} SOURCES ${arg_TESTS} DEPENDS dwarpal_${name} ${arg_TEST_DEPENDS})
  endif()
endfunction()

# dwarpal_tests(NAME SOURCES … DEPENDS …): the test program NAME_tests.
function(dwarpal_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_executable(${name}_tests ${arg_SOURCES})
  target_include_directories(${name}_tests PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${name}_tests PRIVATE ${arg_DEPENDS} dwarpal_flags GTest::gmock GTest::gtest_main)
  # It takes longer to read than most tests.
  target_precompile_headers(${name}_tests PRIVATE <gmock/gmock.h>)
  gtest_discover_tests(${name}_tests DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}." PROPERTIES TIMEOUT 300)
endfunction()

# In a folder below a module: adds its files to the module's library and test program.
function(dwarpal_module_files name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;TESTS")
  target_sources(dwarpal_${name} PRIVATE ${arg_SOURCES})
  if(DWARPAL_TESTS AND arg_TESTS)
    target_sources(${name}_tests PRIVATE ${arg_TESTS})
  endif()
endfunction()

# For targets whose files give the same private names to what each does for its own subject: in unity builds,
# too, each is compiled by itself.
function(dwarpal_separate_files)
  foreach(target IN LISTS ARGN)
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
    endif()
  endforeach()
endfunction()
