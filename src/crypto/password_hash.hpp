// How passwords are kept.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::crypto {

/// OWASP's second choice for Argon2id (19 MiB, two passes, one lane).
struct Argon2Parameters {
  std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;
  unsigned passes = 2;
};

/// Argon2id (RFC 9106) in self-describing PHC texts. Thread-safe. Every call but needs_rehash() is slow on
/// purpose and takes memory_bytes: it belongs on the pool that is meant for it. Virtual, so that a test can count the
/// work by which known and unknown users must not be told apart.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  /// InvalidSetting if libsodium refuses the parameters; Unavailable without the memory.
  static Result<PasswordHasher> create(Argon2Parameters parameters = {});

  /// With a fresh salt. Unavailable without the memory.
  [[nodiscard]] Result<std::string> hash(const Secret& password) const;
  /// False also for a text that is no Argon2id hash.
  [[nodiscard]] virtual bool verify(const std::string& phc, const Secret& password) const;
  /// Whether it was made with other parameters than these.
  [[nodiscard]] bool needs_rehash(const std::string& phc) const;
  /// Takes as long as verify(), so that an unknown user is not told by the time.
  virtual void verify_dummy(const Secret& password) const;

 private:
  explicit PasswordHasher(Argon2Parameters parameters);

  Argon2Parameters parameters_;
};

}  // namespace dwarpal::crypto
