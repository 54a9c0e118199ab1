#include "core/signing/key_import.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/json.hpp"
#include "base/parse_instant.hpp"
#include "core/policy.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::core {

namespace {

std::unexpected<Error> wrong_field(const std::string& name, std::string_view rule) {
  return fail(ErrorCode::InvalidInput, name + " " + std::string(rule));
}

/// The members of an object, each asked for by its name; `path` stands in front of it in errors.
class ExportedFields {
 public:
  static Result<ExportedFields> of(const boost::json::value& value, std::string path) {
    if (!value.is_object()) return wrong_field(path, "must be an object");
    return ExportedFields(value.get_object(), std::move(path));
  }

  [[nodiscard]] std::string name_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  }

  [[nodiscard]] Result<const boost::json::value*> find(std::string_view name) const {
    if (const auto* found = object_->if_contains(name)) return found;
    return wrong_field(name_of(name), "is missing");
  }

  [[nodiscard]] Result<std::string> text(std::string_view name) const {
    const auto* found = TRY(find(name));
    if (!found->is_string()) return wrong_field(name_of(name), "must be a text");
    return std::string(found->get_string());
  }

  [[nodiscard]] Result<std::int64_t> number(std::string_view name, std::int64_t longest) const {
    const auto* found = TRY(find(name));
    if (!found->is_int64() || found->get_int64() < 0 || found->get_int64() > longest) {
      return wrong_field(name_of(name), "must be a whole number from 0 to " + std::to_string(longest));
    }
    return found->get_int64();
  }

  [[nodiscard]] Result<Instant> instant(std::string_view name) const {
    if (const auto parsed = parse_iso8601(TRY(text(name)))) return *parsed;
    return wrong_field(name_of(name), "must be a time such as 2026-01-31T18:30:00.000Z");
  }

  [[nodiscard]] Result<std::optional<Instant>> instant_or_null(std::string_view name) const {
    if (TRY(find(name))->is_null()) return std::optional<Instant>();
    return std::optional(TRY(instant(name)));
  }

  [[nodiscard]] Result<std::string> bytes(std::string_view name) const {
    auto decoded = crypto::base64_decode(TRY(text(name)));
    if (!decoded) return wrong_field(name_of(name), "must be base64");
    return decoded;
  }

  /// By the word for it that `parse` knows.
  template <typename Parse>
  [[nodiscard]] auto word(std::string_view name, Parse parse) const
      -> Result<std::remove_cvref_t<decltype(*parse(std::string_view()))>> {
    if (auto parsed = parse(TRY(text(name)))) return *parsed;
    return wrong_field(name_of(name), "is not known");
  }

 private:
  ExportedFields(const boost::json::object& object, std::string path) : object_(&object), path_(std::move(path)) {}

  const boost::json::object* object_;  // outlives it
  std::string path_;
};

bool is_key_size(const SigningKeyKind& kind) {
  constexpr std::array kSizes{2048U, 3072U, 4096U};
  if (crypto::key_type_of(kind.algorithm) != crypto::KeyType::Rsa) return kind.rsa_bits == 0;
  return std::ranges::find(kSizes, kind.rsa_bits) != kSizes.end();
}

/// The rules of signing_key.hpp about what a key has in which state.
Result<> check_fits_state(const SigningKey& key, const ExportedFields& fields) {
  const bool has_ended = key.state != SigningKeyState::Pending && key.state != SigningKeyState::Active;
  if (key.published_until.has_value() != has_ended) {
    return wrong_field(fields.name_of("publishedUntil"), "does not fit the key's state");
  }
  if (key.signed_until && !has_ended) return wrong_field(fields.name_of("signedUntil"), "does not fit the key's state");
  if (!key.signed_until && key.state == SigningKeyState::Retired) {
    return wrong_field(fields.name_of("signedUntil"), "does not fit the key's state");
  }
  if (key.private_key.bytes.empty() == is_published(key.state)) {
    return wrong_field(fields.name_of("sealedPrivateKey"), "does not fit the key's state");
  }
  if (key.private_key.key.empty() == is_published(key.state)) {
    return wrong_field(fields.name_of("dataKey"), "does not fit the key's state");
  }
  if (key.published_at > key.signs_from) return wrong_field(fields.name_of("signsFrom"), "is before publishedSince");
  return {};
}

Result<SigningKey> parse_key(const boost::json::value& value, std::size_t number) {
  const auto fields = TRY(ExportedFields::of(value, "keys[" + std::to_string(number) + "]"));
  SigningKey key;
  key.id = KeyId(TRY(fields.text("kid")));
  if (key.id.empty()) return wrong_field(fields.name_of("kid"), "is empty");
  key.kind.algorithm = TRY(fields.word("alg", &crypto::parse_signature_algorithm));
  key.kind.rsa_bits = static_cast<unsigned>(TRY(fields.number("rsaBits", 4096)));
  if (!is_key_size(key.kind)) return wrong_field(fields.name_of("rsaBits"), "does not fit alg");
  key.state = TRY(fields.word("state", &parse_signing_key_state));
  key.published_at = TRY(fields.instant("publishedSince"));
  key.signs_from = TRY(fields.instant("signsFrom"));
  key.signed_until = TRY(fields.instant_or_null("signedUntil"));
  key.token_lifetime = Duration(TRY(fields.number("tokenLifetimeMilliseconds", kLongestLifetime / Duration(1))));
  key.published_until = TRY(fields.instant_or_null("publishedUntil"));
  key.certificate = TRY(fields.bytes("certificate"));
  key.private_key = {.key = DataKeyId(TRY(fields.text("dataKey"))), .bytes = TRY(fields.bytes("sealedPrivateKey"))};
  TRY(check_fits_state(key, fields));
  return key;
}

Result<> check_together(const std::vector<SigningKey>& keys) {
  if (std::ranges::count(keys, SigningKeyState::Active, &SigningKey::state) != 1) {
    return wrong_field("keys", "must hold one key that is ACTIVE");
  }
  if (std::ranges::count(keys, SigningKeyState::Pending, &SigningKey::state) > 1) {
    return wrong_field("keys", "must not hold two keys that are PENDING");
  }
  std::set<KeyId> ids;
  for (std::size_t number = 0; number < keys.size(); ++number) {
    if (!ids.insert(keys[number].id).second) {
      return wrong_field("keys[" + std::to_string(number) + "].kid", "is that of another key, too");
    }
  }
  return {};
}

/// "/keys/0/kid" as errors name it.
std::string in_words(std::string_view pointer) {
  std::string name;
  for (auto rest = pointer; !rest.empty();) {
    rest.remove_prefix(1);
    const auto part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    if (!part.empty() && std::ranges::all_of(part, [](char letter) { return letter >= '0' && letter <= '9'; })) {
      name += "[" + std::string(part) + "]";
    } else {
      name += (name.empty() ? "" : ".") + std::string(part);
    }
  }
  return name;
}

}  // namespace

Result<SigningKeyExport> parse_signing_key_export(std::string_view text) {
  const auto document = parse_json(text);
  if (!document || !document->value.is_object()) {
    return fail(ErrorCode::InvalidInput, "It is not a JSON object, as `key export` prints it");
  }
  if (!document->repeated.empty()) return wrong_field(in_words(*document->repeated.begin()), "stands there twice");
  const auto fields = TRY(ExportedFields::of(document->value, {}));
  SigningKeyExport read{.exported_on = TRY(fields.instant("exportedOn")), .keys = {}};
  const auto* keys = TRY(fields.find("keys"));
  if (!keys->is_array()) return wrong_field("keys", "must be an array");
  for (const auto& key : keys->get_array()) read.keys.push_back(TRY(parse_key(key, read.keys.size())));
  TRY(check_together(read.keys));
  return read;
}

}  // namespace dwarpal::core
