#include "core/mail/letters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "core/user/link.hpp"

namespace dwarpal::core {

namespace {

/// A value from outside as one harmless line: it can neither start a paragraph of its own nor stand for `{link}`.
std::string plain(std::string_view value) {
  std::string line(value);
  for (auto& letter : line) {
    if (static_cast<unsigned char>(letter) < ' ' || letter == '\x7f') letter = ' ';
    if (letter == '{') letter = '(';
    if (letter == '}') letter = ')';
  }
  return line;
}

/// "72 hours", "1 hour", "90 minutes".
std::string in_words(Duration duration) {
  const auto words = [](std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
  };
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(duration);
  if (minutes % std::chrono::hours(1) != std::chrono::minutes(0)) return words(minutes.count(), "minute");
  return words(std::chrono::floor<std::chrono::hours>(minutes).count(), "hour");
}

std::string greeting(const User& user) {
  return user.first_name.empty() ? "Hello," : fmt::format("Hello {},", plain(user.first_name));
}

std::string name_of(const User& user) {
  const auto name = plain(user.first_name + " " + user.last_name);
  return name == " " ? user.email.text() : fmt::format("{} ({})", name, user.email.text());
}

std::string name_of(const Entity& entity) {
  return fmt::format("{} ({})", plain(entity.name), plain(entity.id.text()));
}

/// One paragraph of the HTML; a paragraph that is nothing but a placeholder is the link or the token itself.
std::string as_html(std::string_view paragraph) {
  if (paragraph == kLinkPlaceholder) return R"(<p><a href="{link}">{link}</a></p>)";
  if (paragraph == kTokenPlaceholder) return "<p><code>{token}</code></p>";
  return fmt::format("<p>{}</p>", escape_html(paragraph));
}

Letter compose(std::string kind, std::string subject, const std::vector<std::string>& paragraphs) {
  Letter letter{.kind = std::move(kind), .subject = std::move(subject)};
  letter.html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n",
      escape_html(letter.subject));
  for (const auto& paragraph : paragraphs) {
    letter.text += paragraph + "\n\n";
    letter.html += as_html(paragraph) + "\n";
  }
  letter.text.pop_back();
  letter.html += "</body>\n</html>\n";
  return letter;
}

std::string how_to_paste(LinkPurpose purpose, const Policy& policy) {
  return fmt::format("If the link cannot be clicked, open {}{} and paste this code:", plain(policy.public_base_url),
                     console_page(purpose));
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const auto letter : text) {
    switch (letter) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += letter;
    }
  }
  return escaped;
}

Letter activation_letter(const User& user, const Policy& policy) {
  const auto network = plain(policy.network_name);
  return compose(
      "activation", fmt::format("Activate your account on {}", network),
      {greeting(user),
       fmt::format("an account on {} was made for you. Open this link and choose a password to start:", network),
       std::string(kLinkPlaceholder), how_to_paste(LinkPurpose::Activation, policy), std::string(kTokenPlaceholder),
       fmt::format("The link works once, within {}.", in_words(policy.activation_link_lifetime)),
       "If you did not expect this mail, ignore it: nobody can use the account before a password is chosen."});
}

Letter password_reset_letter(const User& user, const Policy& policy) {
  const auto network = plain(policy.network_name);
  return compose(
      "password-reset", fmt::format("Choose a new password for {}", network),
      {greeting(user),
       fmt::format("somebody, hopefully you, asked for a new password for your account on {}. Open this link to "
                   "choose one:",
                   network),
       std::string(kLinkPlaceholder), how_to_paste(LinkPurpose::PasswordReset, policy), std::string(kTokenPlaceholder),
       fmt::format("The link works once, within {}.", in_words(policy.password_link_lifetime)),
       "If it was not you, ignore this mail: your password stays as it is. If it comes again, tell the operator."});
}

Letter admin_added_letter(const Entity& entity, const User& added, const Policy& policy) {
  return compose(
      "admin-added", fmt::format("New admin of {} on {}", plain(entity.id.text()), plain(policy.network_name)),
      {"Hello,",
       fmt::format("{} is now an admin of {} and can manage its secret and its users.", name_of(added),
                   name_of(entity)),
       "You get this mail as an admin of that member. If you did not expect it, tell the network's operator."});
}

Letter admin_removed_letter(const Entity& entity, const User& removed, const Policy& policy) {
  return compose(
      "admin-removed", fmt::format("Admin removed from {} on {}", plain(entity.id.text()), plain(policy.network_name)),
      {"Hello,", fmt::format("{} is no longer an admin of {}.", name_of(removed), name_of(entity)),
       "You get this mail as an admin of that member. If you did not expect it, tell the network's operator."});
}

Letter admin_password_reset_letter(const Entity& entity, const User& whose, const Policy& policy) {
  return compose(
      "admin-password-reset",
      fmt::format("Password reset for an admin of {} on {}", plain(entity.id.text()), plain(policy.network_name)),
      {"Hello,",
       fmt::format("the network's operator sent {}, an admin of {}, a link to choose a new password.", name_of(whose),
                   name_of(entity)),
       "You get this mail as an admin of that member. If you did not expect it, tell the network's operator."});
}

Letter last_admin_lost_letter(const Entity& entity, const User& lost, const Policy& policy) {
  return compose(
      "last-admin-lost",
      fmt::format("{} has no active admin any more on {}", plain(entity.id.text()), plain(policy.network_name)),
      {"Hello,",
       fmt::format("{} was the last active admin of {}, and was removed or suspended. The member works on with the "
                   "secret that it has, but nobody can read or reset it before there is an active admin again.",
                   name_of(lost), name_of(entity)),
       "You get this mail as an operator of the network."});
}

Letter signing_key_letter(const SigningKey& key, const Policy& policy) {
  const auto network = plain(policy.network_name);
  const auto when = key.state == SigningKeyState::Active ? std::string("at once")
                                                         : fmt::format("from {} on", iso8601(key.signs_from));
  return compose(
      "signing-key", fmt::format("New signing key of {}", network),
      {"Hello,",
       fmt::format("{} has published a new key, {} ({}). It signs tokens {}.", network, key.id.text(),
                   crypto::to_string(key.kind.algorithm), when),
       fmt::format(
           "The key set is at {}/protocol/openid-connect/certs. Software that reads it at least once a day needs "
           "nothing from you. If yours keeps a copy of the network's keys, add this one, and keep the others "
           "until they are gone from the key set.",
           plain(policy.issuer())),
       "You get this mail as an admin of a member of the network."});
}

Letter signing_key_withdrawn_letter(const SigningKey& key, const Policy& policy) {
  const auto network = plain(policy.network_name);
  return compose("signing-key-withdrawn", fmt::format("Signing key of {} withdrawn", network),
                 {"Hello,",
                  fmt::format("{} has withdrawn its key {}. Tokens that it signed are not good any more: get new ones, "
                              "and refuse those that you are shown.",
                              network, key.id.text()),
                  "Remove the key from your software if it keeps a copy, and let it read the key set anew: " +
                      plain(policy.issuer()) + "/protocol/openid-connect/certs",
                  "You get this mail as an admin of a member of the network."});
}

Letter record_changed_letter(const Entity& entity, const std::vector<std::string>& members, std::string_view changed_by,
                             const Policy& policy) {
  return compose(
      "record-changed",
      fmt::format("Registry record of {} changed on {}", plain(entity.id.text()), plain(policy.network_name)),
      {"Hello,",
       fmt::format("{} changed the registry record of {}: {}.", plain(changed_by), name_of(entity),
                   fmt::join(members, ", ")),
       "Other members find your service and verify your signatures by this record.",
       "You get this mail as an admin of that member. If you did not expect it, tell the network's operator."});
}

}  // namespace dwarpal::core
