#include "core/mail/outbox.hpp"

namespace dwarpal::core {

std::string_view to_string(MailState state) {
  switch (state) {
    case MailState::Waiting: return "WAITING";
    case MailState::Delivered: return "DELIVERED";
    case MailState::GivenUp: return "GIVEN_UP";
    case MailState::Withdrawn: return "WITHDRAWN";
  }
  return {};
}

std::optional<MailState> parse_mail_state(std::string_view text) {
  using enum MailState;
  for (const auto state : {Waiting, Delivered, GivenUp, Withdrawn}) {
    if (text == to_string(state)) return state;
  }
  return std::nullopt;
}

}  // namespace dwarpal::core
