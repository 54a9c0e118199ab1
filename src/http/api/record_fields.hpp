// The registry record in a request.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "core/entity/entity.hpp"
#include "http/api/json_fields.hpp"

namespace dwarpal::http {

/// The record in `entityinfo`, or in `entity` as older clients call it; empty if there is neither. InvalidInput for
/// both, and for a member at any depth of it that stands twice.
[[nodiscard]] Result<boost::json::object> decode_entity_info(const JsonFields& fields);

/// `status`, which is recorded, and `requester`, which is kept, as they stand beside a record. InvalidInput for one
/// of a wrong type and for a name that stands twice, inside `requester`, too.
[[nodiscard]] Result<> check_beside_record(const JsonFields& fields);

/// A record as it is written to the registry.
struct RecordFields {
  core::EntityType type = core::EntityType::AA;
  boost::json::object entity_info;
  boost::json::object envelope;  ///< the whole request
  std::string created_by;        ///< as sent
};

/// The body of a write to the list of that type. InvalidInput naming the field.
[[nodiscard]] Result<RecordFields> decode_record(const JsonFields& fields, core::EntityType type);

}  // namespace dwarpal::http
