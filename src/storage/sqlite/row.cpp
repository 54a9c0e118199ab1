#include "storage/sqlite/row.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>
#include <span>

namespace dwarpal::storage {

std::string Row::text() { return statement_.getColumn(column_++).getString(); }

std::string Row::blob() { return text(); }  // SQLiteCpp counts bytes for both

std::int64_t Row::integer() { return statement_.getColumn(column_++).getInt64(); }

crypto::Sha256 Row::digest() {
  const auto bytes = blob();
  crypto::Sha256 digest{};
  if (bytes.size() == digest.size()) {
    std::ranges::copy(std::as_bytes(std::span(bytes)), digest.begin());
  } else {
    readable_ = false;
  }
  return digest;
}

core::Sealed Row::sealed() {
  auto key = identifier<DataKeyId>();
  return {.key = std::move(key), .bytes = blob()};
}

bool Row::next_is_null() const { return statement_.getColumn(column_).isNull(); }

}  // namespace dwarpal::storage
