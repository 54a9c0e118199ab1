#include "core/signing/claims.hpp"

#include <boost/json/array.hpp>

namespace dwarpal::core {

boost::json::object common_claims(const Policy& policy, Instant now, Duration lifetime, Random& random) {
  const auto issued_at = unix_seconds(now);
  boost::json::object claims;
  claims["exp"] = issued_at + std::chrono::floor<std::chrono::seconds>(lifetime).count();
  claims["iat"] = issued_at;
  claims["jti"] = make_uuid(random);
  for (const auto& claim : constant_claims(policy)) claims.insert(claim);
  return claims;
}

boost::json::object constant_claims(const Policy& policy) {
  boost::json::object claims;
  claims["iss"] = policy.issuer();
  if (policy.audience.size() == 1) claims["aud"] = policy.audience.front();
  else claims["aud"] = boost::json::array(policy.audience.begin(), policy.audience.end());
  claims["typ"] = "Bearer";
  claims["acr"] = "1";
  return claims;
}

}  // namespace dwarpal::core
