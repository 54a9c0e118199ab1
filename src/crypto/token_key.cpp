#include "crypto/token_key.hpp"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace dwarpal::crypto {

namespace {

constexpr std::size_t kTokenNonceBytes = 12;
constexpr std::size_t kTokenTagBytes = 16;
constexpr CK_ULONG kTokenKeyBytes = 32;

std::unexpected<Error> refuse_setting(std::string_view setting, std::string_view problem) {
  return fail(ErrorCode::InvalidSetting, std::string("keys.").append(setting).append(": ").append(problem));
}

/// What the token answered, for a person.
std::string in_words(CK_RV answer) {
  const char* words = p11_kit_strerror(answer);
  return words == nullptr ? "error " + std::to_string(answer) : std::string(words);
}

// PKCS #11 takes pointers to mutable memory also for what it only reads.
CK_BYTE* readable_bytes(std::string_view text) {
  return const_cast<CK_BYTE*>(reinterpret_cast<const CK_BYTE*>(text.data()));  // NOLINT
}

CK_BYTE* writable_bytes(std::string& text) { return reinterpret_cast<CK_BYTE*>(text.data()); }

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, void* value, std::size_t size) {
  return {.type = type, .pValue = value, .ulValueLen = size};
}

/// Labels are padded with spaces.
std::string_view unpadded(std::span<const CK_UTF8CHAR> label) {
  const std::string_view text(reinterpret_cast<const char*>(label.data()), label.size());
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

struct TokenKey::Session {
  Session() = default;
  ~Session() {
    if (is_open) functions->C_CloseSession(handle);
    if (is_initialized) p11_kit_module_finalize(functions);
    if (functions != nullptr) p11_kit_module_release(functions);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Result<> load(const std::string& module);
  [[nodiscard]] Result<CK_SLOT_ID> slot_of(const std::string& token) const;
  Result<> log_in(CK_SLOT_ID slot, const Secret& pin);
  Result<> find_key(const std::string& label);
  [[nodiscard]] Result<> check_key() const;

  CK_FUNCTION_LIST* functions = nullptr;
  CK_SESSION_HANDLE handle = 0;
  CK_OBJECT_HANDLE key = 0;
  bool is_initialized = false;
  bool is_open = false;
};

Result<> TokenKey::Session::load(const std::string& module) {
  functions = p11_kit_module_load(module.c_str(), 0);
  if (functions == nullptr) {
    const char* why = p11_kit_message();
    return refuse_setting("pkcs11_module", module + " cannot be loaded" + (why == nullptr ? "" : ": ") +
                                               (why == nullptr ? std::string() : std::string(why)));
  }
  const auto answer = p11_kit_module_initialize(functions);
  is_initialized = answer == CKR_OK;
  if (!is_initialized) return refuse_setting("pkcs11_module", module + " does not start: " + in_words(answer));
  return {};
}

Result<CK_SLOT_ID> TokenKey::Session::slot_of(const std::string& token) const {
  CK_ULONG count = 0;
  auto answer = functions->C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (answer == CKR_OK) answer = functions->C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (answer != CKR_OK) return refuse_setting("pkcs11_module", "the tokens cannot be listed: " + in_words(answer));
  slots.resize(std::min<std::size_t>(count, slots.size()));

  std::vector<CK_SLOT_ID> fitting;
  for (const auto slot : slots) {
    CK_TOKEN_INFO info{};
    if (functions->C_GetTokenInfo(slot, &info) == CKR_OK && unpadded(info.label) == token) fitting.push_back(slot);
  }
  if (fitting.empty()) return refuse_setting("pkcs11_token", "there is no token with the label " + token);
  if (fitting.size() > 1) return refuse_setting("pkcs11_token", "several tokens have the label " + token);
  return fitting.front();
}

Result<> TokenKey::Session::log_in(CK_SLOT_ID slot, const Secret& pin) {
  auto answer = functions->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle);
  is_open = answer == CKR_OK;
  if (!is_open) return refuse_setting("pkcs11_token", "no session with the token: " + in_words(answer));
  answer = functions->C_Login(handle, CKU_USER, readable_bytes(pin.expose()), pin.size());
  if (answer != CKR_OK && answer != CKR_USER_ALREADY_LOGGED_IN) {
    return refuse_setting("pkcs11_pin or keys.pkcs11_pin_file", "the token refuses the PIN: " + in_words(answer));
  }
  return {};
}

Result<> TokenKey::Session::find_key(const std::string& label) {
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  std::array wanted{attribute(CKA_CLASS, &object_class, sizeof object_class),
                    attribute(CKA_KEY_TYPE, &type, sizeof type),
                    attribute(CKA_LABEL, readable_bytes(label), label.size())};
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG count = 0;
  auto answer = functions->C_FindObjectsInit(handle, wanted.data(), wanted.size());
  if (answer == CKR_OK) {
    answer = functions->C_FindObjects(handle, found.data(), found.size(), &count);
    functions->C_FindObjectsFinal(handle);
  }
  if (answer != CKR_OK) return refuse_setting("pkcs11_key", "the keys cannot be listed: " + in_words(answer));
  if (count == 0) return refuse_setting("pkcs11_key", "the token has no AES key with the label " + label);
  if (count > 1) return refuse_setting("pkcs11_key", "the token has several AES keys with the label " + label);
  key = found.front();
  return {};
}

Result<> TokenKey::Session::check_key() const {
  CK_BBOOL is_extractable = CK_TRUE;
  CK_ULONG size = 0;
  std::array asked{attribute(CKA_EXTRACTABLE, &is_extractable, sizeof is_extractable),
                   attribute(CKA_VALUE_LEN, &size, sizeof size)};
  const auto answer = functions->C_GetAttributeValue(handle, key, asked.data(), asked.size());
  if (answer != CKR_OK) return refuse_setting("pkcs11_key", "the key cannot be looked at: " + in_words(answer));
  if (size != kTokenKeyBytes) return refuse_setting("pkcs11_key", "the key is not an AES key of 256 bits");
  if (is_extractable != CK_FALSE) {
    return refuse_setting("pkcs11_key", "the key can be taken out of the token (CKA_EXTRACTABLE)");
  }
  return {};
}

TokenKey::TokenKey(std::unique_ptr<Session> session) : session_(std::move(session)) {}
TokenKey::~TokenKey() = default;

Result<std::unique_ptr<TokenKey>> TokenKey::open(const TokenAddress& address, const Secret& pin) {
  auto session = std::make_unique<Session>();
  TRY(session->load(address.module));
  TRY(session->log_in(TRY(session->slot_of(address.token)), pin));
  TRY(session->find_key(address.key_label));
  TRY(session->check_key());
  return std::unique_ptr<TokenKey>(new TokenKey(std::move(session)));
}

namespace {

CK_GCM_PARAMS gcm_parameters(std::string_view nonce, std::string_view associated_data) {
  return {.pIv = readable_bytes(nonce),
          .ulIvLen = nonce.size(),
          .ulIvBits = nonce.size() * 8,
          .pAAD = readable_bytes(associated_data),
          .ulAADLen = associated_data.size(),
          .ulTagBits = kTokenTagBytes * 8};
}

}  // namespace

Result<std::string> TokenKey::wrap(const Secret& secret, std::string_view associated_data, Random& random) const {
  std::string nonce(kTokenNonceBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(nonce)));
  auto parameters = gcm_parameters(nonce, associated_data);
  CK_MECHANISM mechanism{.mechanism = CKM_AES_GCM, .pParameter = &parameters, .ulParameterLen = sizeof parameters};
  std::string sealed(secret.size() + kTokenTagBytes, '\0');
  CK_ULONG size = sealed.size();
  auto answer = session_->functions->C_EncryptInit(session_->handle, &mechanism, session_->key);
  if (answer == CKR_OK) {
    answer = session_->functions->C_Encrypt(session_->handle, readable_bytes(secret.expose()), secret.size(),
                                            writable_bytes(sealed), &size);
  }
  if (answer != CKR_OK || size != sealed.size()) {
    return refuse_setting("pkcs11_key", "the token does not encrypt by AES-GCM with the key: " + in_words(answer));
  }
  return nonce + sealed;
}

Result<Secret> TokenKey::unwrap(std::string_view wrapped, std::string_view associated_data) const {
  if (wrapped.size() < kTokenNonceBytes + kTokenTagBytes)
    return fail(ErrorCode::Internal, "A sealed value cannot be opened");
  const auto sealed = wrapped.substr(kTokenNonceBytes);
  auto parameters = gcm_parameters(wrapped.substr(0, kTokenNonceBytes), associated_data);
  CK_MECHANISM mechanism{.mechanism = CKM_AES_GCM, .pParameter = &parameters, .ulParameterLen = sizeof parameters};
  std::string plain(sealed.size(), '\0');  // tokens may want room for the tag, too
  CK_ULONG size = plain.size();
  auto answer = session_->functions->C_DecryptInit(session_->handle, &mechanism, session_->key);
  if (answer == CKR_OK) {
    answer = session_->functions->C_Decrypt(session_->handle, readable_bytes(sealed), sealed.size(),
                                            writable_bytes(plain), &size);
  }
  const Secret room(std::move(plain));  // zeroed, also what is behind the plaintext
  if (answer != CKR_OK || size != sealed.size() - kTokenTagBytes) {
    return fail(ErrorCode::Internal, "A sealed value cannot be opened", "the token: " + in_words(answer));
  }
  return Secret::copy_of(room.expose().substr(0, size));
}

}  // namespace dwarpal::crypto
