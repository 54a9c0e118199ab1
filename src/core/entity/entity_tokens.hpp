// Id and secret against an entity token: the network's main job.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "core/actor.hpp"
#include "core/audit/token_events.hpp"
#include "core/decision_clock.hpp"
#include "core/entity/entity_view.hpp"
#include "core/policy.hpp"
#include "core/signing/key_ring.hpp"
#include "core/user/guess_limits.hpp"

namespace dwarpal::core {

struct EntityCredentials {
  std::string id;
  Secret secret;
};

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
  EntityTokens(EntityView& entities, const DataKeys& keys, KeyRing& key_ring, TokenEventSink& events,
               const DecisionClock& clock, Random& random, const Policy& policy);

  /// From memory alone, without blocking. None when memory does not suffice for a token: then `issue`.
  [[nodiscard]] std::optional<Result<IssuedToken>> issue_from_memory(const EntityCredentials& credentials,
                                                                     const CallContext& context);
  /// With a fresh look at the store before any refusal. ErrorCode::Unauthorized for an unknown id, a wrong
  /// or ended secret, an entity that is not active: one message, the same work. TooManyRequests instead where too
  /// many of these came from one address; that never keeps a secret from working that works. May block.
  [[nodiscard]] Result<IssuedToken> issue(const EntityCredentials& credentials, const CallContext& context);

 private:
  struct Match;  // which secret fits, and how good it is

  // A null snapshot is an entity that does not exist.
  [[nodiscard]] std::optional<Match> match(const EntitySnapshot* snapshot, const Secret& secret, Instant now) const;
  [[nodiscard]] static std::optional<std::string_view> refusal_reason(const EntitySnapshot* snapshot,
                                                                      const std::optional<Match>& match);
  [[nodiscard]] Result<IssuedToken> sign(const EntitySnapshot& snapshot, const Match& match, Instant now,
                                         const CallContext& context);
  [[nodiscard]] Result<IssuedToken> refuse(const EntitySnapshot* snapshot, std::string_view reason, Instant now,
                                           const CallContext& context);

  EntityView& entities_;
  const DataKeys& keys_;
  KeyRing& key_ring_;
  TokenEventSink& events_;
  const DecisionClock& clock_;
  Random& random_;
  const Policy& policy_;
  GuessLimits refusals_by_address_;
};

}  // namespace dwarpal::core
