// Texts as the C libraries want them. For this folder only.
#pragma once

#include <string>
#include <string_view>

namespace dwarpal::crypto {

[[nodiscard]] inline const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
[[nodiscard]] inline unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace dwarpal::crypto
