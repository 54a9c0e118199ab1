// Id and secret against an entity token: the network's main job.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/token_events.hpp"
#include "core/entity/entity_authentication.hpp"
#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"

namespace dwarpal::core {

/// A token and what its answer tells beside it.
struct IssuedToken {
  std::string access_token;
  std::chrono::seconds expires_in{0};
  std::int64_t not_before_policy = 0;  ///< Unix seconds, 0 if never
  std::string scope;
  std::string message;  ///< the grace warning; empty: none
};

/// Thread-safe.
class EntityTokens {
 public:
  EntityTokens(EntityAuthentication& authentication, KeyRing& key_ring, TokenEventSink& events, Random& random,
               const Policy& policy);

  /// From memory alone, without blocking. None when memory does not suffice for a token: then `issue`.
  [[nodiscard]] std::optional<Result<IssuedToken>> issue_from_memory(const EntityCredentials& credentials,
                                                                     const CallContext& context);
  /// With a fresh look at the store before any refusal; see EntityAuthentication::by_secret. May block.
  [[nodiscard]] Result<IssuedToken> issue(const EntityCredentials& credentials, const CallContext& context);
  /// By the entity's registered key, whatever its secrets' standing; see EntityAuthentication::by_assertion. May block.
  [[nodiscard]] Result<IssuedToken> issue(const AssertionCredentials& credentials, const CallContext& context);

 private:
  [[nodiscard]] Result<IssuedToken> sign(const AuthenticatedEntity& authenticated, const CallContext& context);
  /// docs/tokens.md, as JSON.
  [[nodiscard]] std::string claims_of(const Entity& entity, std::string_view jti, Instant issued_at);

  EntityAuthentication& authentication_;
  KeyRing& key_ring_;
  TokenEventSink& events_;
  Random& random_;
  const Policy& policy_;
  std::once_flag policy_is_settled_;
  std::string constant_members_;  // by the first token
};

}  // namespace dwarpal::core
