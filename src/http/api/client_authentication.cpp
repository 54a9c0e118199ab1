#include "http/api/client_authentication.hpp"

#include <string>
#include <utility>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::http {

namespace {

// RFC 7523 §2.2.
constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

std::unexpected<Error> no_client(std::string message) { return fail(ErrorCode::Unauthorized, std::move(message)); }

/// What was percent-encoded; empty if it cannot have been.
std::string decoded_or_empty(std::string_view text) {
  auto decoded = form_decoded(text);
  return decoded ? *std::move(decoded) : std::string();
}

Result<Client> read_authorization(std::string_view header, std::string_view client_id) {
  const auto value = trim(header);
  const auto scheme = value.substr(0, value.find_first_of(" \t"));
  const auto rest = trim(value.substr(scheme.size()));
  if (equals_ignoring_case(scheme, "Bearer")) return PresentedToken{.token = std::string(rest)};
  if (!equals_ignoring_case(scheme, "Basic")) return no_client("The Authorization header has an unknown scheme");
  auto client = TRY(decode_basic(rest));
  if (!client_id.empty() && client_id != client.id) {
    return fail(ErrorCode::InvalidInput, "client_id is another than in the Authorization header");
  }
  return client;
}

}  // namespace

Result<core::EntityCredentials> decode_basic(std::string_view encoded) {
  auto decoded = crypto::base64_decode(encoded);
  if (!decoded) return no_client("The Authorization header is not valid Basic authentication");
  const Secret credentials(*std::move(decoded));
  const auto text = credentials.expose();
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || !is_valid_utf8(text) || text.contains('\0')) {
    return no_client("The Authorization header is not valid Basic authentication");
  }
  const auto id = text.substr(0, colon);
  const auto secret = text.substr(colon + 1);
  auto decoded_id = decoded_or_empty(id);
  Secret decoded_secret(decoded_or_empty(secret));
  core::EntityCredentials client{.id = decoded_id.empty() ? std::string(id) : std::move(decoded_id),
                                 .secret = Secret::copy_of(secret)};
  if (!decoded_secret.empty() && decoded_secret.expose() != secret) client.or_secret = std::move(decoded_secret);
  if (client.id.empty() || client.secret.empty()) return no_client("Client id or secret is missing in the request");
  return client;
}

Result<Client> read_client(const Request& request, const Form& form) {
  auto client_id = TRY(form.text("client_id"));
  Secret client_secret(TRY(form.text("client_secret")));
  auto assertion = TRY(form.text("client_assertion"));
  const auto assertion_type = TRY(form.text("client_assertion_type"));
  const bool asserts = !assertion.empty() || !assertion_type.empty();
  const auto headers = request.header_count("Authorization");
  if (headers + (client_secret.empty() ? 0U : 1U) + (asserts ? 1U : 0U) > 1) {
    return fail(ErrorCode::InvalidInput, "The request has more than one client authentication");
  }
  if (headers == 1) return read_authorization(*request.header("Authorization"), client_id);
  if (asserts) {
    if (assertion_type != kAssertionType) return no_client("client_assertion_type is unknown");
    return core::AssertionCredentials{.client_id = std::move(client_id), .assertion = std::move(assertion)};
  }
  if (client_id.empty() || client_secret.empty()) return no_client("Client authentication is missing in the request");
  return core::EntityCredentials{.id = std::move(client_id), .secret = std::move(client_secret)};
}

}  // namespace dwarpal::http
