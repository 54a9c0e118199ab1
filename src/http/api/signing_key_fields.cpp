#include "http/api/signing_key_fields.hpp"

#include "crypto/signature_algorithm.hpp"

namespace dwarpal::http {

boost::json::object encode_signing_key(const core::SigningKey& key) {
  boost::json::object json{{"kid", key.id.text()},
                           {"algorithm", crypto::to_string(key.kind.algorithm)},
                           {"state", core::to_string(key.state)},
                           {"publishedOn", unix_milliseconds(key.published_at)},
                           {"signsFrom", unix_milliseconds(key.signs_from)}};
  if (key.kind.rsa_bits != 0) json["rsaBits"] = key.kind.rsa_bits;
  if (key.published_until) json["publishedUntil"] = unix_milliseconds(*key.published_until);
  return json;
}

boost::json::object encode_signing_key(const core::ListedSigningKey& listed) {
  auto json = encode_signing_key(listed.key);
  if (listed.signs_until) json["signsUntil"] = unix_milliseconds(*listed.signs_until);
  return json;
}

}  // namespace dwarpal::http
