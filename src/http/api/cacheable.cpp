#include "http/api/cacheable.hpp"

#include <utility>

#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"

namespace dwarpal::http {

namespace {

/// A list of tags, or `*`; compared weakly.
bool matches(std::string_view if_none_match, std::string_view tag) {
  return if_none_match == "*" || if_none_match.contains(tag);
}

/// `document` is the 200.
Response unless_known(const Request& request, std::string_view digest, std::string_view cache_control,
                      Response document) {
  const auto tag = std::string(1, '"').append(digest).append(1, '"');
  document.headers = {{"ETag", tag}, {"Cache-Control", std::string(cache_control)}};
  const auto known = request.header("If-None-Match");
  if (!known || !matches(*known, tag)) return document;
  return {.status = 304, .headers = std::move(document.headers)};
}

}  // namespace

Response cacheable(const Request& request, std::string_view content_type, std::string body,
                   std::string_view cache_control) {
  const auto digest = crypto::base64url_encode(crypto::sha256(body));
  return unless_known(request, digest, cache_control, {.content_type = content_type, .body = std::move(body)});
}

Response cacheable(const Request& request, std::string_view content_type, std::shared_ptr<const std::string> body,
                   std::string_view digest, std::string_view cache_control) {
  return unless_known(request, digest, cache_control, {.content_type = content_type, .shared_body = std::move(body)});
}

}  // namespace dwarpal::http
