#include "core/signing/signing_key.hpp"

namespace dwarpal::core {

std::string_view to_string(SigningKeyState state) {
  switch (state) {
    case SigningKeyState::Pending: return "PENDING";
    case SigningKeyState::Active: return "ACTIVE";
    case SigningKeyState::Retired: return "RETIRED";
    case SigningKeyState::Removed: return "REMOVED";
    case SigningKeyState::Withdrawn: return "WITHDRAWN";
  }
  return {};
}

std::optional<SigningKeyState> parse_signing_key_state(std::string_view text) {
  using enum SigningKeyState;
  for (const auto state : {Pending, Active, Retired, Removed, Withdrawn}) {
    if (text == to_string(state)) return state;
  }
  return std::nullopt;
}

bool is_published(SigningKeyState state) {
  using enum SigningKeyState;
  return state == Pending || state == Active || state == Retired;
}

}  // namespace dwarpal::core
