#include "app/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "core/entity/new_entity.hpp"
#include "core/network_store.hpp"
#include "core/registry/registry_record.hpp"
#include "core/sandbox/sandbox_store.hpp"
#include "core/user/user.hpp"
#include "crypto/base64url.hpp"
#include "crypto/private_key.hpp"

namespace dwarpal::app {

namespace {

using core::SandboxCredential;
using core::Transaction;

constexpr std::string_view kOperator = "operator@sandbox.test";
constexpr std::array kTypes{core::EntityType::AA, core::EntityType::FIP, core::EntityType::FIU};
constexpr std::size_t kPasswordBytes = 18;

EntityId simulator_of(core::EntityType type) { return EntityId(std::string(core::to_string(type)) + "-SIMULATOR"); }
std::string admin_of(const EntityId& id) { return "admin@" + to_lower(id.text()) + ".test"; }

std::string row_of(SandboxCredential::Kind kind, std::string_view name) {
  return fmt::format("sandbox:{}:{}", kind == SandboxCredential::Kind::Password ? "password" : "private-jwk", name);
}

Result<> remember(Node& node, Transaction& transaction, SandboxCredential::Kind kind, const std::string& name,
                  const Secret& secret, Instant now) {
  return transaction.sandbox().put(
      {.kind = kind,
       .name = name,
       .sealed = node.data_keys.seal(secret.expose(), row_of(kind, name), node.machine.random),
       .made_at = now});
}

/// What takes a while, done before the transaction.
struct Prepared {
  core::User user;
  Secret password;
};

Result<Prepared> prepare_user(Node& node, std::string_view email, std::string first_name, bool operator_role,
                              Instant now) {
  auto password = crypto::random_text(node.machine.random, kPasswordBytes);
  core::User user{.uuid = UserUuid(make_uuid(node.machine.random)),
                  .email = TRY(core::Email::parse(email)),
                  .first_name = std::move(first_name),
                  .last_name = "Sandbox",
                  .mobile = {},
                  .status = core::UserStatus::Active,
                  .status_before_suspension = std::nullopt,
                  .operator_role = operator_role,
                  .password_hash = TRY(node.password_hasher.hash(password)),
                  .password_set_at = now,
                  .tokens_not_before = std::nullopt,
                  .created_at = now};
  return Prepared{.user = std::move(user), .password = std::move(password)};
}

/// Somebody who is there already, made before the first start, stays as they are.
Result<> insert_user(Node& node, Transaction& transaction, const Prepared& prepared, Instant now) {
  if (TRY(transaction.users().find(prepared.user.email))) return {};
  TRY(transaction.users().insert(prepared.user));
  return remember(node, transaction, SandboxCredential::Kind::Password, prepared.user.email.text(), prepared.password,
                  now);
}

struct PreparedEntity {
  core::Entity entity;
  core::RegistryRecord record;
  Secret private_jwk;
  Prepared admin;
};

boost::json::object entity_info_of(core::EntityType type, const crypto::PublicKey& key) {
  const auto id = simulator_of(type).text();
  const auto name = to_lower(id);
  auto certificate = key.to_jwk();
  certificate["kid"] = key.thumbprint();
  certificate["use"] = "sig";
  certificate["alg"] = "RS256";
  boost::json::object info{{"name", id}, {"id", id}, {"code", id}};
  info["entityhandle"] = type == core::EntityType::AA ? "@" + name : "";
  info["Identifiers"] = boost::json::array{boost::json::object{{"category", "STRONG"}, {"type", "MOBILE"}}};
  info["baseurl"] = "https://" + name + ".test";
  info["fitypes"] = type == core::EntityType::FIP ? boost::json::array{"DEPOSIT"} : boost::json::array{};
  info["certificate"] = std::move(certificate);
  return info;
}

Result<PreparedEntity> prepare_entity(Node& node, core::EntityType type, Instant now) {
  const auto key = TRY(crypto::PrivateKey::generate(crypto::SignatureAlgorithm::RS256));
  const auto id = simulator_of(type);
  auto record =
      TRY(core::validate_record(type, entity_info_of(type, key.public_key()),
                                core::complete_envelope({}, now, make_uuid(node.machine.random)), node.policy));
  auto entity = core::new_entity(record, "sandbox", now, node.machine.random);
  return PreparedEntity{.entity = std::move(entity),
                        .record = std::move(record),
                        .private_jwk = key.private_jwk(),
                        .admin = TRY(prepare_user(node, admin_of(id), "Admin", false, now))};
}

Result<> insert_entity(Node& node, Transaction& transaction, const PreparedEntity& prepared,
                       const core::CallContext& context, Instant now) {
  const auto& entity = prepared.entity;
  if (TRY(transaction.entities().exists_ignoring_case(entity.id))) return {};
  if (TRY(transaction.users().find(prepared.admin.user.email))) return {};
  TRY(transaction.entities().insert(entity));
  TRY(transaction.registry().put(entity.uuid, prepared.record));
  TRY(insert_user(node, transaction, prepared.admin, now));
  TRY(transaction.users().add_admin(prepared.admin.user.uuid, entity.uuid, now));
  TRY(remember(node, transaction, SandboxCredential::Kind::PrivateJwk, entity.id.text(), prepared.private_jwk, now));
  TRY(node.audit.append(transaction, {.action = "entity.register", .subject = "entity:" + entity.id.text()}, context));
  TRY(node.entity_secrets.reset_in(transaction, entity, {.entity = entity.id, .expiry_days = std::nullopt}, context,
                                   now));
  return {};
}

/// None if the sandbox did not make it, or not at `made_at`.
Result<std::optional<Secret>> recall(Node& node, Transaction& transaction, SandboxCredential::Kind kind,
                                     std::string_view name, std::optional<Instant> made_at) {
  for (const auto& credential : TRY(transaction.sandbox().list())) {
    if (credential.kind != kind || credential.name != name) continue;
    if (made_at && credential.made_at != *made_at) break;
    return TRY(node.data_keys.open_sealed(credential.sealed, row_of(kind, name)));
  }
  return std::optional<Secret>();
}

/// Without the password when it was set by somebody since.
Result<SandboxLogin> login_of(Node& node, Transaction& transaction, const std::string& email) {
  SandboxLogin login{.email = email, .password = std::nullopt};
  const auto user = TRY(transaction.users().find(core::Email::stored(email)));
  if (!user || !user->password_set_at) return login;
  login.password = TRY(recall(node, transaction, SandboxCredential::Kind::Password, email, user->password_set_at));
  return login;
}

boost::json::object encode(const SandboxLogin& login) {
  boost::json::object json{{"email", login.email}, {"password", nullptr}};
  if (login.password) json["password"] = login.password->expose();
  return json;
}

std::string encode(const Node& node, const SandboxCredentials& credentials) {
  boost::json::array entities;
  for (const auto& entity : credentials.entities) {
    entities.push_back(boost::json::object{{"id", entity.id.text()},
                                           {"type", core::to_string(entity.type)},
                                           {"secret", entity.secret.expose()},
                                           {"privateJwk", boost::json::parse(entity.private_jwk.expose())},
                                           {"admin", encode(entity.admin)}});
  }
  return boost::json::serialize(boost::json::object{{"baseUrl", node.policy.public_base_url},
                                                    {"operator", encode(credentials.administrator)},
                                                    {"entities", std::move(entities)}}) +
         '\n';
}

/// A reader never sees half of it: it is written beside and then put in place.
Result<> replace_file(const std::filesystem::path& path, std::string_view content) {
  const auto failed = [&] {
    return fail(ErrorCode::Unavailable,
                "Cannot write " + path.string() + ": " + std::error_code(errno, std::generic_category()).message());
  };
  const auto beside = path.string() + ".new";
  ::unlink(beside.c_str());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed();
  const auto written = ::write(descriptor, content.data(), content.size());
  const bool whole = written == static_cast<ssize_t>(content.size());
  if (!whole && written >= 0) errno = ENOSPC;
  if (::close(descriptor) != 0 || !whole) return failed();
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed();
  return {};
}

/// The curl lines; the credentials are given as the shell is to see them.
std::string curl_lines(const core::Policy& policy, const EntityId& entity, std::string_view secret,
                       std::string_view email, std::string_view password) {
  return fmt::format(
      "  # an entity token, as a member gets one each day\n"
      "  curl -sw '\\n' {0}/iam/v1/entity/token/generate -d id={5} --data-urlencode \"secret={1}\"\n\n"
      "  # a user token, and with it a new secret\n"
      "  TOKEN=$(curl -s {0}/iam/v1/user/token/generate --data-urlencode \"username={2}\" --data-urlencode "
      "\"password={3}\" | sed 's/.*\"accessToken\":\"\\([^\"]*\\).*/\\1/')\n"
      "  curl -sw '\\n' {0}/iam/v1/entity/secret/reset -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: "
      "application/json' "
      "-d '{{\"entityId\":\"{5}\"}}'\n\n"
      "  # what other members verify tokens with\n"
      "  curl -sw '\\n' {4}/protocol/openid-connect/certs\n",
      policy.public_base_url, secret, email, password, policy.issuer(), entity.text());
}

}  // namespace

Result<> furnish_sandbox(Node& node) {
  const auto recorded = TRY(node.store.read([](Transaction& transaction) { return transaction.network().profile(); }));
  if (recorded) return {};
  const auto now = TRY(node.decision_clock.now());
  const core::CallContext context{.actor = core::Actor::system()};
  const auto administrator = TRY(prepare_user(node, kOperator, "Operator", true, now));
  std::vector<PreparedEntity> entities;
  for (const auto type : kTypes) entities.push_back(TRY(prepare_entity(node, type, now)));

  return node.store.write([&](Transaction& transaction) -> Result<> {
    if (TRY(transaction.network().profile())) return {};
    TRY(insert_user(node, transaction, administrator, now));
    TRY(node.audit.append(transaction, {.action = "operator.create", .subject = "user:" + std::string(kOperator)},
                          context));
    for (const auto& entity : entities) TRY(insert_entity(node, transaction, entity, context, now));
    return transaction.network().set_profile(core::Profile::Sandbox);
  });
}

Result<std::optional<SandboxCredentials>> sandbox_credentials(Node& node) {
  return node.store.read([&](Transaction& transaction) -> Result<std::optional<SandboxCredentials>> {
    SandboxCredentials credentials{.administrator = TRY(login_of(node, transaction, std::string(kOperator))),
                                   .entities = {}};
    for (const auto type : kTypes) {
      const auto id = simulator_of(type);
      const auto entity = TRY(transaction.entities().find(id));
      if (!entity) continue;
      auto newest = TRY(node.entity_secrets.newest_in(transaction, *entity));
      auto private_jwk = TRY(recall(node, transaction, SandboxCredential::Kind::PrivateJwk, id.text(), std::nullopt));
      if (!newest || !private_jwk) continue;
      credentials.entities.push_back({.id = id,
                                      .type = type,
                                      .secret = std::move(newest->secret),
                                      .private_jwk = std::move(*private_jwk),
                                      .admin = TRY(login_of(node, transaction, admin_of(id)))});
    }
    if (credentials.entities.empty()) return std::optional<SandboxCredentials>();
    return std::optional(std::move(credentials));
  });
}

Result<std::filesystem::path> write_sandbox_credentials(const Node& node, const SandboxCredentials& credentials) {
  auto path = node.settings.data_directory / "sandbox-credentials.json";
  auto text = encode(node, credentials);
  auto done = replace_file(path, text);
  wipe(text);
  if (!done) return std::unexpected(std::move(done).error());
  return path;
}

std::string sandbox_greeting(const Node& node, const SandboxCredentials& credentials) {
  const auto show = [](const SandboxLogin& login) {
    return fmt::format("  {:<34} {}\n", login.email, login.password ? login.password->expose() : "(was changed)");
  };
  std::string text = "\nA sandbox is ready. Who can sign in:\n" + show(credentials.administrator);
  for (const auto& entity : credentials.entities) text += show(entity.admin);
  const auto& first = credentials.entities.front();
  const auto password = first.admin.password ? first.admin.password->expose() : "(was changed)";
  return text + "\nTo try:\n\n" +
         curl_lines(node.policy, first.id, first.secret.expose(), first.admin.email, password) + '\n';
}

std::string sandbox_greeting_by_file(const Node& node, const SandboxCredentials& credentials,
                                     const std::filesystem::path& file) {
  const auto read = [&](std::string_view filter) {
    return fmt::format("$(jq -r '{}' '{}')", filter, std::filesystem::absolute(file).string());
  };
  return "\nA sandbox is ready; its credentials are in " + file.string() + ". To try:\n\n" +
         curl_lines(node.policy, credentials.entities.front().id, read(".entities[0].secret"),
                    read(".entities[0].admin.email"), read(".entities[0].admin.password")) +
         '\n';
}

}  // namespace dwarpal::app
