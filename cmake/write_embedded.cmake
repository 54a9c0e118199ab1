# Run by dwarpal_embed: writes the .cpp that holds the files.
string(REPLACE "|" ";" files "${files}")
set(entries "")
foreach(path IN LISTS files)
  cmake_path(GET path FILENAME name)
  file(READ "${path}" content)
  string(APPEND entries "    {\"${name}\", R\"embedded(${content})embedded\"},\n")
endforeach()
file(WRITE "${output}" "// NOLINTBEGIN: generated
#include \"base/embedded_file.hpp\"

// The standard promises no literals of this length; our compilers take them.
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace dwarpal {

namespace {
constexpr EmbeddedFile kFiles[] = {
${entries}};
}  // namespace

extern const std::span<const EmbeddedFile> ${symbol};
const std::span<const EmbeddedFile> ${symbol}(kFiles);

}  // namespace dwarpal
// NOLINTEND
")
