// Users and their links: what the tests of Activation share.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/user/activation.hpp"
#include "support/user_fixture.hpp"

namespace dwarpal::core {

class ActivationTest : public test::UserFixture {
 protected:
  static constexpr auto kBadLink = "The link is invalid, used or expired";

  testing::AssertionResult is_bad_link(const Secret& token) {
    const auto verified = activation_.verify(token, anonymous());
    if (const auto as_expected = test::refused(verified, ErrorCode::InvalidInput, kBadLink); !as_expected)
      return as_expected;
    return test::refused(activation_.set_password(token, other_password(), anonymous()), ErrorCode::InvalidInput,
                         kBadLink);
  }
  CallContext by_self(std::string_view address) { return by_user(*find(address)); }
  std::size_t mails_sent(std::string_view address) { return mails_to(address).size(); }
  bool has_password(std::string_view address, std::string_view password) {
    return hasher_.verify(find(address)->password_hash, Secret::copy_of(password));
  }
};

}  // namespace dwarpal::core
