#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "core/signing/verified_token.hpp"
#include "crypto/jws.hpp"
#include "delivery/http_client.hpp"

namespace dwarpal::cli {

namespace {

/// The keys of a JWKS (RFC 7517 §5); those that we do not know are left out, as §5 says.
Result<std::vector<core::VerificationKey>> read_key_set(std::string_view text) {
  const auto document = TRY(parse_json(text));
  const auto* object = document.value.if_object();
  const auto* keys = object == nullptr ? nullptr : object->if_contains("keys");
  if (keys == nullptr || !keys->is_array()) return fail(ErrorCode::Unavailable, "The issuer's key set is none");
  std::vector<core::VerificationKey> known;
  for (const auto& jwk : keys->get_array()) {
    if (!jwk.is_object()) continue;
    const auto* kid = jwk.get_object().if_contains("kid");
    const auto* alg = jwk.get_object().if_contains("alg");
    if (kid == nullptr || !kid->is_string() || alg == nullptr || !alg->is_string()) continue;
    const auto algorithm = crypto::parse_signature_algorithm(alg->get_string());
    auto key = crypto::PublicKey::from_jwk(jwk.get_object());
    if (!algorithm || !key) continue;
    known.push_back({.id = KeyId(std::string(kid->get_string())), .algorithm = *algorithm, .key = std::move(*key)});
  }
  return known;
}

Result<> verify(const std::string& argument, std::string issuer) {
  const auto token = TRY(argument_or_input(argument));
  if (issuer.ends_with('/')) issuer.pop_back();
  const auto keys = TRY(read_key_set(TRY(delivery::http_get(issuer + "/protocol/openid-connect/certs"))));
  const auto verified = TRY(core::VerifiedToken::verify(token, keys, issuer, SystemClock().now()));
  print_line(boost::json::serialize(verified.claims()));
  return {};
}

constexpr auto kJsonAnyway = "Taken as by other commands; what is printed is JSON anyway";

/// What is wrong with it, for CLI11's `check`.
std::string check_issuer(const std::string& url) {
  constexpr std::array<std::string_view, 2> kSchemes = {"https://", "http://"};
  const bool is_url = std::ranges::any_of(
      kSchemes, [&](std::string_view scheme) { return url.starts_with(scheme) && url.size() > scheme.size(); });
  return is_url ? "" : "must be an http or https URL";
}

/// Shows what the token says; nobody has checked that it is true.
Result<> decode(const std::string& argument) {
  const auto jws = TRY(crypto::parse_compact_jws(TRY(argument_or_input(argument))));
  const auto claims = TRY(parse_json(jws.payload));
  print_line(boost::json::serialize(boost::json::object{{"header", jws.header}, {"claims", claims.value}}));
  return {};
}

struct RevokeOptions {
  std::optional<std::string> jti;
  std::optional<std::string> entity;
  std::optional<std::string> user;
  std::string reason;
};

Result<> revoke(StoreSession& session, const Output& output, const RevokeOptions& options) {
  auto& revocations = session.node().revocations;
  if (options.jti) {
    TRY(revocations.revoke_token(TokenId(*options.jti), options.reason, session.context()));
    output.done("The token is revoked.");
  } else if (options.entity) {
    const auto entity = TRY(revocations.revoke_tokens_of(EntityId(*options.entity), options.reason, session.context()));
    output.done("The entity's tokens so far are revoked.",
                {{"id", entity.id.text()}, {"tokensNotBefore", text_of(entity.tokens_not_before)}});
  } else {
    const auto email = TRY(core::Email::parse(*options.user));
    const auto user = TRY(revocations.revoke_tokens_of(email, options.reason, session.context()));
    output.done("The user's tokens so far are revoked.",
                {{"email", user.email.text()}, {"tokensNotBefore", text_of(user.tokens_not_before)}});
  }
  return {};
}

}  // namespace

void add_token_commands(CLI::App& root, Action& action) {
  auto* noun = root.add_subcommand("token", "Access tokens")->require_subcommand(1);

  struct Options {
    std::string token;
    std::string issuer;
  };
  const auto options = std::make_shared<Options>();
  auto* check = noun->add_subcommand("verify", "Check a token by its issuer's published keys, and print its claims");
  check->add_option("token", options->token, "The token; - or nothing for stdin");
  check->add_option("--issuer", options->issuer, "Base URL of the realm, the token's iss")
      ->required()
      ->check(check_issuer);
  check->add_flag("--json", kJsonAnyway);
  check->callback([&action, options] { action = [options] { return verify(options->token, options->issuer); }; });

  auto* look = noun->add_subcommand("decode", "Print header and claims without checking anything");
  look->add_option("token", options->token, "The token; - or nothing for stdin");
  look->add_flag("--json", kJsonAnyway);
  look->callback([&action, options] { action = [options] { return decode(options->token); }; });

  const auto ended = std::make_shared<RevokeOptions>();
  auto* end = add_store_command(
      *noun, action, "revoke", "End one token, or all that an entity or a user has so far",
      [ended](StoreSession& session, const Output& output) { return revoke(session, output, *ended); });
  auto* which = end->add_option_group("which", "Exactly one of these");
  which->add_option("--jti", ended->jti, "The token with this id");
  which->add_option("--entity", ended->entity, "All tokens of the entity with this id");
  which->add_option("--user", ended->user, "All tokens of the user with this email");
  which->require_option(1);
  end->add_option("--reason", ended->reason, "For the audit trail");
}

}  // namespace dwarpal::cli
