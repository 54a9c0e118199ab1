// What the server serves: a table of routes, and answers for what never reaches one.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "http/message.hpp"

namespace dwarpal::http {

/// Where a route's handler runs: on the connection's own loop (only what never blocks and computes little), or on the
/// bounded pool named for what it protects.
enum class Execution { Inline, Store, Password };

/// The body that a route takes. A missing Content-Type counts as the right one; another is a 415.
enum class BodyKind { Any, Form, Json };

/// One call. Handlers are called from many threads at once; one that throws is answered with 500.
struct Route {
  Method method = Method::Get;
  std::string path = {};  ///< as the service's match() understands it
  Execution execution = Execution::Inline;
  BodyKind body_kind = BodyKind::Any;          ///< not looked at for GET and HEAD
  std::optional<std::size_t> body_limit = {};  ///< bytes; absent: ServerSettings::body_limit
  std::function<Response(const Request&)> handle = {};
  /// If set, tried on the loop first; must not block. Nothing: `handle` decides, on the pool.
  std::function<std::optional<Response>(const Request&)> handle_inline = {};
};

/// The route for a request, or the answer that refuses it (404, 405 with `Allow`).
using Match = std::variant<const Route*, Response>;

/// The server asks in the order of the contract: match() when the header is read (404, 405), the body's length (413),
/// its kind (415), room in the pool (503), and then the route's handler. Thread-safe; the routes outlive the server.
class Service {
 public:
  virtual ~Service() = default;
  /// `head` has no body yet. A HEAD is matched like a GET of the same path.
  [[nodiscard]] virtual Match match(const Request& head) const = 0;
  /// The answer to what the server itself refuses (400, 408, 413, 414, 415, 431, 500, 503), in the form that callers of
  /// that path expect. `request` is null when not even its header was readable.
  [[nodiscard]] virtual Response refusal(const Request* request, unsigned status, std::string_view message) const = 0;
};

}  // namespace dwarpal::http
