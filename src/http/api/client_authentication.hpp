// How a caller of the standard endpoints says who it is (RFC 6749 §2.3).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "core/entity/entity_authentication.hpp"
#include "http/api/form.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// `Authorization: Bearer …`: no client, but a user who presents a token, where an endpoint takes that.
struct PresentedToken {
  std::string token;
};

/// By `client_secret_basic` or `client_secret_post`, by `private_key_jwt` (RFC 7523 §2.2), or by a token.
using Client = std::variant<core::EntityCredentials, core::AssertionCredentials, PresentedToken>;

/// ErrorCode::InvalidInput for more than one method at once; Unauthorized for none, and for an Authorization header
/// that is none of these.
[[nodiscard]] Result<Client> read_client(const Request& request, const Form& form);

/// The credentials in `Authorization: Basic …`; `encoded` is what follows the word. Id and secret are percent-encoded
/// (RFC 6749 §2.3.1) or as they are (RFC 7617): clients do both, so a secret that can be read in two ways is tried in
/// both. Unauthorized for what is none of it.
[[nodiscard]] Result<core::EntityCredentials> decode_basic(std::string_view encoded);

}  // namespace dwarpal::http
