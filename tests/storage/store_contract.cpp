#include "storage/store_contract.hpp"

#include <tuple>
#include <utility>

#include "storage/sqlite/sqlite_store.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::test {

namespace {

class SqliteDatabase final : public Database {
 public:
  [[nodiscard]] std::unique_ptr<core::Store> open(const Clock& clock) override {
    return must(storage::SqliteStore::open(directory_.path(), clock, {.create = storage::Create::Yes}));
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace

void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }

std::vector<StoreKind> every_store() {
  return {{.name = "Sqlite", .create = [] { return std::make_unique<SqliteDatabase>(); }}};
}

std::string store_name(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

void StoreContract::restart() {
  store_.reset();
  store_ = database_->open(clock_);
}

crypto::Sha256 digest_of(std::uint8_t every_byte) {
  crypto::Sha256 digest;
  digest.fill(std::byte{every_byte});
  return digest;
}

core::Entity some_entity(std::string id) {
  return {.uuid = EntityUuid("uuid of " + id),
          .id = EntityId(std::move(id)),
          .type = core::EntityType::FIU,
          .name = "A bank",
          .status = core::EntityStatus::Suspended,
          .status_before_suspension = core::EntityStatus::Active,
          .tokens_not_before = at(1'700'000'000'000),
          .clock_shift = std::chrono::days(3),
          .created_at = at(1'600'000'000'001),
          .created_by = "operator@network.test"};
}

Result<> insert_entity(core::Store& store, const std::string& id) {
  return store.write([&](core::Transaction& t) { return t.entities().insert(some_entity(id)); });
}

core::User some_user(std::string email) {
  return {.uuid = UserUuid("uuid of " + email),
          .email = core::Email::stored(std::move(email)),
          .first_name = "Asha",
          .last_name = "Rao",
          .mobile = "+91 98765 43210",
          .status = core::UserStatus::Suspended,
          .status_before_suspension = core::UserStatus::Verified,
          .operator_role = true,
          .credential_version = 7,
          .password_hash = "$argon2id$v=19$…",
          .password_set_at = at(1'650'000'000'000),
          .tokens_not_before = at(1'660'000'000'000),
          .created_at = at(1'640'000'000'000)};
}

core::EntitySecret some_secret(std::int64_t number) {
  return {.state = {.number = number,
                    .digest = digest_of(static_cast<std::uint8_t>(number)),
                    .created_at = at(1'000 + number),
                    .expires_at = at(9'000 + number),
                    .replaced_at = std::nullopt,
                    .ended_at = std::nullopt,
                    .last_used_at = std::nullopt},
          .sealed = {.key = DataKeyId("data key"), .bytes = "ciphertext " + std::to_string(number)}};
}

core::Link some_link(std::uint8_t hash, const core::User& user) {
  return {.token_hash = digest_of(hash),
          .user = user.uuid,
          .purpose = core::LinkPurpose::Activation,
          .created_at = at(1'000),
          .expires_at = at(2'000)};
}

}  // namespace dwarpal::test

namespace dwarpal::core {

bool operator==(const Entity& left, const Entity& right) {
  const auto members = [](const Entity& e) {
    return std::tie(e.uuid, e.id, e.type, e.name, e.status, e.status_before_suspension, e.tokens_not_before,
                    e.clock_shift, e.created_at, e.created_by);
  };
  return members(left) == members(right);
}

bool operator==(const SecretState& left, const SecretState& right) {
  const auto members = [](const SecretState& s) {
    return std::tie(s.number, s.digest, s.created_at, s.expires_at, s.replaced_at, s.ended_at, s.last_used_at);
  };
  return members(left) == members(right);
}

bool operator==(const Sealed& left, const Sealed& right) { return left.key == right.key && left.bytes == right.bytes; }

bool operator==(const EntitySecret& left, const EntitySecret& right) {
  return left.state == right.state && left.sealed == right.sealed;
}

bool operator==(const User& left, const User& right) {
  const auto members = [](const User& u) {
    return std::tie(u.uuid, u.email, u.first_name, u.last_name, u.mobile, u.status, u.status_before_suspension,
                    u.operator_role, u.credential_version, u.password_hash, u.password_set_at, u.tokens_not_before,
                    u.created_at);
  };
  return members(left) == members(right);
}

bool operator==(const Link& left, const Link& right) {
  const auto members = [](const Link& l) {
    return std::tie(l.token_hash, l.user, l.purpose, l.created_at, l.expires_at);
  };
  return members(left) == members(right);
}

}  // namespace dwarpal::core
