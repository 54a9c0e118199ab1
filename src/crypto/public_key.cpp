#include "crypto/public_key.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium/crypto_core_ed25519.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <span>
#include <utility>

#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"
#include "crypto/octets.hpp"
#include "crypto/signature_options.hpp"

namespace dwarpal::crypto {

namespace {

using boost::json::object;

constexpr int kFewestRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;  // a verification of 16384 bits would take milliseconds
constexpr std::size_t kMaxExponentBytes = 8;
constexpr std::size_t kCoordinateBytes = 32;

std::unexpected<Error> refuse(std::string_view member, std::string_view why) {
  return fail(ErrorCode::InvalidInput, std::string(member).append(" of the key ").append(why));
}

Result<std::string_view> text_of(const object& jwk, std::string_view member) {
  const auto* value = jwk.if_contains(member);
  if (value == nullptr || !value->is_string()) return refuse(member, "is missing or not a text");
  return std::string_view(value->get_string());
}

Result<std::string> bytes_of(const object& jwk, std::string_view member) {
  auto bytes = base64url_decode(TRY(text_of(jwk, member)));
  if (!bytes) return refuse(member, "is not base64url");
  return bytes;
}

/// RFC 7518 §2, Base64urlUInt: as few octets as can be.
Result<std::string> number_of(const object& jwk, std::string_view member) {
  auto bytes = bytes_of(jwk, member);
  if (bytes && bytes->empty()) return refuse(member, "is empty");
  if (bytes && bytes->front() == '\0') {
    return refuse(member, "begins with a zero octet, which must be left out (RFC 7518 section 2)");
  }
  return bytes;
}

Result<std::string> coordinate_of(const object& jwk, std::string_view member) {
  auto bytes = bytes_of(jwk, member);
  if (bytes && bytes->size() != kCoordinateBytes) return refuse(member, "does not have 32 bytes");
  return bytes;
}

Result<void> require_curve(const object& jwk, std::string_view curve) {
  if (TRY(text_of(jwk, "crv")) != curve) return refuse("crv", std::string("is not ").append(curve));
  return {};
}

OpensslHandle<BIGNUM> number_from(std::string_view bytes) {
  OpensslHandle<BIGNUM> number(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
  require(number != nullptr);
  return number;
}

OpensslHandle<EVP_PKEY> import_key(const char* type, OSSL_PARAM* parameters) {
  const OpensslHandle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  require(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return nullptr;
  return OpensslHandle<EVP_PKEY>(key);
}

Result<OpensslHandle<EVP_PKEY>> rsa_key(const object& jwk) {
  const auto modulus_bytes = TRY(number_of(jwk, "n"));
  if (modulus_bytes.size() > kMaxRsaBits / 8) return refuse("n", "has more than 8192 bits");
  const auto modulus = number_from(modulus_bytes);
  if (BN_num_bits(modulus.get()) < kFewestRsaBits) return refuse("n", "has less than 2048 bits");
  if (!BN_is_odd(modulus.get())) return refuse("n", "is even");

  const auto exponent_bytes = TRY(number_of(jwk, "e"));
  if (exponent_bytes.size() > kMaxExponentBytes) return refuse("e", "has more than 64 bits");
  const auto exponent = number_from(exponent_bytes);
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return refuse("e", "is not an odd number from 3");

  const OpensslHandle<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  require(builder != nullptr && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1);
  const OpensslHandle<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  auto key = import_key("RSA", parameters.get());
  if (key == nullptr) return openssl_failure(ErrorCode::InvalidInput, "n or e of the key cannot be used");
  return key;
}

Result<OpensslHandle<EVP_PKEY>> p256_key(const object& jwk) {
  TRY(require_curve(jwk, "P-256"));
  std::string point = "\x04" + TRY(coordinate_of(jwk, "x")) + TRY(coordinate_of(jwk, "y"));  // SEC 1 §2.3.3
  std::string group = "P-256";
  std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
                           OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                           OSSL_PARAM_construct_end()};
  auto key = import_key("EC", parameters.data());
  if (key == nullptr) return openssl_failure(ErrorCode::InvalidInput, "x and y of the key are not a point of P-256");
  return key;
}

Result<OpensslHandle<EVP_PKEY>> ed25519_key(const object& jwk) {
  TRY(require_curve(jwk, "Ed25519"));
  const auto point = TRY(coordinate_of(jwk, "x"));
  // OpenSSL would take points of small order too, under which one signature can fit many messages.
  if (crypto_core_ed25519_is_valid_point(octets(point)) != 1) return refuse("x", "is not a point of Ed25519");
  OpensslHandle<EVP_PKEY> key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, octets(point), point.size()));
  require(key != nullptr);
  return key;
}

std::string number_text(const EVP_PKEY* key, const char* parameter, int min_bytes = 0) {
  BIGNUM* taken = nullptr;
  require(EVP_PKEY_get_bn_param(key, parameter, &taken) == 1);
  const OpensslHandle<BIGNUM> number(taken);
  std::string bytes(static_cast<std::size_t>(std::max(min_bytes, BN_num_bytes(number.get()))), '\0');
  require(BN_bn2binpad(number.get(), octets(bytes), static_cast<int>(bytes.size())) >= 0);
  return base64url_encode(bytes);
}

/// RFC 7518 §3.4: r ‖ s, where OpenSSL wants DER.
std::string ecdsa_der(std::string_view signature) {
  const OpensslHandle<ECDSA_SIG> pair(ECDSA_SIG_new());
  require(pair != nullptr && ECDSA_SIG_set0(pair.get(), number_from(signature.substr(0, kCoordinateBytes)).release(),
                                            number_from(signature.substr(kCoordinateBytes)).release()) == 1);
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)), '\0');
  unsigned char* end = octets(der);
  require(i2d_ECDSA_SIG(pair.get(), &end) > 0);
  return der;
}

bool verify_digest(EVP_PKEY* key, SignatureAlgorithm algorithm, const Sha256& digest, std::string_view signature) {
  const OpensslHandle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  require(context != nullptr && EVP_PKEY_verify_init(context.get()) == 1 &&
          set_digest_and_padding(context.get(), algorithm));
  return EVP_PKEY_verify(context.get(), octets(signature), signature.size(),
                         reinterpret_cast<const unsigned char*>(digest.data()), digest.size()) == 1;
}

bool verify_message(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const OpensslHandle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  require(context != nullptr &&
          EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) == 1);
  return EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message), message.size()) == 1;
}

}  // namespace

Result<PublicKey> PublicKey::from_jwk(const object& jwk) {
  for (const auto* member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (jwk.contains(member)) return refuse(member, "is private and must not be given");
  }
  const auto type = TRY(text_of(jwk, "kty"));
  if (type == "RSA") return PublicKey(KeyType::Rsa, TRY(rsa_key(jwk)));
  if (type == "EC") return PublicKey(KeyType::EcP256, TRY(p256_key(jwk)));
  if (type == "OKP") return PublicKey(KeyType::Ed25519, TRY(ed25519_key(jwk)));
  return refuse("kty", "is none of RSA, EC and OKP");
}

object PublicKey::to_jwk() const {
  switch (type_) {
    case KeyType::Rsa:
      return {{"e", number_text(key_.get(), OSSL_PKEY_PARAM_RSA_E)},
              {"kty", "RSA"},
              {"n", number_text(key_.get(), OSSL_PKEY_PARAM_RSA_N)}};
    case KeyType::EcP256:
      return {{"crv", "P-256"},
              {"kty", "EC"},
              {"x", number_text(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateBytes)},
              {"y", number_text(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateBytes)}};
    case KeyType::Ed25519: {
      std::string point(kCoordinateBytes, '\0');
      std::size_t size = point.size();
      require(EVP_PKEY_get_raw_public_key(key_.get(), octets(point), &size) == 1);
      return {{"crv", "Ed25519"}, {"kty", "OKP"}, {"x", base64url_encode(point)}};
    }
  }
  std::unreachable();
}

// Boost.JSON writes members in the order in which they were put in.
std::string PublicKey::thumbprint() const { return base64url_encode(sha256(boost::json::serialize(to_jwk()))); }

unsigned PublicKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }

bool PublicKey::verify(SignatureAlgorithm algorithm, std::string_view signing_input, std::string_view signature) const {
  if (key_type_of(algorithm) != type_) return false;
  bool verified = false;
  switch (type_) {
    case KeyType::Rsa:
      // RFC 8017 §8.1.2 and §8.2.2 want the length of the modulus; OpenSSL's PSS takes shorter ones too.
      if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()))) return false;
      verified = verify_digest(key_.get(), algorithm, sha256(signing_input), signature);
      break;
    case KeyType::EcP256:
      if (signature.size() != 2 * kCoordinateBytes) return false;
      verified = verify_digest(key_.get(), algorithm, sha256(signing_input), ecdsa_der(signature));
      break;
    case KeyType::Ed25519: verified = verify_message(key_.get(), signing_input, signature); break;
  }
  if (!verified) discard_openssl_errors();
  return verified;
}

}  // namespace dwarpal::crypto
