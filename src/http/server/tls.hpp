// The server's side of TLS.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "base/result.hpp"
#include "http/server/server.hpp"

namespace dwarpal::http {

/// TLS 1.2 and 1.3, forward secrecy and AEAD only, tickets, ALPN `http/1.1`. InvalidSetting names
/// `tls.certificate` or `tls.key`.
[[nodiscard]] Result<boost::asio::ssl::context> create_tls_context(const TlsFiles& files);

}  // namespace dwarpal::http
