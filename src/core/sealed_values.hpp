// All that lies encrypted in the store.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/data_keys.hpp"
#include "core/store.hpp"

namespace dwarpal::core {

/// Port.
class SealedValueStore {
 public:
  virtual ~SealedValueStore() = default;
  /// Calls with each row's name, as DataKeys::seal() was given it, and what lies there.
  virtual Result<> visit(const std::function<void(const std::string& row, const Sealed& sealed)>& call) = 0;
};

/// The rows whose ciphertexts do not open: altered, moved here from another row, or their data key is gone.
[[nodiscard]] Result<std::vector<std::string>> rows_that_do_not_open(Store& store, const DataKeys& keys);

}  // namespace dwarpal::core
