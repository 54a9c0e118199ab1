// Who calls.
#pragma once

#include <optional>
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

/// What a CallContext can be filled with before anybody is known.
[[nodiscard]] core::CallContext anonymous_context(const Request& request, std::string txn_id);

/// Finds callers by their tokens, and has refusals recorded. A view: what it is made of outlives it.
class Callers {
 public:
  Callers(const core::AccessTokens& tokens, core::RefusedCalls& refused) : tokens_(tokens), refused_(refused) {}

  /// ErrorCode::Unauthorized for a token that is bad, or none where one is required; recorded under `call` ("POST
  /// /iam/v1/user/register") unless that is empty.
  [[nodiscard]] Result<core::Actor> identify(const Request& request, Caller caller, const std::string& call) const;
  /// Has a call recorded whose caller is known, and whose fields were refused before it came to what it asks for.
  void note_refusal(const std::string& call, const Error& error, const core::CallContext& context) const;
  /// The entity behind an entity token, as far as memory can tell, without blocking. None: ask `identify`.
  [[nodiscard]] std::optional<core::Actor> entity_from_memory(const Request& request) const;

 private:
  const core::AccessTokens& tokens_;
  core::RefusedCalls& refused_;
};

/// What the audit trail calls a call: its method and the pattern of its path.
[[nodiscard]] std::string name_of_call(Method method, const std::string& path);

}  // namespace dwarpal::http
