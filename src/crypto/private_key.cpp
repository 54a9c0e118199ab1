#include "crypto/private_key.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>

#include "crypto/base64url.hpp"
#include "crypto/octets.hpp"

namespace dwarpal::crypto {

namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kCurveBytes = 32;

bool is_on_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

bool fits(const EVP_PKEY* key, SignatureAlgorithm algorithm) {
  switch (key_type_of(algorithm)) {
    case KeyType::Rsa: return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= kMinRsaBits;
    case KeyType::EcP256: return EVP_PKEY_is_a(key, "EC") == 1 && is_on_p256(key);
    case KeyType::Ed25519: return EVP_PKEY_is_a(key, "ED25519") == 1;
  }
  std::unreachable();
}

Secret number_bytes(const EVP_PKEY* key, const char* parameter, int min_bytes = 0) {
  BIGNUM* taken = nullptr;
  require(EVP_PKEY_get_bn_param(key, parameter, &taken) == 1);
  const OpensslHandle<BIGNUM> number(taken);
  std::string bytes(static_cast<std::size_t>(std::max(min_bytes, BN_num_bytes(number.get()))), '\0');
  require(BN_bn2binpad(number.get(), octets(bytes), static_cast<int>(bytes.size())) >= 0);
  return Secret(std::move(bytes));
}

Secret raw_bytes(const EVP_PKEY* key) {
  std::string bytes(kCurveBytes, '\0');
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_private_key(key, octets(bytes), &size) == 1);
  return Secret(std::move(bytes));
}

void append_member(std::string& json, std::string_view name, const Secret& bytes) {
  const Secret value(base64url_encode(bytes.expose()));
  json.append(",\"").append(name).append("\":\"").append(value.expose()).append("\"");
}

void append_private_members(std::string& json, const EVP_PKEY* key, KeyType type) {
  switch (type) {
    case KeyType::Rsa:
      append_member(json, "d", number_bytes(key, OSSL_PKEY_PARAM_RSA_D));
      append_member(json, "p", number_bytes(key, OSSL_PKEY_PARAM_RSA_FACTOR1));
      append_member(json, "q", number_bytes(key, OSSL_PKEY_PARAM_RSA_FACTOR2));
      append_member(json, "dp", number_bytes(key, OSSL_PKEY_PARAM_RSA_EXPONENT1));
      append_member(json, "dq", number_bytes(key, OSSL_PKEY_PARAM_RSA_EXPONENT2));
      append_member(json, "qi", number_bytes(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1));
      return;
    case KeyType::EcP256: append_member(json, "d", number_bytes(key, OSSL_PKEY_PARAM_PRIV_KEY, kCurveBytes)); return;
    case KeyType::Ed25519: append_member(json, "d", raw_bytes(key)); return;
  }
}

}  // namespace

Result<PrivateKey> PrivateKey::generate(SignatureAlgorithm algorithm, unsigned rsa_bits) {
  OpensslHandle<EVP_PKEY> key;
  switch (key_type_of(algorithm)) {
    case KeyType::Rsa:
      if (rsa_bits != 2048 && rsa_bits != 3072 && rsa_bits != 4096)
        return fail(ErrorCode::InvalidInput, "An RSA key has 2048, 3072 or 4096 bits");
      key.reset(EVP_RSA_gen(rsa_bits));
      break;
    case KeyType::EcP256: key.reset(EVP_EC_gen("P-256")); break;
    case KeyType::Ed25519: key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); break;
  }
  if (key == nullptr) return openssl_failure(ErrorCode::Internal, "A key could not be generated");
  return PrivateKey(algorithm, std::move(key));
}

Result<PrivateKey> PrivateKey::from_pkcs8(SignatureAlgorithm algorithm, const Secret& der) {
  const unsigned char* at = octets(der.expose());
  const unsigned char* const end = at + der.size();
  const OpensslHandle<PKCS8_PRIV_KEY_INFO> info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  OpensslHandle<EVP_PKEY> key(info != nullptr && at == end ? EVP_PKCS82PKEY(info.get()) : nullptr);
  if (key == nullptr) return openssl_failure(ErrorCode::InvalidInput, "The text is not a private key in PKCS #8");
  if (!fits(key.get(), algorithm))
    return fail(ErrorCode::InvalidInput, std::string("The private key is not one for ").append(to_string(algorithm)));
  return PrivateKey(algorithm, std::move(key));
}

Secret PrivateKey::to_pkcs8() const {
  const OpensslHandle<PKCS8_PRIV_KEY_INFO> info(EVP_PKEY2PKCS8(key_.get()));
  require(info != nullptr);
  std::string der(static_cast<std::size_t>(i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr)), '\0');
  unsigned char* end = octets(der);
  require(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &end) > 0);
  return Secret(std::move(der));
}

PublicKey PrivateKey::public_part() const {
  std::string der(static_cast<std::size_t>(i2d_PUBKEY(key_.get(), nullptr)), '\0');
  unsigned char* end = octets(der);
  require(i2d_PUBKEY(key_.get(), &end) > 0);
  const unsigned char* at = octets(der);
  OpensslHandle<EVP_PKEY> key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  require(key != nullptr);
  return PublicKey(key_type_of(algorithm_), std::move(key));
}

Secret PrivateKey::private_jwk() const {
  auto jwk = public_key_.to_jwk();
  jwk["alg"] = to_string(algorithm_);
  jwk["kid"] = public_key_.thumbprint();
  jwk["use"] = "sig";
  // Reserved, so that growing leaves no copy behind; a key of 8192 bits needs less.
  std::string json;
  json.reserve(8192);
  json.append(boost::json::serialize(jwk));
  json.pop_back();
  append_private_members(json, key_.get(), public_key_.type());
  json += '}';
  return Secret(std::move(json));
}

}  // namespace dwarpal::crypto
