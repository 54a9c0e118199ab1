#include "crypto/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/octets.hpp"
#include "crypto/openssl_handles.hpp"

namespace dwarpal::crypto {
namespace {

constexpr auto kFrom = Instant(std::chrono::milliseconds(1'721'129'614'509));
constexpr auto kUntil = kFrom + std::chrono::years(10);

class Repeating final : public Random {
 public:
  explicit Repeating(unsigned char byte) : byte_(byte) {}
  void fill(std::span<std::byte> bytes) override { std::ranges::fill(bytes, std::byte{byte_}); }

 private:
  unsigned char byte_;
};

OpensslHandle<X509> parse(std::string_view der) {
  const unsigned char* at = octets(der);
  return OpensslHandle<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

TEST(Certificate, IsSignedByItsOwnKeyWithEveryAlgorithm) {
  Repeating random(0xFF);
  for (const auto algorithm :
       {SignatureAlgorithm::RS256, SignatureAlgorithm::PS256, SignatureAlgorithm::ES256, SignatureAlgorithm::EdDSA}) {
    const auto key = PrivateKey::generate(algorithm).value();
    const auto certificate = parse(self_signed_certificate(key, "sahamati", kFrom, kUntil, random).value());
    ASSERT_NE(certificate, nullptr);
    EXPECT_EQ(X509_self_signed(certificate.get(), 1), 1) << to_string(algorithm);
    EXPECT_EQ(X509_get_version(certificate.get()), X509_VERSION_3);
    EXPECT_EQ(X509_get_key_usage(certificate.get()), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  }
}

TEST(Certificate, IsItsKeysAloneAndNotIfAnyByteIsAltered) {
  Repeating random(0x11);
  const auto key = PrivateKey::generate(SignatureAlgorithm::ES256).value();
  const auto der = self_signed_certificate(key, "sahamati", kFrom, kUntil, random).value();
  EXPECT_TRUE(is_certificate_of(der, key));
  EXPECT_FALSE(is_certificate_of(der, PrivateKey::generate(SignatureAlgorithm::ES256).value()));
  EXPECT_FALSE(is_certificate_of(der, PrivateKey::generate(SignatureAlgorithm::EdDSA).value()));
  EXPECT_FALSE(is_certificate_of({}, key));
  EXPECT_FALSE(is_certificate_of(der + '0', key));
  EXPECT_FALSE(is_certificate_of(std::string_view(der).substr(0, der.size() - 1), key));
  for (std::size_t at = 0; at < der.size(); ++at) {
    auto altered = der;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    EXPECT_FALSE(is_certificate_of(altered, key)) << at;
  }
}

TEST(Certificate, HoldsTheNameAndTheTimesThatWereAskedFor) {
  Repeating random(0x11);
  const auto key = PrivateKey::generate(SignatureAlgorithm::ES256).value();
  const auto certificate = parse(self_signed_certificate(key, "द्वारपाल", kFrom, kUntil, random).value());
  unsigned char* text = nullptr;
  const auto* entry = X509_NAME_get_entry(X509_get_subject_name(certificate.get()), 0);
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)), "द्वारपाल");
  OPENSSL_free(text);
  EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate.get()), unix_seconds(kFrom)), 0);
  EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate.get()), unix_seconds(kUntil)), 0);
}

TEST(Certificate, HasASerialNumberThatIsPositiveAndFollowsTheRandomBytes) {
  const auto key = PrivateKey::generate(SignatureAlgorithm::EdDSA).value();
  const auto serial_with = [&](unsigned char byte) {
    Repeating random(byte);
    const auto certificate = parse(self_signed_certificate(key, "name", kFrom, kUntil, random).value());
    const auto* serial = X509_get0_serialNumber(certificate.get());
    EXPECT_EQ(serial->type, V_ASN1_INTEGER);  // not a negative one
    return std::string(reinterpret_cast<const char*>(serial->data), static_cast<std::size_t>(serial->length));
  };
  EXPECT_EQ(serial_with(0x00), "\x40" + std::string(15, '\0'));
  EXPECT_EQ(serial_with(0xFF), "\x7F" + std::string(15, '\xFF'));
}

TEST(Certificate, IsTheSameTwiceForAnAlgorithmThatSignsTheSameWay) {
  Repeating random(0x22);
  const auto key = PrivateKey::generate(SignatureAlgorithm::EdDSA).value();
  EXPECT_EQ(self_signed_certificate(key, "name", kFrom, kUntil, random).value(),
            self_signed_certificate(key, "name", kFrom, kUntil, random).value());
}

TEST(Certificate, RefusesANameThatX509DoesNotHold) {
  Repeating random(0x33);
  const auto key = PrivateKey::generate(SignatureAlgorithm::ES256).value();
  const auto named = [&](const std::string& name) {
    return self_signed_certificate(key, name, kFrom, kUntil, random).has_value();
  };
  EXPECT_TRUE(named("a"));
  EXPECT_TRUE(named(std::string(64, 'a')));
  EXPECT_FALSE(named(std::string(65, 'a')));
  EXPECT_FALSE(named(""));
  EXPECT_FALSE(named("\xff"));
}

}  // namespace
}  // namespace dwarpal::crypto
