#include "core/mail/mailer.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstdint>
#include <limits>

#include "base/json.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kEveryone = std::numeric_limits<std::int32_t>::max();
constexpr std::string_view kHiddenLink = "(links are shown in a sandbox only)";
constexpr std::string_view kNoLink = "(this link was used, or is no longer valid)";

std::string body_row(const std::string& mail_id) { return "mail:" + mail_id; }
std::string link_row(const std::string& mail_id) { return "mail-link:" + mail_id; }

/// With the placeholders replaced, in one pass, so that what is put in is not searched again.
Secret fill(std::string_view text, std::string_view link, std::string_view token) {
  std::string filled;
  const auto places = static_cast<std::size_t>(std::ranges::count(text, '{'));
  filled.reserve(text.size() + places * std::max(link.size(), token.size()));  // a longer one would leave copies
  while (!text.empty()) {
    if (text.starts_with(kLinkPlaceholder)) {
      filled += link;
      text.remove_prefix(kLinkPlaceholder.size());
    } else if (text.starts_with(kTokenPlaceholder)) {
      filled += token;
      text.remove_prefix(kTokenPlaceholder.size());
    } else {
      filled += text.front();
      text.remove_prefix(1);
    }
  }
  return Secret(std::move(filled));
}

}  // namespace

Mail Mailer::seal(const std::string& to, const Letter& letter, Instant now) const {
  const auto id = make_uuid(random_);
  const auto body = ascii_json(boost::json::object{{"text", letter.text}, {"html", letter.html}});
  return {.id = id,
          .kind = letter.kind,
          .to = to,
          .subject = letter.subject,
          .body = keys_.seal(body, body_row(id), random_),
          .created_at = now,
          .next_attempt_at = now};
}

Result<> Mailer::post(Transaction& transaction, const std::string& to, const Letter& letter, Instant now) const {
  return transaction.outbox().insert(seal(to, letter, now));
}

Result<> Mailer::post_with_link(Transaction& transaction, const std::string& to, const Letter& letter,
                                const Secret& link, const crypto::Sha256& token_hash, Instant now) const {
  auto mail = seal(to, letter, now);
  mail.link = keys_.seal(link.expose(), link_row(mail.id), random_);
  mail.link_hash = token_hash;
  return transaction.outbox().insert(mail);
}

Result<> Mailer::post_to_admins(Transaction& transaction, const Entity& entity, const Letter& letter,
                                Instant now) const {
  for (const auto& admin : TRY(transaction.users().admins_of(entity.uuid))) {
    if (admin.status == UserStatus::Active) TRY(post(transaction, admin.email.text(), letter, now));
  }
  return {};
}

Result<> Mailer::post_to_operators(Transaction& transaction, const Letter& letter, Instant now) const {
  const UserFilter active_operators{.status = UserStatus::Active, .operator_role = true, .limit = kEveryone};
  for (const auto& user : TRY(transaction.users().search(active_operators))) {
    TRY(post(transaction, user.email.text(), letter, now));
  }
  return {};
}

Result<ReadableMail> Mailer::open(Mail mail, Links links) const {
  const auto body = TRY(keys_.open_sealed(mail.body, body_row(mail.id)));
  const auto document = TRY(parse_json(body.expose()));
  const auto* object = document.value.if_object();
  const auto* text = object == nullptr ? nullptr : object->if_contains("text");
  const auto* html = object == nullptr ? nullptr : object->if_contains("html");
  if (text == nullptr || html == nullptr || !text->is_string() || !html->is_string()) {
    return fail(ErrorCode::Internal, "A mail cannot be read", "the body of mail " + mail.id + " is not as it was made");
  }

  ReadableMail readable;
  std::string_view link = kNoLink;
  std::string_view token = kNoLink;
  if (mail.link && links == Links::Hidden) {
    link = kHiddenLink;
    token = kHiddenLink;
  } else if (mail.link) {
    readable.link = TRY(keys_.open_sealed(*mail.link, link_row(mail.id)));
    link = readable.link->expose();
    token = link.substr(link.rfind('=') + 1);  // base64url without padding holds no `=`
  }
  readable.text = fill(text->get_string(), link, token);
  const Secret link_in_html(escape_html(link));
  readable.html = fill(html->get_string(), link_in_html.expose(), token);
  readable.mail = std::move(mail);
  return readable;
}

}  // namespace dwarpal::core
