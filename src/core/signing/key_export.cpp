#include "core/signing/key_export.hpp"

#include <boost/json/array.hpp>
#include <optional>

#include "core/audit/audited_write.hpp"
#include "core/operator_right.hpp"
#include "core/signing/signing_key.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::core {

namespace {

boost::json::value text_or_null(const std::optional<Instant>& instant) {
  if (!instant) return nullptr;
  return boost::json::value(iso8601(*instant));
}

boost::json::object exported(const SigningKey& key) {
  return {{"kid", key.id.text()},
          {"alg", crypto::to_string(key.kind.algorithm)},
          {"rsaBits", key.kind.rsa_bits},
          {"state", to_string(key.state)},
          {"publishedSince", iso8601(key.published_at)},
          {"signsFrom", iso8601(key.signs_from)},
          {"signedUntil", text_or_null(key.signed_until)},
          {"tokenLifetimeMilliseconds", key.token_lifetime.count()},
          {"publishedUntil", text_or_null(key.published_until)},
          {"certificate", crypto::base64_encode(key.certificate)},
          {"dataKey", key.private_key.key.text()},
          {"sealedPrivateKey", crypto::base64_encode(key.private_key.bytes)}};
}

}  // namespace

Result<boost::json::object> export_signing_keys(Store& store, const AuditTrail& audit, Instant now,
                                                const CallContext& context) {
  return audited_write(store, audit, "key.export", context,
                       [&](Transaction& transaction, AuditEvent& event) -> Result<boost::json::object> {
                         TRY(require_operator(context.actor));
                         boost::json::array keys;
                         for (const auto& key : TRY(transaction.signing_keys().list())) keys.push_back(exported(key));
                         event.details["keys"] = keys.size();
                         return boost::json::object{{"exportedOn", iso8601(now)}, {"keys", std::move(keys)}};
                       });
}

}  // namespace dwarpal::core
