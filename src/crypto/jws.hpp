// The compact serialization of JWS (RFC 7515 §7.1).
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/signer.hpp"

namespace dwarpal::crypto {

constexpr std::size_t kMaxJwsBytes = std::size_t{16} * 1024;

/// What a compact JWS says, before anybody has checked that it is true.
struct UnverifiedJws {
  boost::json::object header;
  std::string payload;        ///< decoded; may be empty, as it is in a detached JWS
  std::string signature;      ///< decoded
  std::string signing_input;  ///< what the signature is over: `header.payload` as they came
};

/// InvalidInput unless it is three strict base64url texts, at most 16 KiB together, of which the first is a JSON
/// object that has no name twice and the last is not empty.
[[nodiscard]] Result<UnverifiedJws> parse_compact_jws(std::string_view token);

/// `encoded_header` is in base64url already, as it is the same for every token of a key.
[[nodiscard]] Result<std::string> compact_jws(Signer& signer, std::string_view encoded_header,
                                              std::string_view payload);

}  // namespace dwarpal::crypto
