// A store that passes everything on to another, for tests to override what is to go wrong.
#pragma once

#include <functional>
#include <utility>

#include "core/store.hpp"

namespace dwarpal::test {

class ForwardingStore : public core::Store {
 public:
  explicit ForwardingStore(core::Store& store) : store_(store) {}

  [[nodiscard]] Instant newest_commit() const override { return store_.newest_commit(); }
  [[nodiscard]] Result<> notice_changes() override { return store_.notice_changes(); }
  [[nodiscard]] bool has_noticed_all() override { return store_.has_noticed_all(); }
  void on_change(std::function<void(const core::StoreChange&)> listener) override {
    store_.on_change(std::move(listener));
  }

 protected:
  Result<> write_erased(const Work& work) override { return store_.write(work); }
  Result<> read_erased(const Work& work) override { return store_.read(work); }

 private:
  core::Store& store_;
};

}  // namespace dwarpal::test
