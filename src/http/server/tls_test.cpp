#include "http/server/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>

#include "http/server/server_fixture.hpp"
#include "support/temporary_directory.hpp"

namespace dwarpal::http {
namespace {

using namespace std::chrono_literals;

template <auto FreeFunction>
struct Free {
  void operator()(auto* object) const { FreeFunction(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

/// A directory with a fresh self-signed certificate and its key.
class TlsTest : public ServerTest {
 protected:
  TlsTest() {
    files_ = {.certificate = in_directory("certificate.pem"), .key = in_directory("key.pem")};
    write_pair(files_);
  }

  static void write_pair(const TlsFiles& to, std::string passphrase = {}) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    FILE* file = std::fopen(to.certificate.c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    file = std::fopen(to.key.c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(), nullptr, 0, nullptr,
                         passphrase.empty() ? nullptr : passphrase.data());
    std::fclose(file);
  }

  [[nodiscard]] std::filesystem::path in_directory(const std::string& name) const { return directory_.path() / name; }

  TlsFiles files_;

 private:
  test::TemporaryDirectory directory_;
};

/// A client's side of TLS on a socket of its own.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, int version, std::string_view protocol = "")
      : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);  // else OpenSSL itself would not offer TLS 1.1
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    ssl_.reset(SSL_new(context_.get()));
    if (!protocol.empty()) {
      const std::string offered = static_cast<char>(protocol.size()) + std::string(protocol);
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
    }
    SSL_set_fd(ssl_.get(), socket_.descriptor());
  }

  bool shake_hands() { return SSL_connect(ssl_.get()) == 1; }

  std::string ask(std::string_view request) {
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
    std::string answer(4096, '\0');
    answer.resize(static_cast<std::size_t>(std::max(SSL_read(ssl_.get(), answer.data(), 4096), 0)));
    return answer;
  }

  /// True if the server ends the connection by TLS's own farewell.
  bool sees_the_farewell() {
    char byte = 0;
    return SSL_read(ssl_.get(), &byte, 1) == 0 && SSL_get_error(ssl_.get(), 0) == SSL_ERROR_ZERO_RETURN;
  }

  [[nodiscard]] std::string protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return {chosen, chosen + size};
  }

  std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>> session() {
    return std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>>(SSL_get1_session(ssl_.get()));
  }
  void resume(SSL_SESSION* session) { SSL_set_session(ssl_.get(), session); }
  [[nodiscard]] bool is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  TestClient& socket() { return socket_; }

 private:
  TestClient socket_;
  std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Free<SSL_free>> ssl_;
};

class TlsVersion : public TlsTest, public testing::WithParamInterface<int> {};

TEST_P(TlsVersion, IsServedWithKeepAliveAndAFarewell) {
  settings_.tls = files_;
  TlsClient client(start().port(), GetParam(), "http/1.1");
  ASSERT_TRUE(client.shake_hands());
  EXPECT_EQ(client.protocol(), "http/1.1");
  EXPECT_TRUE(client.ask(kGetEcho).ends_with("\r\n\r\nGET"));
  EXPECT_TRUE(client.ask(post_echo(2)).ends_with("\r\n\r\nPOSTxx"));
  EXPECT_TRUE(client.ask("GET /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").contains("200 OK"));
  EXPECT_TRUE(client.sees_the_farewell());
}

TEST_P(TlsVersion, ResumesASession) {
  settings_.tls = files_;
  const auto port = start().port();
  TlsClient first(port, GetParam());
  ASSERT_TRUE(first.shake_hands());
  first.ask(kGetEcho);  // TLS 1.3 sends its tickets after the handshake
  const auto session = first.session();
  TlsClient second(port, GetParam());
  second.resume(session.get());
  ASSERT_TRUE(second.shake_hands());
  EXPECT_TRUE(second.is_resumed());
  EXPECT_TRUE(second.ask(kGetEcho).contains("200 OK"));
}

INSTANTIATE_TEST_SUITE_P(Modern, TlsVersion, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_F(TlsTest, RefusesOldVersions) {
  settings_.tls = files_;
  const auto port = start().port();
  EXPECT_FALSE(TlsClient(port, TLS1_1_VERSION).shake_hands());
  EXPECT_TRUE(TlsClient(port, TLS1_2_VERSION).shake_hands());
}

TEST_F(TlsTest, RefusesAClientThatSpeaksAnotherProtocolOnly) {
  settings_.tls = files_;
  const auto port = start().port();
  EXPECT_FALSE(TlsClient(port, TLS1_3_VERSION, "h2").shake_hands());
}

TEST_F(TlsTest, EndsAHandshakeThatTakesTooLong) {
  settings_.tls = files_;
  settings_.timeouts.handshake = 10ms;
  start();
  auto client = connect();
  EXPECT_TRUE(client.sees_the_end());
}

TEST_F(TlsTest, ClientsThatDoNotGoOnWithTheirHandshakeKeepOutNobody) {
  settings_.tls = files_;
  settings_.loops = 1;
  settings_.handshakes = 1;
  const auto port = start().port();
  const auto silent = connect();
  const auto silent_too = connect();
  TlsClient client(port, TLS1_3_VERSION);
  ASSERT_TRUE(client.shake_hands());
  EXPECT_TRUE(client.ask(kGetEcho).contains("200 OK"));
}

TEST_F(TlsTest, ClosesConnectionsThatWaitForTheirHandshakeWhenItStops) {
  settings_.tls = files_;
  settings_.loops = 1;
  settings_.handshakes = 1;
  auto& running = start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<TestClient>(running.port()));
  running.server().stop();
  running.join();
  for (const auto& client : clients) EXPECT_TRUE(client->sees_the_end());
}

TEST_F(TlsTest, SurvivesAClientThatSpeaksPlainHttp) {
  settings_.tls = files_;
  const auto port = start().port();
  auto plain = connect();
  plain.send(kGetEcho);
  while (plain.receive_line()) {
  }
  EXPECT_TRUE(TlsClient(port, TLS1_3_VERSION).shake_hands());
}

TEST_F(TlsTest, ClosesIdleConnectionsWhenItStops) {
  settings_.tls = files_;
  auto& running = start();
  TlsClient idle(running.port(), TLS1_3_VERSION);
  ASSERT_TRUE(idle.shake_hands());
  EXPECT_TRUE(idle.ask(kGetEcho).contains("200 OK"));
  auto halfway = connect();
  running.server().stop();
  running.join();
}

class TlsFilesTest : public TlsTest {
 protected:
  void expect_refused(std::string_view setting, std::string_view fault) {
    const auto context = create_tls_context(files_);
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().code, ErrorCode::InvalidSetting);
    EXPECT_TRUE(context.error().message.starts_with(std::string(setting) + ": ")) << context.error().message;
    EXPECT_TRUE(context.error().message.contains(fault)) << context.error().message;
  }
};

TEST_F(TlsFilesTest, AreTakenWhenTheyFit) { EXPECT_TRUE(create_tls_context(files_)); }

TEST_F(TlsFilesTest, AreRefusedWhenTheCertificateIsMissing) {
  files_.certificate = in_directory("absent.pem");
  expect_refused("tls.certificate", "absent.pem");
}

TEST_F(TlsFilesTest, AreRefusedWhenTheCertificateIsNone) {
  std::ofstream(files_.certificate) << "not a certificate";
  expect_refused("tls.certificate", "PEM certificate chain");
}

TEST_F(TlsFilesTest, AreRefusedWhenTheKeyIsMissing) {
  files_.key = in_directory("absent.pem");
  expect_refused("tls.key", "absent.pem");
}

TEST_F(TlsFilesTest, AreRefusedWhenTheKeyBelongsToAnotherCertificate) {
  write_pair({.certificate = in_directory("other.pem"), .key = files_.key});
  expect_refused("tls.key", "does not belong to the certificate");
}

TEST_F(TlsFilesTest, AreRefusedWhenTheKeyWantsAPassphrase) {
  write_pair(files_, "passphrase");
  expect_refused("tls.key", "unencrypted");
}

}  // namespace
}  // namespace dwarpal::http
