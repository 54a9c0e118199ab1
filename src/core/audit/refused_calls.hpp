// Calls that were refused for their token or their fields, before they came to what they ask for: too many for a record
// each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/audit/audit_trail.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// A refusal that is to be counted. None of it comes from a token that was not ours.
struct RefusedCall {
  std::string call;        ///< method and path pattern: "POST /iam/v1/user/register"
  std::string reason;      ///< what is wrong with the token, of a closed list, or with which field
  std::string named = {};  ///< "user:<email>" or "entity:<id>": whom a token of ours named; empty: nobody
};

/// Sums refusals by call and client address, of IPv6 its /64, until they are written: whoever calls write() once a
/// second has no more than a record a second of each. Bounded: what finds no place is summed without call and address.
/// Thread-safe.
class RefusedCalls {
 public:
  static constexpr std::size_t kCapacity = 1'000;
  /// How many that were named stand in one record.
  static constexpr std::size_t kMostNamed = 10;

  RefusedCalls(Store& store, const AuditTrail& audit, const Clock& clock)
      : store_(store), audit_(audit), clock_(clock) {}

  void count(RefusedCall refused, const CallContext& context);
  /// What cannot be written is kept, and counted on.
  [[nodiscard]] Result<> write();

 private:
  struct Sum {
    CallContext context;  // of the first
    RefusedCall first;
    Instant at;
    std::int64_t count = 0;
    std::set<std::string> named;
  };
  using Place = std::pair<std::string, std::string>;  // address and call
  using Sums = std::map<Place, Sum>;

  /// Adds to what is there of the place, or where there is no room for another to what has none.
  static void add(Sums& sums, const Place& place, const Sum& sum);
  static std::string record_of(const Sum& sum);

  Store& store_;
  const AuditTrail& audit_;
  const Clock& clock_;
  std::mutex mutex_;
  Sums sums_;
};

}  // namespace dwarpal::core
