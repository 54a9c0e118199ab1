#include "core/user/user.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/signing/not_before.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kMaximumEmail = 254;
constexpr std::size_t kMaximumLocalPart = 64;
constexpr std::size_t kMaximumLabel = 63;

bool is_letter_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

bool is_atom_character(char letter) {
  return is_letter_or_digit(letter) || std::string_view("!#$%&'*+-/=?^_`{|}~").contains(letter);
}

/// RFC 5322 §3.2.3 `atom`.
bool is_atom(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_atom_character); }

/// RFC 1123 §2.1: letters, digits and hyphens, the latter inside only.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= kMaximumLabel && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char letter) { return is_letter_or_digit(letter) || letter == '-'; });
}

/// How many parts between dots there are; 0 if one is not as `is_part` wants it.
template <typename Predicate>
std::size_t count_parts(std::string_view text, Predicate is_part) {
  for (std::size_t count = 1;; ++count) {
    const auto dot = text.find('.');
    if (!is_part(text.substr(0, dot))) return 0;
    if (dot == std::string_view::npos) return count;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<Email> Email::parse(std::string_view text) {
  const auto at = text.find('@');
  const auto local_part = text.substr(0, at);
  const auto domain = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  if (text.size() > kMaximumEmail || local_part.size() > kMaximumLocalPart || count_parts(local_part, is_atom) == 0 ||
      count_parts(domain, is_label) < 2) {
    return fail(ErrorCode::InvalidInput, "The field email is not an email address");
  }
  return Email(to_lower(text));
}

std::string_view to_string(UserStatus status) {
  switch (status) {
    case UserStatus::Invited: return "INVITED";
    case UserStatus::Verified: return "VERIFIED";
    case UserStatus::Active: return "ACTIVE";
    case UserStatus::Suspended: return "SUSPENDED";
  }
  return {};
}

std::optional<UserStatus> parse_user_status(std::string_view text) {
  using enum UserStatus;
  for (const auto status : {Invited, Verified, Active, Suspended}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

void User::cut_off_tokens(Instant now) {
  ++credential_version;
  tokens_not_before = cut_off(now, tokens_not_before);
}

std::string subject_of(const User& user) { return "user:" + user.email.text(); }

}  // namespace dwarpal::core
