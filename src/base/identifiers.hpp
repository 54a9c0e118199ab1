// Strong types for the texts that name things, so that one is never passed for another.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace dwarpal {

/// A text with a meaning: comparable, hashable, and convertible to nothing. The tag names the meaning.
template <typename Tag>
class Identifier {
 public:
  Identifier() = default;
  explicit Identifier(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Identifier&, const Identifier&) = default;

 private:
  std::string text_;
};

/// The id by which the network knows a member ("FIP-SIMULATOR"); case-sensitive.
using EntityId = Identifier<struct EntityIdTag>;
/// An entity's stable UUID, the `sub` of its tokens.
using EntityUuid = Identifier<struct EntityUuidTag>;
/// A user's stable UUID, the `sub` of their tokens.
using UserUuid = Identifier<struct UserUuidTag>;
/// A signing key's name: its RFC 7638 SHA-256 thumbprint.
using KeyId = Identifier<struct KeyIdTag>;
/// The `jti` of a token (RFC 7519 §4.1.7).
using TokenId = Identifier<struct TokenIdTag>;
/// A data key under the master key, named on every ciphertext made with it.
using DataKeyId = Identifier<struct DataKeyIdTag>;

}  // namespace dwarpal

template <typename Tag>
struct std::hash<dwarpal::Identifier<Tag>> {
  std::size_t operator()(const dwarpal::Identifier<Tag>& id) const noexcept {
    return std::hash<std::string_view>{}(id.text());
  }
};
