#include "core/recovery.hpp"

#include <algorithm>

#include "core/entity/answered_reset.hpp"
#include "core/user/link.hpp"
#include "core/user/user.hpp"

namespace dwarpal::core {

Result<std::int64_t> recover(Transaction& transaction, const AuditTrail& trail, Instant as_of, Instant now,
                             const CallContext& context) {
  auto users = TRY(transaction.users().list());
  for (auto& user : users) {
    ++user.credential_version;
    TRY(transaction.users().update(user));
    TRY(transaction.links().end_open(user.uuid, std::nullopt, now));
  }
  TRY(transaction.answered_resets().forget(std::max(now, as_of)));
  AuditEvent event{.action = "store.restore"};
  event.details = {{"asOf", iso8601(as_of)}, {"users", users.size()}};
  TRY(trail.begin_chain(transaction, event, context));
  return static_cast<std::int64_t>(users.size());
}

}  // namespace dwarpal::core
