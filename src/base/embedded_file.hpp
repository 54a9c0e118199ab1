// A text file that was built into the binary (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace dwarpal {

struct EmbeddedFile {
  std::string_view name;  ///< without its folder
  std::string_view content;
};

}  // namespace dwarpal
