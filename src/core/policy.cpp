#include "core/policy.hpp"

namespace dwarpal::core {

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::Sandbox: return "sandbox";
    case Profile::Uat: return "uat";
    case Profile::Production: return "production";
  }
  return {};
}

std::optional<Profile> parse_profile(std::string_view text) {
  for (const auto profile : {Profile::Sandbox, Profile::Uat, Profile::Production}) {
    if (text == to_string(profile)) return profile;
  }
  return std::nullopt;
}

}  // namespace dwarpal::core
