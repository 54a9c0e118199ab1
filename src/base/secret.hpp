// Text or bytes that must not leak: a secret, a password, a private key.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace dwarpal {

/// Move-only, zeroed when it ends, unprintable and not comparable with `==`. The one way to what it
/// holds is `expose()`, so that a search for that word finds every use.
class Secret {
 public:
  Secret() = default;
  /// Takes the text over and zeroes what it was moved from.
  explicit Secret(std::string&& text);
  /// Copies; the caller answers for the original.
  static Secret copy_of(std::string_view text);
  static Secret copy_of(std::span<const std::byte> bytes);

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] std::string_view expose() const { return text_; }
  [[nodiscard]] std::span<const std::byte> expose_bytes() const { return std::as_bytes(std::span(text_)); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  void wipe() noexcept;

  std::string text_;
};

/// Overwrites a text that held something secret, in a way that the compiler does not remove.
void wipe(std::string& text) noexcept;

}  // namespace dwarpal
