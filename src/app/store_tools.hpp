// What is done to a whole store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/node.hpp"
#include "app/settings.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"
#include "core/signing/key_restore.hpp"

namespace dwarpal::app {

/// How many pages of the file are done, of how many.
using PagesDone = std::function<void(std::int64_t done, std::int64_t total)>;

/// Brings an older store up to this program. ErrorCode::InUse while a service runs on it.
[[nodiscard]] Result<> migrate_store(const Settings& settings);

struct StoreBackup {
  std::filesystem::path file;
  std::uintmax_t bytes = 0;
  Instant as_of;           ///< of the newest commit in it
  std::string master_key;  ///< where the one comes from that opens it: a setting, or a file
};

/// Copies the store into a new file, mode 0600, as of one commit and while it is in use; into a directory under a name
/// with the time. ErrorCode::AlreadyExists where there is something of that name. Recorded before it begins.
[[nodiscard]] Result<StoreBackup> back_up_store(Node& node, const std::filesystem::path& to,
                                                const core::CallContext& context, const PagesDone& progress);

/// What `key export` printed, and the file that it is in.
struct NewerKeys {
  std::filesystem::path file;
  std::string text;
};

struct RestoreRequest {
  std::filesystem::path file;
  bool replaces_existing = false;  ///< a store that is there is set aside
  std::optional<NewerKeys> newer_keys = std::nullopt;
};

struct RestoredStore {
  Instant as_of;
  std::int64_t users = 0;
  std::filesystem::path set_aside;             ///< the store that was there before; empty if none
  std::vector<core::RestoredSigningKey> keys;  ///< that are not what they were in the backup
  std::string keys_not_asked_for;  ///< why the keys of the store that was there could not be taken; empty if they were
};

/// Makes a backup the store of the data directory, once it is brought up to date and recovered (core/recovery.hpp). Its
/// signing keys are brought up to those of the store that was there, if that can be read, and to an export.
/// ErrorCode::InUse while a service runs there; AlreadyExists where there is a store that is not to be replaced;
/// InvalidSetting for a file that is no whole store, or that the master key does not open, and for an export that is
/// not of this store or older than the backup. Fails as if it had not begun.
[[nodiscard]] Result<RestoredStore> restore_store(const Settings& settings, const RestoreRequest& request,
                                                  const Machine& machine, const core::CallContext& context,
                                                  const PagesDone& progress);

/// What is wrong in the store: damaged pages, broken references, a broken audit trail, ciphertexts that do not open.
/// Empty: nothing. Works beside a service, and changes nothing.
[[nodiscard]] Result<std::vector<std::string>> check_store(const Settings& settings, const Machine& machine);

}  // namespace dwarpal::app
