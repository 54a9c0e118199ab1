#include "http/api/after_commit.hpp"

#include <utility>

namespace dwarpal::http {

Route answering_after_commit(Route route, core::TokenEventSink& events) {
  const auto wait_for = [&events](std::function<void(bool)> told) { events.when_committed(std::move(told)); };
  route.handle = [handle = std::move(route.handle), wait_for](const Request& request) {
    auto response = handle(request);
    response.wait_for = wait_for;
    return response;
  };
  if (!route.handle_inline) return route;
  route.handle_inline = [handle = std::move(route.handle_inline), wait_for](const Request& request) {
    auto response = handle(request);
    if (response) response->wait_for = wait_for;
    return response;
  };
  return route;
}

}  // namespace dwarpal::http
