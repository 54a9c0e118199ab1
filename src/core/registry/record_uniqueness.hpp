// What no two records of a network may share.
#pragma once

#include "base/result.hpp"
#include "core/registry/registry_record.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// ErrorCode::InvalidInput naming the field if another entity than `entity` has the handle or a key's `kid`.
[[nodiscard]] Result<> require_unique_record(Transaction& transaction, const RegistryRecord& record,
                                             const EntityUuid& entity);

}  // namespace dwarpal::core
