// What a token says, and whether it is honoured now (RFC 7662).
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/signing/access_tokens.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Thread-safe. The answer has `active`, and for an active token its claims, `token_type`, and for a user's `username`.
class Introspection {
 public:
  Introspection(Store& store, const AuditTrail& audit, const AccessTokens& tokens)
      : store_(store), audit_(audit), tokens_(tokens) {}

  /// For an entity: any entity's token. A user's is not active for it. May block.
  [[nodiscard]] Result<boost::json::object> for_entity(std::string_view token) const;
  /// The same from memory alone, without blocking. None unless memory says that the token is active.
  [[nodiscard]] std::optional<boost::json::object> for_entity_from_memory(std::string_view token) const;
  /// For an operator, whose user token is `presented`: tokens of both kinds. ErrorCode::Unauthorized for a token that
  /// is not good or not an operator's. May block.
  [[nodiscard]] Result<boost::json::object> for_operator(std::string_view token, std::string_view presented,
                                                         CallContext context) const;

 private:
  Store& store_;
  const AuditTrail& audit_;
  const AccessTokens& tokens_;
};

}  // namespace dwarpal::core
