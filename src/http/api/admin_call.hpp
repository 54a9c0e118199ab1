// One call of /admin/v1 from its request to its answer: the part that all of them share.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/actor.hpp"
#include "http/api/callers.hpp"
#include "http/api/envelope.hpp"
#include "http/api/json_fields.hpp"
#include "http/api/query.hpp"
#include "http/service.hpp"

namespace dwarpal::http {

/// What a call is told, once its caller is known. Who may is for the use case to say, which records refusals too.
struct AdminRequest {
  std::vector<std::string> parameters;  ///< of the path, decoded
  Query query;
  JsonFields fields;  ///< of the body; none if it is empty
  core::CallContext context;
};

using AdminHandler = std::function<Result<boost::json::object>(const AdminRequest&)>;

struct AdminCall {
  Method method = Method::Get;
  std::string path;                          ///< below /admin/v1
  std::vector<std::string_view> query = {};  ///< the parameters that it takes
  AdminHandler handle;
};

/// The route of a call, for a user token or an entity token (so that the refusal of the latter is recorded). `envelope`
/// outlives it.
[[nodiscard]] Route admin_route(const Envelope& envelope, const Callers& callers, AdminCall call);

/// A page of a list: its items, and what `after` has to be for the next, if there is more.
template <typename Page, typename Encode, typename Key>
[[nodiscard]] boost::json::object encode_page(const Page& page, Encode encode, Key key) {
  boost::json::array items;
  for (const auto& item : page.items) items.push_back(encode(item));
  boost::json::object answer{{"items", std::move(items)}};
  if (page.more) answer["next"] = key(page.items.back());
  return answer;
}

}  // namespace dwarpal::http
