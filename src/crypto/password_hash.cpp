#include "crypto/password_hash.hpp"

#include <sodium/core.h>
#include <sodium/crypto_pwhash_argon2id.h>

#include <array>

namespace dwarpal::crypto {

PasswordHasher::PasswordHasher(Argon2Parameters parameters) : parameters_(parameters) {}

Result<PasswordHasher> PasswordHasher::create(Argon2Parameters parameters) {
  if (sodium_init() < 0) return fail(ErrorCode::Internal, "libsodium cannot be used");
  if (parameters.memory_bytes < crypto_pwhash_argon2id_MEMLIMIT_MIN ||
      parameters.memory_bytes > crypto_pwhash_argon2id_MEMLIMIT_MAX)
    return fail(ErrorCode::InvalidSetting, "The memory of a password hash is out of range");
  if (parameters.passes < crypto_pwhash_argon2id_OPSLIMIT_MIN)
    return fail(ErrorCode::InvalidSetting, "A password hash takes at least one pass");
  return PasswordHasher(parameters);
}

Result<std::string> PasswordHasher::hash(const Secret& password) const {
  std::array<char, crypto_pwhash_argon2id_STRBYTES> phc{};
  if (crypto_pwhash_argon2id_str(phc.data(), password.expose().data(), password.size(), parameters_.passes,
                                 parameters_.memory_bytes) != 0)
    return fail(ErrorCode::Unavailable, "There is no memory for a password hash");
  return std::string(phc.data());
}

bool PasswordHasher::verify(const std::string& phc, const Secret& password) const {
  return crypto_pwhash_argon2id_str_verify(phc.c_str(), password.expose().data(), password.size()) == 0;
}

bool PasswordHasher::needs_rehash(const std::string& phc) const {
  return crypto_pwhash_argon2id_str_needs_rehash(phc.c_str(), parameters_.passes, parameters_.memory_bytes) != 0;
}

void PasswordHasher::verify_dummy(const Secret& password) const { static_cast<void>(hash(password)); }

}  // namespace dwarpal::crypto
