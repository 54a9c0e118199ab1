#include "core/sealed_values.hpp"

namespace dwarpal::core {

Result<std::vector<std::string>> rows_that_do_not_open(Store& store, const DataKeys& keys) {
  return store.read([&](Transaction& transaction) -> Result<std::vector<std::string>> {
    std::vector<std::string> rows;
    TRY(transaction.sealed_values().visit([&](const std::string& row, const Sealed& sealed) {
      if (!keys.open_sealed(sealed, row)) rows.push_back(row);
    }));
    return rows;
  });
}

}  // namespace dwarpal::core
