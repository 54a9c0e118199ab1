#include "http/server/tls.hpp"

#include <openssl/ssl.h>

#include <array>
#include <string_view>

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;

/// RFC 7301: each name behind its length.
constexpr std::array<unsigned char, 9> kHttp11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  unsigned char* selected = nullptr;
  const int outcome =
      SSL_select_next_proto(&selected, chosen_size, kHttp11.data(), kHttp11.size(), offered, offered_size);
  *chosen = selected;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::unexpected<Error> unusable(std::string_view setting, const std::filesystem::path& file, std::string_view fault,
                                const boost::system::error_code& error) {
  return fail(ErrorCode::InvalidSetting, std::string(setting) + ": " + file.string() + " " + std::string(fault),
              error.message());
}

}  // namespace

Result<asio::ssl::context> create_tls_context(const TlsFiles& files) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  // Sessions travel in tickets; a cache of them here would only be a lock that all loops share.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  // An idle connection gives back its 34 KB of record buffers.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(native, select_protocol, nullptr);

  boost::system::error_code error;
  context.use_certificate_chain_file(files.certificate.string(), error);
  if (error) return unusable("tls.certificate", files.certificate, "cannot be read as a PEM certificate chain", error);

  // Without this OpenSSL would ask the terminal for the passphrase of an encrypted key.
  context.set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);
  context.use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
  if (error && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH) {
    return unusable("tls.key", files.key, "does not belong to the certificate", error);
  }
  if (error) return unusable("tls.key", files.key, "cannot be read as an unencrypted PEM private key", error);
  return context;
}

}  // namespace dwarpal::http
