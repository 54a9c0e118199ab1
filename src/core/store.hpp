// The store as the core sees it: transactions, and the ports that are views of one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/signing/revoked_token.hpp"

namespace dwarpal::core {

class AnsweredResetStore;
class AssertionStore;
class AuditStore;
class DataKeyStore;
class EntityStore;
class LinkStore;
class NetworkStore;
class OutboxStore;
class RegistryStore;
class RevocationStore;
class SandboxStore;
class SealedValueStore;
class SecretStore;
class SigningKeyStore;
class TokenCountStore;
class UserStore;

/// One transaction. The ports see each other's writes; all commit together or not at all. Valid only
/// inside the function that got it, on its thread.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual AnsweredResetStore& answered_resets() = 0;
  virtual AssertionStore& assertions() = 0;
  virtual AuditStore& audit() = 0;
  virtual DataKeyStore& data_keys() = 0;
  virtual EntityStore& entities() = 0;
  virtual LinkStore& links() = 0;
  virtual NetworkStore& network() = 0;
  virtual OutboxStore& outbox() = 0;
  virtual RegistryStore& registry() = 0;
  virtual RevocationStore& revocations() = 0;
  virtual SandboxStore& sandbox() = 0;
  virtual SealedValueStore& sealed_values() = 0;
  virtual SecretStore& secrets() = 0;
  virtual SigningKeyStore& signing_keys() = 0;
  virtual TokenCountStore& token_counts() = 0;
  virtual UserStore& users() = 0;
};

/// What somebody else may have to forget: told after each commit, and after another process committed.
struct StoreChange {
  std::vector<EntityId> entities;
  std::vector<RevokedToken> revoked_tokens;  ///< newly revoked
  bool signing_keys = false;
};

/// Thread-safe. There is one writer at a time, in this process and beside it; readers see the last
/// commit. A function given to `write` or `read` has no effect outside the transaction, for it may be
/// run again. Errors of the store itself are ErrorCode::Unavailable and hold no values.
class Store {
 public:
  virtual ~Store() = default;

  /// Runs `body(Transaction&)`, which returns a Result, and commits if that is a value. An error, also
  /// one of the commit, leaves nothing behind. The commit is durable when this returns.
  template <typename Body>
  [[nodiscard]] auto write(Body&& body) {
    return run(body, [this](const Work& work) { return write_erased(work); });
  }

  /// Runs `body(Transaction&)` on one consistent view; writing in it is an error.
  template <typename Body>
  [[nodiscard]] auto read(Body&& body) {
    return run(body, [this](const Work& work) { return read_erased(work); });
  }

  /// The newest instant at which anything was committed.
  [[nodiscard]] virtual Instant newest_commit() const = 0;

  /// Looks whether another process committed since the last look, and if so tells the listener what
  /// changed. Cheap when nothing did.
  [[nodiscard]] virtual Result<> notice_changes() = 0;
  /// Whether that look would find nothing. Never waits: false where it cannot be told at once.
  [[nodiscard]] virtual bool has_noticed_all() = 0;

  /// At most one listener. Called with no transaction open, before `write` or `notice_changes` returns.
  virtual void on_change(std::function<void(const StoreChange&)> listener) = 0;

 protected:
  using Work = std::function<Result<>(Transaction&)>;
  virtual Result<> write_erased(const Work& work) = 0;
  virtual Result<> read_erased(const Work& work) = 0;

 private:
  template <typename Body, typename Run>
  static auto run(Body& body, Run run_work) {
    using Answer = std::invoke_result_t<Body&, Transaction&>;
    using Value = typename Answer::value_type;
    if constexpr (std::is_void_v<Value>) {
      return Answer(run_work([&](Transaction& transaction) -> Result<> { return body(transaction); }));
    } else {
      std::optional<Value> value;
      Result<> done = run_work([&](Transaction& transaction) -> Result<> {
        Answer answer = body(transaction);
        if (!answer) return std::unexpected(std::move(answer).error());
        value = std::move(*answer);
        return {};
      });
      if (!done) return Answer(std::unexpected(std::move(done).error()));
      return Answer(std::move(*value));
    }
  }
};

}  // namespace dwarpal::core
