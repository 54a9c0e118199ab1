#include "http/api/token_calls.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "base/json.hpp"
#include "http/api/callers.hpp"
#include "http/api/form.hpp"

namespace dwarpal::http {

namespace {

constexpr std::size_t kBytesOfOtherMembers = 160;

/// A form with a name and a secret, as both calls take it.
struct Credentials {
  std::string name;
  Secret secret;
  std::string txn_id;  // as it came
};

Result<Credentials> decode(const Form& form, std::string_view name, std::string_view secret) {
  Credentials credentials;
  credentials.name = TRY(form.text(name));
  credentials.secret = Secret(TRY(form.text(secret)));
  return credentials;
}

std::string requested_txn_id(const Result<Form>& form) {
  if (!form) return {};
  for (const auto* name : {"txnId", "txnid"}) {
    if (auto text = form->text(name); text && !text->empty()) return std::move(*text);
  }
  return {};
}

Response respond(const Envelope& envelope, const Request& request, const std::string& txn_id,
                 const Result<core::IssuedToken>& token) {
  if (!token) return envelope.error(txn_id, token.error(), request);
  std::string answer;
  answer.reserve(token->access_token.size() + token->scope.size() + token->message.size() + kBytesOfOtherMembers +
                 Envelope::kBytes);
  fmt::format_to(std::back_inserter(answer),
                 FMT_COMPILE(R"({{"accessToken":"{}","expiresIn":{},"refreshExpiresIn":0,"tokenType":"Bearer",)"
                             R"("notBeforePolicy":{},"scope":{})"),
                 token->access_token, token->expires_in.count(), token->not_before_policy, json_string(token->scope));
  if (!token->message.empty()) answer.append(",\"message\":").append(json_string(token->message));
  return envelope.success(txn_id, std::move(answer += '}'));
}

/// The form of an entity token call, read once for both ways to serve it.
struct EntityTokenCall {
  core::CallContext context;
  Result<core::EntityCredentials> credentials;
};

EntityTokenCall read_entity_token_call(const Envelope& envelope, const Request& request) {
  const auto form = Form::parse(request.body);
  return {.context = anonymous_context(request, envelope.txn_id(requested_txn_id(form))),
          .credentials = [&]() -> Result<core::EntityCredentials> {
            if (!form) return std::unexpected(form.error());
            auto read = TRY(decode(*form, "id", "secret"));
            if (read.name.empty() || read.secret.empty()) {
              return fail(ErrorCode::InvalidInput, "Entity Id/Secret is missing in the request");
            }
            return core::EntityCredentials{.id = std::move(read.name), .secret = std::move(read.secret)};
          }()};
}

}  // namespace

Route user_token_route(const Envelope& envelope, core::UserTokens& tokens) {
  return {.method = Method::Post,
          .path = "/iam/v1/user/token/generate",
          .execution = Execution::Password,
          .body_kind = BodyKind::Form,
          .handle = [&envelope, &tokens](const Request& request) -> Response {
            const auto form = Form::parse(request.body);
            const auto context = anonymous_context(request, envelope.txn_id(requested_txn_id(form)));
            const auto token = [&]() -> Result<core::IssuedToken> {
              if (!form) return std::unexpected(form.error());
              const auto read = TRY(decode(*form, "username", "password"));
              if (read.name.empty() || read.secret.empty()) {
                return fail(ErrorCode::InvalidInput, "User Id/Password is missing in the request");
              }
              return tokens.sign_in(read.name, read.secret, context);
            }();
            return respond(envelope, request, context.txn_id, token);
          }};
}

Route entity_token_route(const Envelope& envelope, core::EntityTokens& tokens) {
  return {.method = Method::Post,
          .path = "/iam/v1/entity/token/generate",
          .execution = Execution::Store,
          .body_kind = BodyKind::Form,
          .handle = [&envelope, &tokens](const Request& request) -> Response {
            const auto call = read_entity_token_call(envelope, request);
            if (!call.credentials) return envelope.error(call.context.txn_id, call.credentials.error(), request);
            return respond(envelope, request, call.context.txn_id, tokens.issue(*call.credentials, call.context));
          },
          .handle_inline = [&envelope, &tokens](const Request& request) -> std::optional<Response> {
            const auto call = read_entity_token_call(envelope, request);
            if (!call.credentials) return envelope.error(call.context.txn_id, call.credentials.error(), request);
            const auto token = tokens.issue_from_memory(*call.credentials, call.context);
            if (!token) return std::nullopt;
            return respond(envelope, request, call.context.txn_id, *token);
          }};
}

}  // namespace dwarpal::http
