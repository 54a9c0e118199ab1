#include "crypto/certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <span>

#include "crypto/octets.hpp"
#include "crypto/openssl_handles.hpp"
#include "crypto/signature_options.hpp"

namespace dwarpal::crypto {

namespace {

constexpr std::size_t kSerialBytes = 16;

/// RFC 5280 §4.1.2.2: positive, at most 20 octets.
bool set_serial(X509* certificate, Random& random) {
  std::array<std::byte, kSerialBytes> bytes{};
  random.fill(bytes);
  bytes[0] = (bytes[0] & std::byte{0x7F}) | std::byte{0x40};
  const OpensslHandle<BIGNUM> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
  return number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_names(X509* certificate, std::string_view common_name) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, octets(common_name),
                                    static_cast<int>(common_name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1;
}

bool add_extension(X509* certificate, int nid, const char* value) {
  const OpensslHandle<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool sign(X509* certificate, EVP_PKEY* key, SignatureAlgorithm algorithm) {
  const OpensslHandle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const char* const digest = algorithm == SignatureAlgorithm::EdDSA ? nullptr : "SHA256";
  EVP_PKEY_CTX* options = nullptr;  // owned by the context
  return context != nullptr &&
         EVP_DigestSignInit_ex(context.get(), &options, digest, nullptr, nullptr, key, nullptr) == 1 &&
         set_padding(options, algorithm) && X509_sign_ctx(certificate, context.get()) > 0;
}

}  // namespace

Result<std::string> self_signed_certificate(const PrivateKey& key, std::string_view common_name, Instant not_before,
                                            Instant not_after, Random& random) {
  const OpensslHandle<X509> certificate(X509_new());
  EVP_PKEY* const pkey = key.key_.get();
  require(certificate != nullptr);
  if (common_name.empty() || !set_names(certificate.get(), common_name))
    return openssl_failure(ErrorCode::InvalidInput, "The certificate's common name is not 1 to 64 characters of UTF-8");
  if (X509_set_version(certificate.get(), X509_VERSION_3) != 1 || !set_serial(certificate.get(), random) ||
      ASN1_TIME_set(X509_getm_notBefore(certificate.get()), unix_seconds(not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate.get()), unix_seconds(not_after)) == nullptr ||
      X509_set_pubkey(certificate.get(), pkey) != 1 ||
      !add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature") ||
      !sign(certificate.get(), pkey, key.algorithm()))
    return openssl_failure(ErrorCode::Internal, "A certificate could not be made");

  std::string der(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)), '\0');
  unsigned char* end = octets(der);
  require(i2d_X509(certificate.get(), &end) > 0);
  return der;
}

bool is_certificate_of(std::string_view der, const PrivateKey& key) {
  const unsigned char* at = octets(der);
  const OpensslHandle<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  const bool is_whole = certificate != nullptr && at == octets(der) + der.size();
  const bool fits = is_whole && X509_check_private_key(certificate.get(), key.key_.get()) == 1 &&
                    X509_verify(certificate.get(), key.key_.get()) == 1;
  ERR_clear_error();  // why not is nobody's concern
  return fits;
}

}  // namespace dwarpal::crypto
