// Who calls.
#pragma once

#include <string>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/refused_calls.hpp"
#include "core/signing/access_tokens.hpp"
#include "http/message.hpp"

namespace dwarpal::http {

/// Whose token a call takes.
enum class Caller {
  Anybody,        ///< the Authorization header is not looked at
  User,           ///< a user token is required
  UserOrEntity,   ///< an entity token will do, too
  UserIfPresent,  ///< none is fine, a bad one is not
};

/// Finds callers by their tokens, and has the refusal of a token recorded. A view: what it is made of outlives it.
class Callers {
 public:
  Callers(const core::AccessTokens& tokens, core::RefusedCalls& refused) : tokens_(tokens), refused_(refused) {}

  /// ErrorCode::Unauthorized for a token that is bad, or none where one is required; recorded under `call` ("POST
  /// /iam/v1/user/register") unless that is empty.
  [[nodiscard]] Result<core::Actor> identify(const Request& request, Caller caller, const std::string& call) const;

 private:
  const core::AccessTokens& tokens_;
  core::RefusedCalls& refused_;
};

/// What the audit trail calls a call: its method and the pattern of its path.
[[nodiscard]] std::string name_of_call(Method method, const std::string& path);

}  // namespace dwarpal::http
