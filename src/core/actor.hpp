// Who asks, and by which call.
#pragma once

#include <optional>
#include <string>

#include "base/identifiers.hpp"
#include "base/instant.hpp"

namespace dwarpal::core {

/// Somebody whose credentials were checked, or who needs none. A use case decides by this what is
/// allowed, and the audit trail names it.
struct Actor {
  enum class Kind { Anonymous, User, Entity, CommandLine, System };

  Kind kind = Kind::Anonymous;
  std::string name = {};       ///< email, entity id, or system user; empty for Anonymous
  UserUuid user = {};          ///< set for Kind::User
  bool operator_role = false;  ///< the network-operator role, or the command line, which has its rights
  std::optional<Instant> token_expires_at = std::nullopt;  ///< `exp` of the user token that was presented

  static Actor anonymous() { return {}; }
  static Actor system() { return {.kind = Kind::System, .name = "system"}; }
  static Actor command_line(std::string system_user) {
    return {.kind = Kind::CommandLine, .name = std::move(system_user), .operator_role = true};
  }
};

/// The call that a use case serves: what the audit trail and the limits want to know of it.
struct CallContext {
  Actor actor = {};
  std::string client_address = {};  ///< empty for the command line
  std::string request_id = {};
  std::string txn_id = {};
};

}  // namespace dwarpal::core
