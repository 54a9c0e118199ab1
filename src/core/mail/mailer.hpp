// Puts letters into the outbox.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/data_keys.hpp"
#include "core/mail/letters.hpp"
#include "core/mail/outbox.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Whoever can read a link can sign in as its user.
enum class Links { Shown, Hidden };

/// A mail whose body was decrypted. `text` and `html` hold the link, or say that it is hidden or there is none any
/// more.
struct ReadableMail {
  Mail mail;
  Secret text;
  Secret html;
  std::optional<Secret> link;
};

/// Thread-safe.
class Mailer {
 public:
  Mailer(const DataKeys& keys, Random& random) : keys_(keys), random_(random) {}

  /// Encrypts the letter and inserts it, due at once, in the transaction of what caused it.
  [[nodiscard]] Result<> post(Transaction& transaction, const std::string& to, const Letter& letter, Instant now) const;
  /// The same for a letter with a link, which ends in `=` and the token.
  [[nodiscard]] Result<> post_with_link(Transaction& transaction, const std::string& to, const Letter& letter,
                                        const Secret& link, const crypto::Sha256& token_hash, Instant now) const;
  /// The same letter to each active admin of the entity.
  [[nodiscard]] Result<> post_to_admins(Transaction& transaction, const Entity& entity, const Letter& letter,
                                        Instant now) const;
  /// The same letter to each active operator.
  [[nodiscard]] Result<> post_to_operators(Transaction& transaction, const Letter& letter, Instant now) const;
  /// Decrypts; a hidden link is none in the answer.
  [[nodiscard]] Result<ReadableMail> open(Mail mail, Links links = Links::Shown) const;

 private:
  [[nodiscard]] Mail seal(const std::string& to, const Letter& letter, Instant now) const;

  const DataKeys& keys_;
  Random& random_;
};

}  // namespace dwarpal::core
