// One request off the wire: Beast's grammar, strict where Beast is lenient.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace dwarpal::http {

/// Finds the end of a header in a growing buffer, and refuses what Beast lets pass: a line that ends in
/// a bare LF, and obsolete folding (RFC 9112 §2.2, §5.2). Both are how requests are smuggled.
class HeaderScanner {
 public:
  enum class Outcome { Incomplete, Complete, Malformed };

  /// `text` is the whole buffer each time; what was looked at before is not looked at again.
  [[nodiscard]] Outcome scan(std::string_view text);
  /// Bytes up to and with the empty line, once Complete.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t position_ = 0;
  std::size_t size_ = 0;
};

/// Writes what it reads straight into a Request, trailers left out: what stands behind a body has
/// passed no check. Made anew for each request.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// `request` must outlive the parser.
  explicit RequestParser(Request& request);

  [[nodiscard]] bool is_http_1_1() const { return is_http_1_1_; }
  /// What is wrong with the header as a whole, once it is read: RFC 9112 §3.2 (Host), §6.1, §6.3 (the
  /// body's length must be said once, and in one way).
  [[nodiscard]] std::optional<std::string_view> header_fault() const;

 private:
  using Fault = boost::beast::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb method, Text method_name, Text target, int version,
                       Fault& fault) override;
  void on_response_impl(int status, Text reason, int version, Fault& fault) override;
  void on_field_impl(boost::beast::http::field name, Text name_text, Text value, Fault& fault) override;
  void on_header_impl(Fault& fault) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Fault& fault) override;
  std::size_t on_body_impl(Text body, Fault& fault) override;
  void on_chunk_header_impl(std::uint64_t size, Text extensions, Fault& fault) override;
  std::size_t on_chunk_body_impl(std::uint64_t remaining, Text body, Fault& fault) override;
  void on_finish_impl(Fault& fault) override;

  Request& request_;
  bool is_http_1_1_ = false;
  bool header_is_read_ = false;
};

}  // namespace dwarpal::http
