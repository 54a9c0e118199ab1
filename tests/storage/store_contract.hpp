// What every store must do: the suites in this folder run on each of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/entity/entity.hpp"
#include "core/entity/entity_secret.hpp"
#include "core/store.hpp"
#include "core/user/link.hpp"
#include "core/user/user.hpp"
#include "support/fixed_clock.hpp"

namespace dwarpal::test {

/// One database that may be opened several times, as several processes do.
class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual std::unique_ptr<core::Store> open(const Clock& clock) = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<Database>()> create;
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name
void PrintTo(const StoreKind& kind, std::ostream* out);
[[nodiscard]] std::vector<StoreKind> every_store();
[[nodiscard]] std::string store_name(const testing::TestParamInfo<StoreKind>& info);

/// The value, or an exception that fails the test with what the error says.
template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " [" + result.error().detail + "]");
  return *std::move(result);
}

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  StoreContract() : database_(GetParam().create()), store_(database_->open(clock_)) {}

  [[nodiscard]] core::Store& store() { return *store_; }
  [[nodiscard]] FixedClock& clock() { return clock_; }
  /// The same database as another process has it.
  [[nodiscard]] std::unique_ptr<core::Store> open_beside() { return database_->open(clock_); }
  /// Closes the store and opens it anew.
  void restart();

  /// Runs `body(Transaction&)`, which must succeed, and gives its value.
  template <typename Body>
  auto write(Body body) {
    return must(store_->write(body));
  }
  template <typename Body>
  auto read(Body body) {
    return must(store_->read(body));
  }

 private:
  FixedClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<core::Store> store_;
};

[[nodiscard]] inline Instant at(std::int64_t milliseconds) { return instant_from_milliseconds(milliseconds); }
[[nodiscard]] crypto::Sha256 digest_of(std::uint8_t every_byte);

/// With all other members at some value that is not the default.
[[nodiscard]] core::Entity some_entity(std::string id);
[[nodiscard]] Result<> insert_entity(core::Store& store, const std::string& id);
[[nodiscard]] core::User some_user(std::string email);
[[nodiscard]] core::EntitySecret some_secret(std::int64_t number);
[[nodiscard]] core::Link some_link(std::uint8_t hash, const core::User& user);

}  // namespace dwarpal::test

namespace dwarpal::core {

// For EXPECT_EQ; the product never compares them as a whole.
bool operator==(const Entity& left, const Entity& right);
bool operator==(const SecretState& left, const SecretState& right);
bool operator==(const Sealed& left, const Sealed& right);
bool operator==(const EntitySecret& left, const EntitySecret& right);
bool operator==(const User& left, const User& right);
bool operator==(const Link& left, const Link& right);

}  // namespace dwarpal::core
