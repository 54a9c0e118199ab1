#include "app/master_key.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/secret_file.hpp"
#include "crypto/base64url.hpp"
#include "storage/data_directory.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace dwarpal::app {

namespace {

std::unexpected<Error> refuse_key(std::string message) { return fail(ErrorCode::InvalidSetting, std::move(message)); }

/// `origin` begins the error.
Result<crypto::AeadKey> parse(const Secret& text, const std::string& origin) {
  auto bytes = crypto::base64_decode(text.expose());
  if (!bytes) return refuse_key(origin + " is not base64 of 32 bytes");
  auto key = crypto::AeadKey::create(Secret(std::move(*bytes)));
  if (!key) return refuse_key(origin + " is not base64 of 32 bytes");
  return key;
}

Result<crypto::AeadKey> key_in(const std::filesystem::path& file) {
  return parse(TRY(read_secret_file(file, "keys.master_key_file")), "keys.master_key_file: " + file.string());
}

Secret random_key(Random& random) {
  std::string bytes(crypto::AeadKey::kKeyBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  Secret text(crypto::base64_encode(bytes) + '\n');
  wipe(bytes);
  return text;
}

/// None: a sandbox has to make its own yet.
Result<std::optional<crypto::AeadKey>> find_key(const Settings& settings) {
  if (settings.master_key) return parse(*settings.master_key, "keys.master_key");
  if (!settings.master_key_file.empty()) return key_in(settings.master_key_file);
  if (settings.profile.value_or(core::Profile::Sandbox) != core::Profile::Sandbox) {
    return refuse_key("keys.master_key_file or keys.master_key must be set, because network.profile is " +
                      std::string(core::to_string(*settings.profile)));
  }
  const auto file = master_key_in(settings.data_directory);
  std::error_code ignored;
  // The store before the key: somebody who makes both at this moment makes the key first.
  const bool has_store = std::filesystem::exists(storage::SqliteStore::file_in(settings.data_directory), ignored);
  if (std::filesystem::exists(file, ignored)) return key_in(file);
  if (!has_store) return std::nullopt;
  return refuse_key("keys.master_key_file: " + file.string() +
                    " is missing, and the keys in the store beside it cannot be opened without it. Put it back, or set "
                    "the setting to where the store's master key is");
}

}  // namespace

Result<crypto::AeadKey> load_master_key(const Settings& settings, Random& random) {
  if (auto key = TRY(find_key(settings))) return *std::move(key);
  const auto file = master_key_in(settings.data_directory);
  TRY(storage::make_data_directory(settings.data_directory));
  TRY(make_secret_file(file, random_key(random)));
  return key_in(file);
}

Result<> check_master_key(const Settings& settings) {
  TRY(find_key(settings));
  return {};
}

std::filesystem::path master_key_in(const std::filesystem::path& data_directory) {
  return data_directory / "master.key";
}

}  // namespace dwarpal::app
