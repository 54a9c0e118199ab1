// One request on its way through the checks to its answer. Moves no bytes itself: a session does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/loop.hpp"
#include "http/server/request_parser.hpp"

namespace dwarpal::http {

/// Holds one exchange after another of a connection; reset() begins the next. An exchange that is
/// answered early (refused, unknown path) may still have a body that must be read or given up.
class Exchange {
 public:
  /// `peer` is the address at the other end of the socket.
  Exchange(Loop& loop, std::string peer);

  void reset();

  /// Takes a whole header, with its empty line, and asks the service for the route.
  void read_header(std::string_view header);
  /// Takes a part of the body and says how much of it was used.
  std::size_t read_body(std::string_view bytes);
  [[nodiscard]] bool needs_body() const;
  /// Whether the client holds its body back until it is told to go on (RFC 9110 §10.1.1).
  [[nodiscard]] bool awaits_continue() const;
  /// Ends the reading: what remains unread cannot be told from the next request, so the connection ends.
  void refuse(unsigned status, std::string_view message);

  /// After the whole request was read: the last checks, and the handler. True if it runs on a pool, or
  /// its answer has to wait; then `done` will be called on the loop. Otherwise, and then, there is an answer.
  [[nodiscard]] bool start_handler(const std::function<void()>& done);

  /// Not before this may the answer go out.
  [[nodiscard]] std::optional<SteadyClock::time_point> held_until() const;
  /// What is to be sent, and what then.
  struct Outgoing {
    std::string_view shared_content;  ///< follows the text; lives until reset()
    bool goes_on = false;             ///< another request may follow
  };
  /// Writes the answer over `text`.
  [[nodiscard]] Outgoing write_answer(std::string& text);

 private:
  /// Whether the answer has to wait; then `done` will be called on the loop.
  [[nodiscard]] bool lets_answer_wait(const std::function<void()>& done);
  void find_route();
  void give_up_body();
  [[nodiscard]] bool has_wrong_kind() const;
  [[nodiscard]] Response refusal(unsigned status, std::string_view message) const;
  /// What `handler` answers, or 500 if it throws.
  template <typename Handler>
  [[nodiscard]] std::optional<Response> guarded(const Handler& handler) const;
  [[nodiscard]] Response failure(std::string_view what) const;
  void log_answer(unsigned status) const;

  Loop& loop_;
  Shared& shared_;
  const std::string peer_;
  Request request_;
  std::optional<RequestParser> parser_;
  const Route* route_ = nullptr;
  std::optional<Response> answer_;
  SteadyClock::time_point received_;
};

}  // namespace dwarpal::http
