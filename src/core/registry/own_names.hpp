// What no two records of the network may share, beside the id.
#pragma once

#include "base/identifiers.hpp"
#include "base/result.hpp"
#include "core/registry/registry_record.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// ErrorCode::InvalidInput, naming the field, when another entity has the record's handle or the `kid` of one of its
/// certificates.
[[nodiscard]] Result<> require_own_names(Transaction& transaction, const RegistryRecord& record,
                                         const EntityUuid& entity);

}  // namespace dwarpal::core
