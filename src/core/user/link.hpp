// The single-use links that emails carry.
#pragma once

#include <optional>
#include <string_view>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::core {

enum class LinkPurpose { Activation, PasswordReset };

/// `activation`, `password-reset`: as the wire and the store write them.
[[nodiscard]] std::string_view to_string(LinkPurpose purpose);
[[nodiscard]] std::optional<LinkPurpose> parse_link_purpose(std::string_view text);
/// The page that the link opens, below the public base URL.
[[nodiscard]] std::string_view console_page(LinkPurpose purpose);

/// A link is open until it is used, ended or expired. Only the hash of its token is kept.
struct Link {
  crypto::Sha256 token_hash{};
  UserUuid user;
  LinkPurpose purpose = LinkPurpose::Activation;
  Instant created_at;
  Instant expires_at;
};

/// Port.
class LinkStore {
 public:
  virtual ~LinkStore() = default;
  virtual Result<> insert(const Link& link) = 0;
  /// The open one with that hash (an ended or expired one looks like none).
  virtual Result<std::optional<Link>> find_open(const crypto::Sha256& token_hash, Instant now) = 0;
  /// The newest open one of the user for the purpose.
  virtual Result<std::optional<Link>> newest_open(const UserUuid& user, LinkPurpose purpose, Instant now) = 0;
  /// How many were made for the user, of any purpose, at or after `since`, open or not.
  virtual Result<std::int64_t> count_since(const UserUuid& user, Instant since) = 0;
  /// Ends the user's open links of the purpose (of every purpose if none), and erases the links of
  /// waiting and delivered mails that carried them.
  virtual Result<> end_open(const UserUuid& user, std::optional<LinkPurpose> purpose, Instant now) = 0;
};

}  // namespace dwarpal::core
