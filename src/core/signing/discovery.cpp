#include "core/signing/discovery.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

std::string json_web_key_set(const KeyRing& key_ring) {
  boost::json::array keys;
  for (const auto& published : *key_ring.published()) {
    auto jwk = published.key.key.to_jwk();
    jwk["kid"] = published.key.id.text();
    jwk["use"] = "sig";
    jwk["alg"] = crypto::to_string(published.key.algorithm);
    jwk["x5c"] = boost::json::array{crypto::base64_encode(published.certificate)};
    jwk["x5t#S256"] = crypto::base64url_encode(crypto::sha256(published.certificate));
    keys.push_back(std::move(jwk));
  }
  return boost::json::serialize(boost::json::object{{"keys", std::move(keys)}});
}

std::string provider_metadata(const KeyRing& key_ring, const Policy& policy) {
  const auto issuer = policy.issuer();
  const auto endpoints = issuer + "/protocol/openid-connect";
  boost::json::array algorithms;
  std::set<crypto::SignatureAlgorithm> seen;
  for (const auto& published : *key_ring.published()) {
    const auto algorithm = published.key.algorithm;
    if (seen.insert(algorithm).second) algorithms.emplace_back(crypto::to_string(algorithm));
  }
  boost::json::array methods{"client_secret_basic", "client_secret_post"};
  if (policy.private_key_jwt) methods.emplace_back("private_key_jwt");
  auto methods_or_bearer = methods;
  methods_or_bearer.emplace_back("Bearer");  // RFC 8414 §2 lets the types of access tokens stand here

  boost::json::object metadata{{"issuer", issuer},
                               {"jwks_uri", endpoints + "/certs"},
                               {"token_endpoint", endpoints + "/token"},
                               {"token_endpoint_auth_methods_supported", methods},
                               {"introspection_endpoint", endpoints + "/token/introspect"},
                               {"introspection_endpoint_auth_methods_supported", std::move(methods_or_bearer)},
                               {"revocation_endpoint", endpoints + "/revoke"},
                               {"revocation_endpoint_auth_methods_supported", methods},
                               {"response_types_supported", boost::json::array{}},
                               {"grant_types_supported", boost::json::array{"client_credentials"}},
                               {"subject_types_supported", boost::json::array{"public"}},
                               {"id_token_signing_alg_values_supported", std::move(algorithms)},
                               {"claims_supported", boost::json::array{"aud", "azp", "exp", "iat", "iss", "jti", "name",
                                                                       "preferred_username", "roles", "sub"}}};
  if (policy.private_key_jwt) {
    for (const auto* endpoint : {"token", "introspection", "revocation"}) {
      metadata[std::string(endpoint) + "_endpoint_auth_signing_alg_values_supported"] =
          boost::json::array{"RS256", "PS256"};
    }
  }
  return boost::json::serialize(metadata);
}

}  // namespace dwarpal::core
