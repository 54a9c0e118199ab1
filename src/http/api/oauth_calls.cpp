#include "http/api/oauth_calls.hpp"

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/api/callers.hpp"
#include "http/api/client_authentication.hpp"
#include "http/api/form.hpp"

namespace dwarpal::http {

namespace {

/// As the audit trail names it when introspection or revocation refuses a client.
constexpr std::string_view kRefusedAction = "entity.authenticate";

/// RFC 6749 §5.1; the members with hyphens, and `warning`, are what clients of the network read beside it.
Response respond_token(const OAuthAnswers& answers, const core::IssuedToken& token) {
  boost::json::object answer{{"access_token", token.access_token},
                             {"expires_in", token.expires_in.count()},
                             {"refresh_expires_in", 0},
                             {"token_type", "Bearer"},
                             {"not-before-policy", token.not_before_policy},
                             {"scope", token.scope}};
  if (!token.message.empty()) answer["warning"] = token.message;
  return answers.success(answer);
}

/// Gives a token, or nothing when it cannot say.
using IssueToken = std::function<std::optional<Result<core::IssuedToken>>(const Client&, const core::CallContext&)>;

std::optional<Response> answer_token_call(const OAuthAnswers& answers, const Request& request,
                                          const IssueToken& issue) {
  const auto form = Form::parse(request.body);
  if (!form) return answers.error(form.error(), request);
  const auto client = read_client(request, *form);
  if (!client) return answers.error(client.error(), request);
  if (std::holds_alternative<PresentedToken>(*client)) {
    return answers.refusal(401, "A bearer token is no client authentication");
  }
  const auto grant_type = form->text("grant_type");
  if (!grant_type) return answers.error(grant_type.error(), request);
  if (grant_type->empty()) return answers.refusal(400, "grant_type is missing in the request");
  if (*grant_type != "client_credentials") {
    return OAuthAnswers::bad_request("unsupported_grant_type", "grant_type must be client_credentials");
  }
  const auto token = issue(*client, anonymous_context(request, {}));
  if (!token) return std::nullopt;
  return *token ? respond_token(answers, **token) : answers.error(token->error(), request);
}

Route token_route(const OAuthParts& parts, std::string path) {
  const auto& answers = parts.answers;
  auto& tokens = parts.entity_tokens;
  return {.method = Method::Post,
          .path = std::move(path),
          .execution = Execution::Store,
          .body_kind = BodyKind::Form,
          .handle = [&answers, &tokens](const Request& request) -> Response {
            return *answer_token_call(answers, request, [&tokens](const Client& client, const auto& context) {
              const auto* assertion = std::get_if<core::AssertionCredentials>(&client);
              return std::optional(assertion != nullptr
                                       ? tokens.issue(*assertion, context)
                                       : tokens.issue(std::get<core::EntityCredentials>(client), context));
            });
          },
          .handle_inline = [&answers, &tokens](const Request& request) -> std::optional<Response> {
            return answer_token_call(
                answers, request,
                [&tokens](const Client& client, const auto& context) -> std::optional<Result<core::IssuedToken>> {
                  const auto* credentials = std::get_if<core::EntityCredentials>(&client);
                  if (credentials == nullptr) return std::nullopt;
                  return tokens.issue_from_memory(*credentials, context);
                });
          }};
}

/// What introspection and revocation are asked. `token_type_hint` is not needed and not looked at.
struct TokenQuestion {
  Client client;
  std::string token;
};

Result<TokenQuestion> read_token_question(const Request& request) {
  const auto form = TRY(Form::parse(request.body));
  auto client = TRY(read_client(request, form));
  auto token = TRY(form.text("token"));
  if (token.empty()) return fail(ErrorCode::InvalidInput, "token is missing in the request");
  return TokenQuestion{.client = std::move(client), .token = std::move(token)};
}

Result<core::AuthenticatedEntity> authenticate(core::EntityAuthentication& authentication, const Client& client,
                                               const core::CallContext& context) {
  if (const auto* assertion = std::get_if<core::AssertionCredentials>(&client)) {
    return authentication.by_assertion(*assertion, kRefusedAction, context);
  }
  return authentication.by_secret(std::get<core::EntityCredentials>(client), kRefusedAction, context);
}

/// Answers a question by one of two functions: for an entity, or for a user who presents a token.
template <typename ForEntity, typename ForUser>
Response answer_question(const OAuthParts& parts, const Request& request, ForEntity for_entity, ForUser for_user) {
  const auto& answers = parts.answers;
  const auto question = read_token_question(request);
  if (!question) return answers.error(question.error(), request);
  auto context = anonymous_context(request, {});
  if (const auto* presented = std::get_if<PresentedToken>(&question->client)) {
    const Result<boost::json::object> answer = for_user(question->token, presented->token, context);
    return answer ? answers.success(*answer) : answers.bearer_error(answer.error(), request);
  }
  const auto answer = [&]() -> Result<boost::json::object> {
    const auto client = TRY(authenticate(parts.authentication, question->client, context));
    context.actor = {.kind = core::Actor::Kind::Entity, .name = client.entity().id.text()};
    return for_entity(question->token, context);
  }();
  return answer ? answers.success(*answer) : answers.error(answer.error(), request);
}

Route introspection_route(const OAuthParts& parts, std::string path) {
  return {.method = Method::Post,
          .path = std::move(path),
          .execution = Execution::Store,
          .body_kind = BodyKind::Form,
          .handle = [parts](const Request& request) -> Response {
            const auto& introspection = parts.introspection;
            return answer_question(
                parts, request,
                [&introspection](const auto& token, const auto&) { return introspection.for_entity(token); },
                [&introspection](const auto& token, const auto& presented, const auto& context) {
                  return introspection.for_operator(token, presented, context);
                });
          },
          .handle_inline = [parts](const Request& request) -> std::optional<Response> {
            const auto question = read_token_question(request);
            const auto* client = question ? std::get_if<core::EntityCredentials>(&question->client) : nullptr;
            if (client == nullptr || !parts.authentication.by_secret_from_memory(*client)) return std::nullopt;
            const auto answer = parts.introspection.for_entity_from_memory(question->token);
            if (!answer) return std::nullopt;
            return parts.answers.success(*answer);
          }};
}

Route revocation_route(const OAuthParts& parts, std::string path) {
  return {.method = Method::Post,
          .path = std::move(path),
          .execution = Execution::Store,
          .body_kind = BodyKind::Form,
          .handle = [parts](const Request& request) -> Response {
            auto& revocations = parts.revocations;
            return answer_question(
                parts, request,
                [&revocations](const auto& token, const auto& context) -> Result<boost::json::object> {
                  TRY(revocations.revoke_own(token, context));
                  return boost::json::object();
                },
                [&revocations](const auto& token, const auto& presented,
                               const auto& context) -> Result<boost::json::object> {
                  TRY(revocations.revoke_presented(token, presented, context));
                  return boost::json::object();
                });
          }};
}

}  // namespace

std::vector<Route> oauth_routes(const OAuthParts& parts) {
  const auto base = "/auth/realms/" + parts.policy.realm + "/protocol/openid-connect";
  return {token_route(parts, base + "/token"), introspection_route(parts, base + "/token/introspect"),
          revocation_route(parts, base + "/revoke")};
}

}  // namespace dwarpal::http
