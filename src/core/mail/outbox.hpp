// Mails that are to be sent, as they lie in the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/data_keys.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

/// Waiting → Delivered, or GivenUp after the last attempt, or Withdrawn because its link ended first.
enum class MailState { Waiting, Delivered, GivenUp, Withdrawn };

[[nodiscard]] std::string_view to_string(MailState state);
[[nodiscard]] std::optional<MailState> parse_mail_state(std::string_view text);

/// The envelope. The body is sealed (row "mail:<id>"), the link apart from it (row "mail-link:<id>") so
/// that it can be erased alone; the body holds `{link}` and `{token}` where it belongs.
struct Mail {
  std::string id;    ///< UUID; the local part of its Message-ID
  std::string kind;  ///< "activation", "password-reset", "admin-added", …
  std::string to;
  std::string subject;
  Sealed body;                                             ///< JSON {"text": …, "html": …}
  std::optional<Sealed> link = std::nullopt;               ///< none: never had one, or erased
  std::optional<crypto::Sha256> link_hash = std::nullopt;  ///< Link::token_hash of that link
  MailState state = MailState::Waiting;
  int attempts = 0;
  Instant created_at;
  Instant next_attempt_at;
  std::optional<Instant> delivered_at = std::nullopt;
  std::string last_error = {};  ///< what the mail server answered, for the operator; no part of the mail
};

/// Which mails a reader wants; empty members do not restrict.
struct MailFilter {
  std::string to = {};  ///< exact
  std::optional<MailState> state = std::nullopt;
  std::string after = {};  ///< the id of a mail: older ones than that; none if there is no such mail
  std::size_t limit = 100;
};

/// What waits to be delivered, and what never was.
struct OutboxBacklog {
  std::int64_t waiting = 0;
  std::int64_t given_up = 0;
  std::optional<Instant> oldest_waiting = std::nullopt;  ///< when the oldest waiting one was made
};

/// Port.
class OutboxStore {
 public:
  virtual ~OutboxStore() = default;
  virtual Result<> insert(const Mail& mail) = 0;
  virtual Result<std::optional<Mail>> find(std::string_view id) = 0;
  /// Newest first.
  virtual Result<std::vector<Mail>> search(const MailFilter& filter) = 0;
  virtual Result<OutboxBacklog> backlog() = 0;
  /// Waiting ones whose next attempt is due, oldest attempt first.
  virtual Result<std::vector<Mail>> due(Instant now, std::size_t limit) = 0;
  /// Writes state, attempts, next_attempt_at, delivered_at, last_error, and the link if it is none now.
  virtual Result<> update(const Mail& mail) = 0;
  /// Erases the links whose Link expired or ended by `now`; a Waiting mail with such a link becomes Withdrawn.
  /// Returns how many.
  virtual Result<std::int64_t> erase_ended_links(Instant now) = 0;
};

}  // namespace dwarpal::core
