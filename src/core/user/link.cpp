#include "core/user/link.hpp"

namespace dwarpal::core {

std::string_view to_string(LinkPurpose purpose) {
  switch (purpose) {
    case LinkPurpose::Activation: return "activation";
    case LinkPurpose::PasswordReset: return "password-reset";
  }
  return {};
}

std::optional<LinkPurpose> parse_link_purpose(std::string_view text) {
  for (const auto purpose : {LinkPurpose::Activation, LinkPurpose::PasswordReset}) {
    if (text == to_string(purpose)) return purpose;
  }
  return std::nullopt;
}

std::string_view console_page(LinkPurpose purpose) {
  switch (purpose) {
    case LinkPurpose::Activation: return "/console/activate";
    case LinkPurpose::PasswordReset: return "/console/reset-password";
  }
  return {};
}

}  // namespace dwarpal::core
