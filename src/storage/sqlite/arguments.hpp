// How the core's types become arguments of a statement.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "core/user/user.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::storage {

/// Bytes that are stored as a BLOB; the plain texts are stored as TEXT.
struct Blob {
  std::string_view bytes;
};

// What is bound without a copy lives until the statement is reset: Connection sees to that.

inline void bind(SQLite::Statement& statement, int index, const std::string& text) {
  statement.bindNoCopy(index, text);
}
inline void bind(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, std::string(text));
}
inline void bind(SQLite::Statement& statement, int index, const char* text) { statement.bindNoCopy(index, text); }
inline void bind(SQLite::Statement& statement, int index, Blob blob) {
  // A null pointer would be bound as NULL, and an empty view may hold one.
  statement.bindNoCopy(index, blob.bytes.empty() ? "" : static_cast<const void*>(blob.bytes.data()),
                       static_cast<int>(blob.bytes.size()));
}
inline void bind(SQLite::Statement& statement, int index, const crypto::Sha256& digest) {
  statement.bindNoCopy(index, digest.data(), static_cast<int>(digest.size()));
}
inline void bind(SQLite::Statement& statement, int index, Instant instant) {
  statement.bind(index, unix_milliseconds(instant));
}
inline void bind(SQLite::Statement& statement, int index, Duration duration) {
  statement.bind(index, static_cast<std::int64_t>(duration.count()));
}
inline void bind(SQLite::Statement& statement, int index, const core::Email& email) {
  statement.bindNoCopy(index, email.text());
}
inline void bind(SQLite::Statement& statement, int index, std::integral auto number) {
  statement.bind(index, static_cast<std::int64_t>(number));
}
template <typename Tag>
void bind(SQLite::Statement& statement, int index, const Identifier<Tag>& identifier) {
  statement.bindNoCopy(index, identifier.text());
}
template <typename Enumeration>
  requires std::is_enum_v<Enumeration>
void bind(SQLite::Statement& statement, int index, Enumeration value) {
  bind(statement, index, to_string(value));
}
template <typename Value>
void bind(SQLite::Statement& statement, int index, const std::optional<Value>& value) {
  if (value) {
    bind(statement, index, *value);
  } else {
    statement.bind(index);
  }
}

}  // namespace dwarpal::storage
