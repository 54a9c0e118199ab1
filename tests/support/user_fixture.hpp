// A network with a store, and the use cases of its users.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ranges>
#include <string>
#include <vector>

#include "core/audit/audit_trail.hpp"
#include "core/data_keys.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity.hpp"
#include "core/mail/mailer.hpp"
#include "core/user/accounts.hpp"
#include "core/user/activation.hpp"
#include "core/user/user.hpp"
#include "crypto/password_hash.hpp"
#include "crypto/system_random.hpp"
#include "support/test_store.hpp"

namespace dwarpal::test {

inline constexpr std::string_view kGoodPassword = "tangerine otter 91 march";
inline constexpr std::string_view kOtherPassword = "umbrella cactus 27 violin";

template <typename T>
testing::AssertionResult done(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().message << " " << result.error().detail;
}

template <typename T>
testing::AssertionResult refused(const Result<T>& result, ErrorCode code, std::string_view message) {
  if (result) return testing::AssertionFailure() << "it was not refused";
  if (result.error().code == code && result.error().message == message) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "code " << static_cast<int>(result.error().code) << ": "
                                     << result.error().message << " " << result.error().detail;
}

class UserFixture : public ::testing::Test {
 protected:
  static core::NewUser person(std::string_view email, std::string first_name = "Asha", std::string last_name = "Rao") {
    return {.email = *core::Email::parse(email),
            .first_name = std::move(first_name),
            .last_name = std::move(last_name),
            .mobile = {}};
  }
  static core::Email email(std::string_view text) { return *core::Email::parse(text); }

  static Secret good_password() { return Secret::copy_of(kGoodPassword); }
  static Secret other_password() { return Secret::copy_of(kOtherPassword); }

  static core::CallContext by(core::Actor actor, std::string address = "203.0.113.7") {
    return {.actor = std::move(actor), .client_address = std::move(address), .request_id = "request", .txn_id = "txn"};
  }
  static core::CallContext anonymous(std::string address = "203.0.113.7") { return by({}, std::move(address)); }
  static core::CallContext command_line() { return by(core::Actor::command_line("root"), {}); }
  static core::CallContext by_user(const core::User& user) {
    return by({.kind = core::Actor::Kind::User,
               .name = user.email.text(),
               .user = user.uuid,
               .operator_role = user.operator_role});
  }
  /// A network operator who exists from the first call on.
  core::CallContext by_operator() {
    if (!find("operator@setu.test")) {
      EXPECT_TRUE(done(accounts_.create_operator(person("operator@setu.test"), good_password(), command_line())));
    }
    return by_user(*find("operator@setu.test"));
  }

  template <typename Read>
  auto read(Read&& body) {
    auto answer = test_.store().read(std::forward<Read>(body));
    EXPECT_TRUE(done(answer));
    return *std::move(answer);
  }
  template <typename Write>
  void write(Write&& body) {
    EXPECT_TRUE(done(test_.store().write(std::forward<Write>(body))));
  }

  std::optional<core::User> find(std::string_view address) {
    return read([&](core::Transaction& transaction) { return transaction.users().find(email(address)); });
  }

  /// An invited user.
  core::User invited(std::string_view address) {
    EXPECT_TRUE(done(accounts_.register_user(person(address), by_operator())));
    return *find(address);
  }
  /// Who has set kGoodPassword by the link of the mail.
  core::User active(std::string_view address) {
    const auto user = invited(address);
    EXPECT_TRUE(done(activation_.set_password(newest_token(address), good_password(), anonymous())));
    return *find(user.email.text());
  }
  core::User suspended(std::string_view address) {
    active(address);
    EXPECT_TRUE(done(accounts_.suspend(email(address), "left", by_operator())));
    return *find(address);
  }

  core::Entity entity(std::string id, core::EntityStatus status = core::EntityStatus::Registered) {
    core::Entity entity;
    entity.uuid = EntityUuid(make_uuid(random_));
    entity.id = EntityId(std::move(id));
    entity.type = core::EntityType::FIP;
    entity.name = "Meadow Bank";
    entity.status = status;
    entity.created_at = test_.clock().now();
    write([&](core::Transaction& transaction) { return transaction.entities().insert(entity); });
    return entity;
  }
  void make_admin(const core::User& user, const core::Entity& entity) {
    EXPECT_TRUE(done(accounts_.add_entity_admin(user.email, entity.id, by_operator())));
  }
  bool is_admin(std::string_view address, const core::Entity& entity) {
    return read(
        [&](core::Transaction& transaction) { return transaction.users().is_admin(find(address)->uuid, entity.uuid); });
  }
  void set_status(core::Entity entity, core::EntityStatus status) {
    entity.status = status;
    write([&](core::Transaction& transaction) { return transaction.entities().update(entity); });
  }

  /// All mails to the address, oldest first.
  std::vector<core::ReadableMail> mails_to(std::string_view address) {
    const core::MailFilter to_them{.to = std::string(address), .limit = 1000};
    auto sealed = read([&](core::Transaction& transaction) { return transaction.outbox().search(to_them); });
    std::vector<core::ReadableMail> mails;
    while (!sealed.empty()) {
      mails.push_back(*mailer_.open(std::move(sealed.back())));
      sealed.pop_back();
    }
    return mails;
  }
  std::vector<std::string> kinds_of_mails_to(std::string_view address) {
    std::vector<std::string> kinds;
    for (const auto& readable : mails_to(address)) kinds.push_back(readable.mail.kind);
    return kinds;
  }
  /// The token of the newest link that was mailed to the address.
  Secret newest_token(std::string_view address) {
    const auto mails = mails_to(address);
    for (const auto& mail : std::views::reverse(mails)) {
      if (!mail.link) continue;
      const auto link = mail.link->expose();
      return Secret::copy_of(link.substr(link.find("#token=") + 7));
    }
    ADD_FAILURE() << "no link was mailed to " << address;
    return {};
  }

  /// Each audit record, newest last.
  std::vector<boost::json::object> audit_records() {
    std::vector<boost::json::object> records;
    for (const auto& record :
         read([](core::Transaction& transaction) { return transaction.audit().records_after({}, 100'000); })) {
      records.push_back(boost::json::parse(record.event).as_object());
    }
    return records;
  }
  /// The newest audit record, as "action outcome subject: reason".
  std::string newest_audit_record() {
    const auto records = audit_records();
    return records.empty() ? "" : in_short(records.back());
  }
  static std::string in_short(const boost::json::object& record) {
    const auto text = [&](std::string_view name) {
      const auto* value = record.if_contains(name);
      return value == nullptr ? std::string() : std::string(value->as_string());
    };
    auto words = text("action") + " " + text("outcome");
    if (!text("subject").empty()) words += " " + text("subject");
    if (!text("reason").empty()) words += ": " + text("reason");
    return words;
  }

  /// Whether the text stands in any file of the store.
  bool store_holds(std::string_view text) {
    for (const auto& file : std::filesystem::directory_iterator(test_.directory())) {
      std::ifstream stream(file.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
      if (bytes.contains(text)) return true;
    }
    return false;
  }

  TestStore test_;
  crypto::SystemRandom random_;
  core::Policy policy_ = [] {
    core::Policy policy;
    policy.public_base_url = "https://iam.setu.test";
    policy.network_name = "Setu";
    return policy;
  }();
  crypto::AeadKey master_ = *crypto::AeadKey::create(Secret(std::string(crypto::AeadKey::kKeyBytes, 'm')));
  core::DataKeys keys_ = *core::DataKeys::open(test_.store(), master_, random_, test_.clock());
  core::DecisionClock decision_clock_{test_.clock(), test_.store()};
  core::AuditTrail audit_{keys_, test_.clock()};
  core::Mailer mailer_{keys_, random_};
  // Weak, so that tests are fast.
  crypto::PasswordHasher hasher_ = *crypto::PasswordHasher::create({.memory_bytes = 8192, .passes = 1});
  core::Activation activation_{test_.store(), mailer_, audit_, decision_clock_, random_, hasher_, policy_};
  core::Accounts accounts_{test_.store(), activation_, mailer_, audit_, decision_clock_, random_, policy_};
};

}  // namespace dwarpal::test
