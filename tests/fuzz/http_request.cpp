// Whatever comes, a request is refused or read; and one that is read cannot be taken apart otherwise
// by a proxy in front: its target is a path, and its length is said in one way.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "http/server/request_parser.hpp"

using dwarpal::http::Header;
using dwarpal::http::HeaderScanner;
using dwarpal::http::Request;
using dwarpal::http::RequestParser;

namespace {

constexpr std::uint64_t kBodyLimit = 4096;

bool can_split_a_line(const Header& header) {
  return (header.name + header.value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  HeaderScanner in_halves;
  if (in_halves.scan(text.substr(0, size / 2)) == HeaderScanner::Outcome::Malformed) return 0;
  HeaderScanner at_once;
  const auto outcome = at_once.scan(text);
  if (in_halves.scan(text) != outcome || in_halves.size() != at_once.size()) std::abort();
  if (outcome != HeaderScanner::Outcome::Complete) return 0;

  Request request;
  RequestParser parser(request);
  boost::beast::error_code error;
  std::size_t used = parser.put(boost::asio::buffer(text.substr(0, at_once.size())), error);
  if (error || parser.header_fault()) return 0;
  if (used != at_once.size()) std::abort();
  if (!request.target_path.starts_with('/') || request.target_path.contains('?')) std::abort();
  if (std::ranges::any_of(request.headers, can_split_a_line)) std::abort();
  if (request.header_count("Content-Length") + request.header_count("Transfer-Encoding") > 1) std::abort();

  if (parser.content_length().value_or(0) > kBodyLimit) return 0;
  parser.body_limit(kBodyLimit);
  const auto header_count = request.headers.size();
  while (!error && used < size && !parser.is_done()) {
    used += parser.put(boost::asio::buffer(text.substr(used)), error);
  }
  if (request.body.size() > kBodyLimit || request.headers.size() != header_count) std::abort();
  return 0;
}
