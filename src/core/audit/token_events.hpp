// Where the events of the token calls go: too many for a transaction each.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/audit/token_statistics.hpp"

namespace dwarpal::core {

/// A token that was issued or refused, and the secret that was used for it.
struct TokenEvent {
  std::string event;  ///< serialised already (audit_event.hpp)
  Instant at;
  EntityUuid entity = {};  ///< empty: the call named none that exists, or was not for an entity token
  struct SecretUse {
    std::int64_t number = 0;
    Instant at;  ///< entity time
  };
  std::optional<SecretUse> used = std::nullopt;        ///< of the entity's secrets
  std::optional<TokenOutcome> counted = std::nullopt;  ///< none: not one for the statistics
};

/// Takes events from any thread and writes them to the audit trail in groups. Never blocks and never
/// loses an event silently: when it can take no more, that is ErrorCode::Unavailable, and no token goes out.
class TokenEventSink {
 public:
  virtual ~TokenEventSink() = default;
  [[nodiscard]] virtual Result<> record(TokenEvent event) = 0;
  /// Returns when all that was recorded before is committed.
  [[nodiscard]] virtual Result<> flush() = 0;
  /// The same without blocking: calls back once, on any thread and perhaps at once, with whether it is committed.
  virtual void when_committed(std::function<void(bool)> told) = 0;
  /// How many events are recorded and not yet committed.
  [[nodiscard]] virtual std::size_t waiting() = 0;
};

}  // namespace dwarpal::core
