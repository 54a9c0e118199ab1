#include "crypto/password_hash.hpp"

#include <gtest/gtest.h>

namespace dwarpal::crypto {
namespace {

Secret password(std::string_view text) { return Secret::copy_of(text); }

PasswordHasher cheap_hasher() {
  return PasswordHasher::create({.memory_bytes = std::size_t{64} * 1024, .passes = 1}).value();
}

// From the test suite of the reference implementation (P-H-C/phc-winner-argon2, src/test.c).
TEST(PasswordHash, VerifiesTheHashesOfTheReferenceImplementation) {
  const auto hasher = cheap_hasher();
  for (const auto* phc : {"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                          "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"}) {
    EXPECT_TRUE(hasher.verify(phc, password("password")));
    EXPECT_FALSE(hasher.verify(phc, password("passwore")));
  }
}

TEST(PasswordHash, VerifiesItsOwnHashAndNoOtherPassword) {
  const auto hasher = cheap_hasher();
  const auto phc = hasher.hash(password("correct horse")).value();
  EXPECT_TRUE(hasher.verify(phc, password("correct horse")));
  EXPECT_FALSE(hasher.verify(phc, password("correct hors")));
  EXPECT_FALSE(hasher.verify(phc, password("")));
  EXPECT_NE(phc, hasher.hash(password("correct horse")).value());
}

TEST(PasswordHash, CountsEveryByteOfThePasswordEvenBehindAZero) {
  const auto hasher = cheap_hasher();
  const auto phc = hasher.hash(password(std::string_view("a\0b", 3))).value();
  EXPECT_TRUE(hasher.verify(phc, password(std::string_view("a\0b", 3))));
  EXPECT_FALSE(hasher.verify(phc, password(std::string_view("a\0c", 3))));
}

TEST(PasswordHash, DescribesItsParametersAndDefaultsToNineteenMebibytesAndTwoPasses) {
  const auto phc = PasswordHasher::create().value().hash(password("p")).value();
  EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << phc;
}

TEST(PasswordHash, WantsARehashOnceTheParametersDiffer) {
  const auto hasher = cheap_hasher();
  const auto phc = hasher.hash(password("p")).value();
  EXPECT_FALSE(hasher.needs_rehash(phc));
  EXPECT_TRUE(PasswordHasher::create({.memory_bytes = std::size_t{128} * 1024, .passes = 1}).value().needs_rehash(phc));
  EXPECT_TRUE(PasswordHasher::create({.memory_bytes = std::size_t{64} * 1024, .passes = 2}).value().needs_rehash(phc));
  EXPECT_TRUE(hasher.needs_rehash("not a hash"));
}

TEST(PasswordHash, RefusesTextsThatAreNoHash) {
  const auto hasher = cheap_hasher();
  for (const auto& text : {std::string(), std::string("plain"), std::string("$argon2id$"), std::string(5000, '$')})
    EXPECT_FALSE(hasher.verify(text, password("p")));
  hasher.verify_dummy(password("p"));
}

TEST(PasswordHash, RefusesParametersThatArgon2DoesNotHave) {
  EXPECT_EQ(PasswordHasher::create({.memory_bytes = 8191}).error().code, ErrorCode::InvalidSetting);
  EXPECT_TRUE(PasswordHasher::create({.memory_bytes = 8192, .passes = 1}));
  EXPECT_EQ(PasswordHasher::create({.passes = 0}).error().code, ErrorCode::InvalidSetting);
}

}  // namespace
}  // namespace dwarpal::crypto
