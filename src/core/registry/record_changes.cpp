#include "core/registry/record_changes.hpp"

#include <array>
#include <boost/json/value.hpp>
#include <string_view>

#include "core/registry/registry_record.hpp"

namespace dwarpal::core {

namespace {

using boost::json::object;
using boost::json::value;

constexpr auto kOperatorsMembers = std::to_array<std::string_view>({"name", "code", "entityhandle"});
constexpr auto kMembersToTell =
    std::to_array<std::string_view>({"certificate", "additionalCertificates", "baseurl", "ips"});

/// Empty if there is none.
object change_of(const value* before, const value* after) {
  const bool is_empty_before = before == nullptr || counts_as_empty(*before);
  const bool is_empty_after = after == nullptr || counts_as_empty(*after);
  if (is_empty_before && is_empty_after) return {};
  if (before != nullptr && after != nullptr && *before == *after) return {};
  object change;
  if (before != nullptr) change["old"] = *before;
  if (after != nullptr) change["new"] = *after;
  return change;
}

object entity_info_of(const object& record) {
  const auto* info = record.if_contains("entityinfo");
  return info != nullptr && info->is_object() ? info->get_object() : object();
}

}  // namespace

RecordChanges changes_between(const object& before, const object& after) {
  RecordChanges changes{.entity_info = {},
                        .requester = change_of(before.if_contains("requester"), after.if_contains("requester"))};
  const auto info_before = entity_info_of(before);
  const auto info_after = entity_info_of(after);
  for (const auto* info : {&info_before, &info_after}) {
    for (const auto& member : *info) {
      const auto name = member.key();
      auto change = change_of(info_before.if_contains(name), info_after.if_contains(name));
      if (!change.empty()) changes.entity_info[name] = std::move(change);
    }
  }
  return changes;
}

Result<> check_for_entity_admin(const RecordChanges& changes) {
  constexpr std::string_view kWhy = " can be changed by an operator only";
  for (const auto name : kOperatorsMembers) {
    if (changes.entity_info.contains(name)) return fail(ErrorCode::InvalidInput, std::string(name).append(kWhy));
  }
  if (!changes.requester.empty()) return fail(ErrorCode::InvalidInput, std::string("requester").append(kWhy));
  return {};
}

std::vector<std::string> members_to_tell(const RecordChanges& changes) {
  std::vector<std::string> names;
  for (const auto name : kMembersToTell) {
    if (changes.entity_info.contains(name)) names.emplace_back(name);
  }
  return names;
}

}  // namespace dwarpal::core
