// Users, and who administers which entity: what the tests of Accounts share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "core/user/accounts.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {

class AccountsTest : public test::UserFixture {
 protected:
  static constexpr auto kNoRight = "User doesn't have access to make this request";
  static constexpr auto kNoUser = "User doesn't exist";
  static constexpr auto kNoEntity = "Invalid entity id";

  std::ptrdiff_t told(std::string_view address, std::string_view kind) {
    return std::ranges::count(kinds_of_mails_to(address), kind);
  }
  CallContext by_admin(std::string_view address) { return by_user(*find(address)); }
  static CallContext by_entity(const Entity& entity) {
    return by({.kind = Actor::Kind::Entity, .name = entity.id.text()});
  }
  Result<> designate(const NewUser& user, const Entity& entity) {
    const auto context = by_operator();
    return test_.store().write([&](Transaction& transaction) {
      return accounts_.designate(transaction, user, entity, context, test_.clock().now());
    });
  }
};

}  // namespace dwarpal::core
