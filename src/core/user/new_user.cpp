#include "core/user/new_user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kMaximumNameBytes = 255;

bool is_control(char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f'; }

}  // namespace

Result<> check_names(const NewUser& user, Names names, std::string_view prefix) {
  for (const auto& [field, text] : {std::pair("firstName", &user.first_name), std::pair("lastName", &user.last_name),
                                    std::pair("mobile", &user.mobile)}) {
    if (text->size() > kMaximumNameBytes || !is_valid_utf8(*text) || std::ranges::any_of(*text, is_control)) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("The field {}{} must be one line of at most {} bytes", prefix, field, kMaximumNameBytes));
    }
    if (names == Names::Required && text != &user.mobile && trim(*text).empty()) {
      return fail(ErrorCode::InvalidInput, fmt::format("The field {}{} is missing in the request", prefix, field));
    }
  }
  return {};
}

}  // namespace dwarpal::core
