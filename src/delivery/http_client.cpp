#include "delivery/http_client.hpp"

#include <curl/curl.h>

#include <memory>

namespace dwarpal::delivery {

namespace {

constexpr std::size_t kLongestBody = std::size_t{1} << 20U;
constexpr long kTimeoutSeconds = 10;

/// Taking less than it was offered makes libcurl give up.
std::size_t take(const char* data, std::size_t /*always_one*/, std::size_t size, void* body) {
  auto& text = *static_cast<std::string*>(body);
  if (text.size() + size > kLongestBody) return 0;
  text.append(data, size);
  return size;
}

}  // namespace

Result<std::string> http_get(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  std::string body;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  const auto outcome = curl_easy_perform(curl.get());
  if (outcome != CURLE_OK) {
    return fail(ErrorCode::Unavailable, "Cannot read " + url + ": " + curl_easy_strerror(outcome));
  }
  return body;
}

}  // namespace dwarpal::delivery
