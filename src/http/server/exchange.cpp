#include "http/server/exchange.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <tuple>
#include <typeinfo>
#include <utility>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "http/server/response_text.hpp"

namespace dwarpal::http {

namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

constexpr std::string_view kUnreadable = "The request is not valid HTTP";
constexpr std::size_t kUsualHeaders = 8;

std::string_view media_type_of(BodyKind kind) {
  switch (kind) {
    case BodyKind::Any: return {};
    case BodyKind::Form: return "application/x-www-form-urlencoded";
    case BodyKind::Json: return "application/json";
  }
  return {};
}

}  // namespace

Exchange::Exchange(Loop& loop, std::string peer) : loop_(loop), shared_(loop.shared()), peer_(std::move(peer)) {
  reset();
}

void Exchange::reset() {
  wipe(request_.body);  // it may have held a password
  if (answer_) wipe(answer_->body);
  request_ = Request{.client_address = peer_, .request_id = loop_.next_request_id()};
  request_.headers.reserve(kUsualHeaders);
  parser_.emplace(request_);
  route_ = nullptr;
  answer_.reset();
  received_ = SteadyClock::now();
}

void Exchange::read_header(std::string_view header) {
  boost::beast::error_code error;
  parser_->put(asio::buffer(header), error);
  if (error) return refuse(400, kUnreadable);
  if (const auto fault = parser_->header_fault()) return refuse(400, *fault);

  request_.client_address = shared_.proxies.client_address(peer_, request_);
  find_route();

  const std::size_t limit =
      route_ != nullptr ? route_->body_limit.value_or(shared_.settings.body_limit) : shared_.settings.body_limit;
  if (parser_->content_length().value_or(0) > limit) return give_up_body();
  parser_->body_limit(limit);
  // Whoever waits for leave to send a body that nobody wants gets the answer instead of it.
  if (answer_ && awaits_continue()) give_up_body();
}

void Exchange::find_route() {
  answer_ = guarded([this]() -> std::optional<Response> {
    auto match = shared_.service.match(request_);
    if (auto* refused = std::get_if<Response>(&match)) return std::move(*refused);
    route_ = std::get<const Route*>(match);
    return std::nullopt;
  });
}

std::size_t Exchange::read_body(std::string_view bytes) {
  std::size_t used = 0;
  boost::beast::error_code error;
  while (!error && used < bytes.size() && !parser_->is_done()) {
    used += parser_->put(asio::buffer(bytes.substr(used)), error);
  }
  if (error == beast_http::error::body_limit) give_up_body();
  else if (error && error != beast_http::error::need_more) refuse(400, kUnreadable);
  return used;
}

bool Exchange::needs_body() const { return !parser_->is_done() && !(answer_ && answer_->close); }

bool Exchange::awaits_continue() const {
  return parser_->is_http_1_1() && !parser_->is_done() &&
         equals_ignoring_case(request_.header("Expect").value_or(""), "100-continue");
}

void Exchange::give_up_body() {
  if (!answer_) answer_ = refusal(413, "The request body is too large");
  answer_->close = true;
}

void Exchange::refuse(unsigned status, std::string_view message) {
  answer_ = refusal(status, message);
  answer_->close = true;
}

bool Exchange::has_wrong_kind() const {
  if (route_->body_kind == BodyKind::Any || route_->method == Method::Get) return false;
  return std::ranges::any_of(request_.headers, [&](const Header& header) {
    if (!equals_ignoring_case(header.name, "Content-Type")) return false;
    const auto content_type = media_type(header.value);
    return !content_type.empty() && content_type != media_type_of(route_->body_kind);
  });
}

bool Exchange::start_handler(const std::function<void()>& done) {
  received_ = SteadyClock::now();
  if (!answer_ && has_wrong_kind()) answer_ = refusal(415, "The request has another content type than this call takes");
  if (!answer_ && route_->handle_inline) answer_ = guarded([this] { return route_->handle_inline(request_); });
  if (answer_) return lets_answer_wait(done);

  if (route_->execution == Execution::Inline) {
    answer_ = guarded([this] { return route_->handle(request_); });
    return lets_answer_wait(done);
  }
  auto task = [this, done] {
    answer_ = guarded([this] { return route_->handle(request_); });
    if (!lets_answer_wait(done)) asio::post(loop_.executor(), done);
  };
  // A password costs so much that one address could keep everybody else from signing in.
  const bool is_posted = route_->execution == Execution::Store
                             ? shared_.store.try_post(std::move(task))
                             : shared_.password.try_post(std::move(task), request_.client_address);
  if (!is_posted) answer_ = refusal(503, "The service is busy");
  return is_posted;
}

bool Exchange::lets_answer_wait(const std::function<void()>& done) {
  const auto wait_for = std::exchange(answer_->wait_for, nullptr);
  if (!wait_for) return false;
  // From here on the exchange is the caller's back, who may be another thread.
  wait_for([this, done](bool may_go_out) {
    if (!may_go_out) answer_ = refusal(503, "The service is temporarily unavailable");
    asio::post(loop_.executor(), done);
  });
  return true;
}

std::optional<SteadyClock::time_point> Exchange::held_until() const {
  if (!answer_->hold_until_after_receipt) return std::nullopt;
  return received_ + *answer_->hold_until_after_receipt;
}

Exchange::Outgoing Exchange::write_answer(std::string& text) {
  const ResponseFrame frame{.request_id = request_.request_id,
                            .date = loop_.date(),
                            .is_head = request_.method == Method::Head,
                            .close = answer_->close || loop_.is_draining() || !parser_->is_done() ||
                                     !parser_->is_http_1_1() || !parser_->keep_alive()};
  if (!render(*answer_, frame, text)) {
    answer_ = failure("An answer had a header that cannot be sent");
    if (!render(*answer_, frame, text)) std::ignore = render(Response{.status = 500}, frame, text);
  }
  log_answer(answer_->status);
  return {.shared_content = answer_->shared_body ? content_of(*answer_, frame) : std::string_view(),
          .goes_on = !frame.close};
}

Response Exchange::refusal(unsigned status, std::string_view message) const {
  Response response{.status = status};
  try {
    response = shared_.service.refusal(request_.target_path.empty() ? nullptr : &request_, status, message);
  } catch (const std::exception& error) {
    shared_.log.error("A refusal could not be written", {{"exception", typeid(error).name()}});
  }
  const bool has_retry = std::ranges::any_of(
      response.headers, [](const Header& header) { return equals_ignoring_case(header.name, "Retry-After"); });
  if (status == 503 && !has_retry) response.headers.push_back({"Retry-After", "1"});
  return response;
}

template <typename Handler>
std::optional<Response> Exchange::guarded(const Handler& handler) const {
  // The text of an exception may hold values from a request or a store, so only its type is logged.
  try {
    return handler();
  } catch (const std::exception& error) {
    return failure(typeid(error).name());
  } catch (...) {
    return failure("an exception of another kind");
  }
}

Response Exchange::failure(std::string_view what) const {
  shared_.log.error("A request failed", {{"reason", what},
                                         {"route", route_ != nullptr ? std::string_view(route_->path) : ""},
                                         {"requestId", request_.request_id}});
  return refusal(500, "The request could not be carried out");
}

void Exchange::log_answer(unsigned status) const {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - received_);
  shared_.log.debug("answered", {{"method", request_.method_name},
                                 // What nobody serves may be a secret that was typed into the wrong place.
                                 {"path", route_ != nullptr ? std::string_view(route_->path) : "(unknown)"},
                                 {"status", static_cast<std::int64_t>(status)},
                                 {"microseconds", took.count()},
                                 {"requestId", request_.request_id}});
}

}  // namespace dwarpal::http
