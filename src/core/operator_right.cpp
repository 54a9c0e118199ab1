#include "core/operator_right.hpp"

namespace dwarpal::core {

std::unexpected<Error> no_access() {
  return fail(ErrorCode::Unauthorized, "User doesn't have access to make this request");
}

Result<> require_operator(const Actor& actor) {
  if (actor.operator_role) return {};
  return no_access();
}

}  // namespace dwarpal::core
