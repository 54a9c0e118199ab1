#include <boost/json/array.hpp>

#include "core/signing/signing_keys.hpp"
#include "crypto/signature_algorithm.hpp"
#include "http/api/admin_calls.hpp"
#include "http/api/signing_key_fields.hpp"
#include "http/api/user_fields.hpp"

namespace dwarpal::http {

namespace {

using core::RotationRequest;

Result<RotationRequest> decode_rotation(const JsonFields& fields) {
  RotationRequest request;
  if (const auto algorithm = TRY(fields.text("algorithm")); !algorithm.empty()) {
    const auto known = crypto::parse_signature_algorithm(algorithm);
    if (!known) return fail(ErrorCode::InvalidInput, "algorithm must be RS256, PS256, ES256 or EdDSA");
    request.algorithm = *known;
  }
  if (TRY(fields.boolean("now")).value_or(false)) request.when = RotationRequest::When::Now;
  return request;
}

}  // namespace

std::vector<AdminCall> admin_key_calls(core::Administration& administration, core::SigningKeys& keys) {
  using Answer = Result<boost::json::object>;
  return {
      {.path = "/keys",
       .handle = [&](const AdminRequest& request) -> Answer {
         boost::json::array items;
         for (const auto& key : TRY(administration.keys(request.context))) items.push_back(encode_signing_key(key));
         return boost::json::object{{"items", std::move(items)}};
       }},
      {.method = Method::Post,
       .path = "/keys/rotate",
       .handle = [&](const AdminRequest& request) -> Answer {
         return encode_signing_key(TRY(keys.rotate(TRY(decode_rotation(request.fields)), request.context)));
       }},
      {.method = Method::Post,
       .path = "/keys/{kid}/withdraw",
       .handle = [&](const AdminRequest& request) -> Answer {
         const auto reason = TRY(request.fields.short_text("reason", {}, kLongestText));
         return encode_signing_key(TRY(keys.withdraw(KeyId(request.parameters[0]), reason, request.context)));
       }},
  };
}

}  // namespace dwarpal::http
