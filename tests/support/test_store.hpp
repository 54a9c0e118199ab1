// A new store on disk for one test, with a clock that the test moves.
#pragma once

#include <memory>
#include <stdexcept>

#include "storage/sqlite/sqlite_store.hpp"
#include "support/fixed_clock.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::test {

/// `store.write(…)` and the like by `operator->`, or `store.store()` where a core::Store& is wanted.
class TestStore {
 public:
  TestStore() : store_(open()) {}

  [[nodiscard]] core::Store& store() { return *store_; }
  core::Store* operator->() { return store_.get(); }
  core::Store& operator*() { return *store_; }

  [[nodiscard]] FixedClock& clock() { return clock_; }
  /// The data directory.
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

  /// The same store once more, as another process has it.
  [[nodiscard]] std::unique_ptr<core::Store> open() {
    auto opened = storage::SqliteStore::open(directory(), clock_, {.create = storage::Create::Yes});
    if (!opened) throw std::runtime_error(opened.error().message);
    return *std::move(opened);
  }

 private:
  TemporaryDirectory directory_;
  FixedClock clock_;
  std::unique_ptr<core::Store> store_;
};

}  // namespace dwarpal::test
