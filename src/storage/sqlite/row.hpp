// How a row becomes a value of the core.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "core/data_keys.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::storage {

/// Reads the columns of the current row from the left to the right, one a call. A value that this program
/// does not know makes the row unreadable, and whoever made the row checks that once at the end.
class Row {
 public:
  explicit Row(SQLite::Statement& statement) : statement_(statement) {}

  [[nodiscard]] bool readable() const { return readable_; }

  std::string text();
  std::string blob();
  std::int64_t integer();
  bool flag() { return integer() != 0; }
  Instant instant() { return instant_from_milliseconds(integer()); }
  crypto::Sha256 digest();

  /// Two columns: the data key's id and the ciphertext.
  core::Sealed sealed();

  template <typename Name>
  Name identifier() {
    return Name(text());
  }

  /// `parse` gives an optional or a Result.
  template <typename Parse>
  auto parsed(Parse parse) {
    auto value = parse(text());
    if (!value) readable_ = false;
    return value ? *value : std::remove_cvref_t<decltype(*value)>{};
  }

  /// None if the next column is NULL; else `read(row)`, which starts at that column.
  template <typename Read>
  auto if_present(Read read) -> std::optional<std::invoke_result_t<Read, Row&>> {
    if (next_is_null()) {
      ++column_;
      return std::nullopt;
    }
    return read(*this);
  }
  std::optional<Instant> optional_instant() {
    return if_present([](Row& row) { return row.instant(); });
  }

 private:
  [[nodiscard]] bool next_is_null() const;

  SQLite::Statement& statement_;
  int column_ = 0;
  bool readable_ = true;
};

}  // namespace dwarpal::storage
