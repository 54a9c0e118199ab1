# One interface target that everything links: language, warnings, hardening.
add_library(dwarpal_flags INTERFACE)
target_compile_features(dwarpal_flags INTERFACE cxx_std_23)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
include(CheckPIESupported)
check_pie_supported()

target_compile_options(dwarpal_flags INTERFACE
  -Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Wformat=2 -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op>
  # g++ 12 misfires on `"text" + std::string` when it optimises (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # In a unity build g++ takes a source file for a header, which should have nothing private.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>
  -fstack-protector-strong)
target_compile_definitions(dwarpal_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(dwarpal_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)

# A comma-separated list for -fsanitize=. _FORTIFY_SOURCE needs optimisation, and the sanitizers
# bring their own checks; what they find ends the program, so that a test fails.
set(DWARPAL_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")
if(NOT DWARPAL_SANITIZE)
  target_compile_options(dwarpal_flags INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
else()
  target_compile_options(dwarpal_flags INTERFACE
    -fsanitize=${DWARPAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(dwarpal_flags INTERFACE -fsanitize=${DWARPAL_SANITIZE})
endif()
