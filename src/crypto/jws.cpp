#include "crypto/jws.hpp"

#include <utility>

#include "base/json.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::crypto {

namespace {

constexpr std::size_t kUsualSignatureSize = 360;  // of RSA with 2048 bits, encoded, with the dots

std::unexpected<Error> not_a_jws(std::string detail) {
  return fail(ErrorCode::InvalidInput, "The text is not a compact JWS", std::move(detail));
}

Result<boost::json::object> parse_header(std::string_view text) {
  auto document = parse_json(text);
  if (!document || !document->value.is_object()) return not_a_jws("its header is not a JSON object");
  if (!document->repeated.empty()) return not_a_jws("its header has a name twice");
  return std::move(document->value.get_object());
}

}  // namespace

Result<UnverifiedJws> parse_compact_jws(std::string_view token) {
  if (token.size() > kMaxJwsBytes) return not_a_jws("it is longer than 16 KiB");
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  // A third dot between these two is no letter of base64url.
  if (first == last) return not_a_jws("it does not have three parts");

  auto header = base64url_decode(token.substr(0, first));
  auto payload = base64url_decode(token.substr(first + 1, last - first - 1));
  auto signature = base64url_decode(token.substr(last + 1));
  if (!header || !payload || !signature) return not_a_jws("a part is not base64url");
  if (signature->empty()) return not_a_jws("its signature is empty");
  return UnverifiedJws{.header = TRY(parse_header(*header)),
                       .payload = *std::move(payload),
                       .signature = *std::move(signature),
                       .signing_input = std::string(token.substr(0, last))};
}

Result<std::string> compact_jws(Signer& signer, std::string_view encoded_header, std::string_view payload) {
  std::string token;
  token.reserve(encoded_header.size() + base64url_size(payload.size()) + kUsualSignatureSize);
  token.append(encoded_header).append(".");
  append_base64url(token, payload);
  const auto signature = TRY(signer.sign(token));
  token.append(".");
  append_base64url(token, signature);
  return token;
}

}  // namespace dwarpal::crypto
