// One JSON call from its body to its answer: the part that all of them share.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "http/api/callers.hpp"
#include "http/api/envelope.hpp"
#include "http/api/json_fields.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// What a call does when its body was read and its caller is known. Its answer goes into the envelope.
using JsonHandler = std::function<Result<boost::json::object>(const JsonFields&, const core::CallContext&)>;

struct JsonCall {
  Method method = Method::Post;
  std::string path;
  Execution execution = Execution::Store;
  Caller caller = Caller::User;
  JsonHandler handle;
  /// Who is no operator must not learn from the duration whether work was done.
  bool hide_duration_from_strangers = false;
};

/// The `txnId` of a request, as it came. A trace id is never a reason to refuse, so one of a wrong type counts as none.
[[nodiscard]] std::string requested_txn_id(const JsonFields& fields);

/// The route of a call. Order: malformed body, token, then the handler's own checks. `envelope` outlives it.
[[nodiscard]] Route json_route(const Envelope& envelope, const Callers& callers, JsonCall call);

}  // namespace dwarpal::http
