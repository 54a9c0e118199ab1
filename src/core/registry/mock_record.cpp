#include "core/registry/registry_record.hpp"

namespace dwarpal::core {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// Without what is empty, and what is empty without it.
value without_empty(const value& whole) {
  if (const auto* list = whole.if_array()) {
    array kept;
    for (const auto& element : *list) {
      if (auto rest = without_empty(element); !rest.is_null()) kept.push_back(std::move(rest));
    }
    return kept.empty() ? value() : value(std::move(kept));
  }
  if (const auto* members = whole.if_object()) {
    object kept;
    for (const auto& member : *members) {
      if (auto rest = without_empty(member.value()); !rest.is_null()) kept[member.key()] = std::move(rest);
    }
    return kept.empty() ? value() : value(std::move(kept));
  }
  const auto* text = whole.if_string();
  return text != nullptr && text->empty() ? value() : whole;
}

}  // namespace

Result<RegistryRecord> mock_record(EntityType type, const object& entity_info, const object& envelope,
                                   const Policy& policy) {
  if (holds_private_jwk(entity_info)) {
    return fail(ErrorCode::InvalidInput, "entityinfo must not hold a private or symmetric key");
  }
  const auto given = without_empty(entity_info);
  auto record = TRY(validate_record(type, given.is_object() ? given.get_object() : object(), envelope, policy,
                                    Completeness::Optional));
  if (record.name.empty()) record.name = record.id.text();
  auto& answered = record.record.at("entityinfo").as_object();
  for (const auto& member : entity_info) {
    if (member.key() != "certificates") answered.insert(member);  // what counts as absent
  }
  return record;
}

}  // namespace dwarpal::core
