// Whatever an export of signing keys says, what is read of it keeps the rules of the states of keys.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/signing/key_import.hpp"

namespace core = dwarpal::core;

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = core::parse_signing_key_export({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  if (std::ranges::count(read->keys, core::SigningKeyState::Active, &core::SigningKey::state) != 1) std::abort();
  for (const auto& key : read->keys) {
    if (core::is_published(key.state) == key.private_key.bytes.empty()) std::abort();
    if (key.published_at > key.signs_from || key.token_lifetime < dwarpal::Duration::zero()) std::abort();
  }
  return 0;
}
