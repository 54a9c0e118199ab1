#include "app/master_key.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/secret_file.hpp"
#include "crypto/base64url.hpp"
#include "crypto/token_key.hpp"
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
  return read_master_key_file(file, "keys.master_key_file");
}

std::unique_ptr<crypto::WrappingKey> owned(crypto::AeadKey key) {
  return std::make_unique<crypto::AeadKey>(std::move(key));
}

Secret random_key(Random& random) {
  std::string bytes(crypto::AeadKey::kKeyBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  Secret text(crypto::base64_encode(bytes) + '\n');
  wipe(bytes);
  return text;
}

/// None: a sandbox has to make its own yet.
Result<std::unique_ptr<crypto::WrappingKey>> find_key(const Settings& settings) {
  if (!settings.master_key_token.module.empty()) {
    return TRY(crypto::TokenKey::open(settings.master_key_token, settings.token_pin));
  }
  if (settings.master_key) return owned(TRY(parse(*settings.master_key, "keys.master_key")));
  if (!settings.master_key_file.empty()) return owned(TRY(key_in(settings.master_key_file)));
  if (settings.profile.value_or(core::Profile::Sandbox) != core::Profile::Sandbox) {
    return refuse_key(
        "keys.master_key_file, keys.master_key or keys.pkcs11_module must be set, because network.profile is " +
        std::string(core::to_string(*settings.profile)));
  }
  const auto file = master_key_in(settings.data_directory);
  std::error_code ignored;
  // The store before the key: somebody who makes both at this moment makes the key first.
  const bool has_store = std::filesystem::exists(storage::SqliteStore::file_in(settings.data_directory), ignored);
  if (std::filesystem::exists(file, ignored)) return owned(TRY(key_in(file)));
  if (!has_store) return nullptr;
  return refuse_key("keys.master_key_file: " + file.string() +
                    " is missing, and the keys in the store beside it cannot be opened without it. Put it back, or set "
                    "the setting to where the store's master key is");
}

}  // namespace

Result<std::unique_ptr<crypto::WrappingKey>> load_master_key(const Settings& settings, Random& random) {
  if (auto key = TRY(find_key(settings))) return key;
  const auto file = master_key_in(settings.data_directory);
  TRY(storage::make_data_directory(settings.data_directory));
  TRY(make_master_key_file(file, random));
  return owned(TRY(key_in(file)));
}

Result<> check_master_key(const Settings& settings) {
  TRY(find_key(settings));
  return {};
}

bool names_master_key(const Settings& settings) {
  return settings.master_key || !settings.master_key_file.empty() || !settings.master_key_token.module.empty();
}

Result<crypto::AeadKey> read_master_key_file(const std::filesystem::path& file, std::string_view setting) {
  return parse(TRY(read_secret_file(file, setting)), std::string(setting) + ": " + file.string());
}

Result<> make_master_key_file(const std::filesystem::path& file, Random& random) {
  return make_secret_file(file, random_key(random));
}

std::filesystem::path master_key_in(const std::filesystem::path& data_directory) {
  return data_directory / "master.key";
}

}  // namespace dwarpal::app
