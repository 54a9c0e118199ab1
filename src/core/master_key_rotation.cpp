#include "core/master_key_rotation.hpp"

#include <algorithm>
#include <vector>

#include "core/audit/audited_write.hpp"
#include "core/data_keys.hpp"
#include "core/operator_right.hpp"

namespace dwarpal::core {

namespace {

constexpr std::string_view kAction = "master-key.rotate";

Result<WrappedDataKey> wrap_anew(WrappedDataKey key, const MasterKeyChange& change, Random& random) {
  const auto name = associated_data(key);
  if (change.after.unwrap(key.wrapped, name)) {
    return fail(ErrorCode::Conflict, "The new master key is the one that the store has already");
  }
  const auto plain = change.before.unwrap(key.wrapped, name);
  if (!plain) return fail(ErrorCode::InvalidSetting, "The present master key does not open the keys of this store");
  key.wrapped = TRY(change.after.wrap(*plain, name, random));
  key.master_key_place = change.place;
  key.wrapped_anew_at = change.at;
  // Before anything depends on it: a token may take what it does not give back.
  TRY(change.after.unwrap(key.wrapped, name));
  return key;
}

Result<std::vector<WrappedDataKey>> wrap_all_anew(std::vector<WrappedDataKey> keys, const MasterKeyChange& change,
                                                  Random& random) {
  for (auto& key : keys) key = TRY(wrap_anew(key, change, random));
  return keys;
}

}  // namespace

Result<> rotate_master_key(Store& store, const AuditTrail& audit, const MasterKeyChange& change, Random& random,
                           const CallContext& context) {
  // Outside of the transaction: a token may be slow.
  const auto before = TRY(store.read([](Transaction& transaction) { return transaction.data_keys().list(); }));
  const auto after = wrap_all_anew(before, change, random);

  return audited_write(store, audit, kAction, context, [&](Transaction& transaction, AuditEvent& event) -> Result<> {
    TRY(require_operator(context.actor));
    const auto present = TRY(transaction.data_keys().list());
    const auto is_same = [](const WrappedDataKey& left, const WrappedDataKey& right) {
      return left.id == right.id && left.wrapped == right.wrapped;
    };
    if (!std::ranges::equal(present, before, is_same)) {
      return fail(ErrorCode::Conflict, "The master key was rotated meanwhile");
    }
    if (!after) return std::unexpected(after.error());
    for (const auto& key : *after) TRY(transaction.data_keys().update(key));
    event.details["place"] = change.place;
    return {};
  });
}

Result<std::string> last_master_key_rotation(Store& store) {
  const auto keys = TRY(store.read([](Transaction& transaction) { return transaction.data_keys().list(); }));
  const auto rotated = std::ranges::find_if(keys, [](const auto& key) { return key.wrapped_anew_at.has_value(); });
  if (rotated == keys.end()) return std::string();
  return "It was rotated on " + iso8601(*rotated->wrapped_anew_at) + " to the one in " + rotated->master_key_place;
}

}  // namespace dwarpal::core
