#include "http/api/document_routes.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/embedded_file.hpp"
#include "core/network_store.hpp"
#include "core/signing/discovery.hpp"
#include "core/signing/key_ring.hpp"
#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"
#include "http/api/cacheable.hpp"

namespace dwarpal {

// Built into the binary, see CMakeLists.txt beside this file.
// NOLINTBEGIN(readability-identifier-naming): dwarpal_embed names them
extern const std::span<const EmbeddedFile> console_files;
extern const std::span<const EmbeddedFile> openapi_files;
// NOLINTEND(readability-identifier-naming)

}  // namespace dwarpal

namespace dwarpal::http {

namespace {

Route get(std::string path, Execution execution, std::function<Response(const Request&)> handle) {
  return {.method = Method::Get, .path = std::move(path), .execution = execution, .handle = std::move(handle)};
}

/// What tells of the published keys, written anew only when these have changed. Thread-safe.
class KeyDocument {
 public:
  struct Text {
    std::shared_ptr<const std::vector<core::PublishedKey>> keys;
    std::shared_ptr<const std::string> body;
    std::string digest;
  };

  KeyDocument(const core::KeyRing& key_ring, std::function<std::string()> write)
      : key_ring_(key_ring), write_(std::move(write)) {}

  std::shared_ptr<const Text> text() {
    // Taken first: keys that come while it is written make the next call write it again.
    auto keys = key_ring_.published();
    const std::lock_guard lock(mutex_);
    if (!text_ || text_->keys != keys) {
      auto body = std::make_shared<const std::string>(write_());
      auto digest = crypto::base64url_encode(crypto::sha256(*body));
      text_ = std::make_shared<const Text>(std::move(keys), std::move(body), std::move(digest));
    }
    return text_;
  }

 private:
  const core::KeyRing& key_ring_;
  std::function<std::string()> write_;
  std::mutex mutex_;
  std::shared_ptr<const Text> text_;
};

Route public_document(std::string path, const core::KeyRing& key_ring, std::function<std::string()> write) {
  const auto document = std::make_shared<KeyDocument>(key_ring, std::move(write));
  return get(std::move(path), Execution::Inline, [document](const Request& request) {
    const auto text = document->text();
    auto response = cacheable(request, "application/json", text->body, text->digest, "public, max-age=3600");
    response.headers.push_back({"Access-Control-Allow-Origin", "*"});
    return response;
  });
}

/// CORS preflight (Fetch §4.8): any page may ask whether it has the newest document.
Route preflight(std::string path) {
  return {.method = Method::Options, .path = std::move(path), .handle = [](const Request&) {
            return Response{.status = 204,
                            .headers = {{"Access-Control-Allow-Origin", "*"},
                                        {"Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"},
                                        {"Access-Control-Allow-Headers", "If-None-Match"},
                                        {"Access-Control-Max-Age", "86400"}}};
          }};
}

std::string_view content_type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  return "text/javascript; charset=utf-8";
}

/// Pages load nothing from elsewhere, run no inline script, and stand in nobody's frame.
void harden(Response& response) {
  response.headers.push_back({"Content-Security-Policy",
                              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                              "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"});
  response.headers.push_back({"Referrer-Policy", "no-referrer"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
}

Response health(unsigned status, std::string_view word) {
  return {.status = status,
          .content_type = "application/json",
          .body = R"({"status":")" + std::string(word) + "\"}",
          .headers = {{"Cache-Control", "no-store"}}};
}

}  // namespace

std::vector<Route> discovery_routes(const core::KeyRing& key_ring, const core::Policy& policy) {
  const auto realm = "/auth/realms/" + policy.realm;
  const auto metadata = [&] { return core::provider_metadata(key_ring, policy); };
  std::vector<Route> routes{public_document(realm + "/protocol/openid-connect/certs", key_ring,
                                            [&] { return core::json_web_key_set(key_ring); }),
                            public_document(realm + "/.well-known/openid-configuration", key_ring, metadata),
                            public_document("/.well-known/oauth-authorization-server" + realm, key_ring, metadata)};
  for (const auto& path : {routes[0].path, routes[1].path, routes[2].path}) routes.push_back(preflight(path));
  return routes;
}

std::vector<Route> static_routes() {
  std::vector<Route> routes;
  for (const auto& file : console_files) {
    const bool is_page = file.name.ends_with(".html");
    const auto path = is_page ? "/console/" + std::string(file.name.substr(0, file.name.size() - 5))
                              : "/console/assets/" + std::string(file.name);
    routes.push_back(get(path, Execution::Inline, [file](const Request& request) {
      auto response = cacheable(request, content_type_of(file.name), std::string(file.content), "no-cache");
      harden(response);
      return response;
    }));
  }
  routes.push_back(get("/openapi.yaml", Execution::Inline, [](const Request& request) {
    return cacheable(request, "application/yaml", std::string(openapi_files.front().content), "no-cache");
  }));
  return routes;
}

std::vector<Route> health_routes(core::Store& store, const core::DecisionClock& clock) {
  return {get("/health/live", Execution::Inline, [](const Request&) { return health(200, "live"); }),
          get("/health/ready", Execution::Store, [&](const Request&) {
            const auto profile =
                store.read([](core::Transaction& transaction) { return transaction.network().profile(); });
            return profile && clock.now() ? health(200, "ready") : health(503, "not ready");
          })};
}

}  // namespace dwarpal::http
