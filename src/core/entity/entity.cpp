#include "core/entity/entity.hpp"

#include "base/iso8601_duration.hpp"
#include "core/signing/not_before.hpp"

namespace dwarpal::core {

std::string_view to_string(EntityType type) {
  switch (type) {
    case EntityType::AA: return "AA";
    case EntityType::FIP: return "FIP";
    case EntityType::FIU: return "FIU";
  }
  return {};
}

std::string_view to_string(EntityStatus status) {
  switch (status) {
    case EntityStatus::Registered: return "REGISTERED";
    case EntityStatus::Active: return "ACTIVE";
    case EntityStatus::Suspended: return "SUSPENDED";
    case EntityStatus::Deregistered: return "DEREGISTERED";
  }
  return {};
}

std::optional<EntityType> parse_entity_type(std::string_view text) {
  for (const auto type : {EntityType::AA, EntityType::FIP, EntityType::FIU}) {
    if (text == to_string(type)) return type;
  }
  return std::nullopt;
}

std::optional<EntityStatus> parse_entity_status(std::string_view text) {
  for (const auto status :
       {EntityStatus::Registered, EntityStatus::Active, EntityStatus::Suspended, EntityStatus::Deregistered}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

void Entity::cut_off_tokens(Instant now) { tokens_not_before = cut_off(now, tokens_not_before); }

std::string subject_of(const Entity& entity) { return "entity:" + entity.id.text(); }

void mark_clock_shift(boost::json::object& details, const Entity& entity) {
  if (entity.clock_shift != Duration::zero()) details["clockShift"] = iso8601_duration(entity.clock_shift);
}

}  // namespace dwarpal::core
