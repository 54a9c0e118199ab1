#include "base/secret.hpp"

#include <cstring>

namespace dwarpal {

void wipe(std::string& text) noexcept {
  // The capacity, not only the size: a text that shrank still holds its old end.
  text.resize_and_overwrite(text.capacity(), [](char* bytes, std::size_t count) {
    explicit_bzero(bytes, count);
    return 0;
  });
}

Secret::Secret(std::string&& text) : text_(text) { dwarpal::wipe(text); }

Secret Secret::copy_of(std::string_view text) { return Secret(std::string(text)); }

Secret Secret::copy_of(std::span<const std::byte> bytes) {
  std::string text(bytes.size(), '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) text[i] = static_cast<char>(bytes[i]);
  return Secret(std::move(text));
}

// A short text lies inside the std::string, so a plain move would leave it behind.
Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept { dwarpal::wipe(text_); }

}  // namespace dwarpal
