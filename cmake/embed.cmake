# All sources that are made: what reads sources needs them first.
add_custom_target(generated)

# dwarpal_embed(TARGET SYMBOL FILE…): builds text files into a target, as
# `extern const std::span<const dwarpal::EmbeddedFile> dwarpal::SYMBOL`, in the order given.
function(dwarpal_embed target symbol)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
  set(files "")
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    list(APPEND files "${file}")
  endforeach()
  list(JOIN files "|" joined)
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -D "symbol=${symbol}" -D "files=${joined}" -D "output=${output}"
            -P "${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake"
    VERBATIM)
  set_source_files_properties("${output}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON SKIP_LINTING ON)
  target_sources(${target} PRIVATE "${output}")
  add_custom_target(${symbol} DEPENDS "${output}")
  add_dependencies(generated ${symbol})
endfunction()
