// What only operators of the network, and its command line, may do.
#pragma once

#include "base/result.hpp"
#include "core/actor.hpp"

namespace dwarpal::core {

/// ErrorCode::Unauthorized "User doesn't have access to make this request".
[[nodiscard]] std::unexpected<Error> no_access();

/// no_access() for who has no operator's rights.
[[nodiscard]] Result<> require_operator(const Actor& actor);

}  // namespace dwarpal::core
