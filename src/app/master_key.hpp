// The key over all other keys: where it comes from, and how a sandbox gets its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "app/settings.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/aead.hpp"
#include "crypto/wrapping_key.hpp"

namespace dwarpal::app {

/// From the token that `keys.pkcs11_module` reaches, `keys.master_key`, or `keys.master_key_file`: base64 of 32 bytes,
/// in a regular file of mode 0600 or stricter. Without either it is `master_key_in` the data directory, which is made,
/// with the directory, unless there is a store already; processes that start at once agree on one. Uat and Production,
/// when asked for, have no such file. ErrorCode::InvalidSetting names the setting and the file, Unavailable what cannot
/// be written.
[[nodiscard]] Result<std::unique_ptr<crypto::WrappingKey>> load_master_key(const Settings& settings, Random& random);

/// Whether the settings name one; a sandbox need not.
[[nodiscard]] bool names_master_key(const Settings& settings);

/// Base64 of 32 bytes in a file as read_secret_file wants it; `setting` begins the error.
[[nodiscard]] Result<crypto::AeadKey> read_master_key_file(const std::filesystem::path& file, std::string_view setting);

/// A fresh one, unless the file is there already.
[[nodiscard]] Result<> make_master_key_file(const std::filesystem::path& file, Random& random);

/// Fails as load_master_key does, and makes nothing.
[[nodiscard]] Result<> check_master_key(const Settings& settings);

/// The file that a sandbox keeps its master key in.
[[nodiscard]] std::filesystem::path master_key_in(const std::filesystem::path& data_directory);

}  // namespace dwarpal::app
