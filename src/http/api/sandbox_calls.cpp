#include "http/api/sandbox_calls.hpp"

#include "base/iso8601_duration.hpp"
#include "http/api/entity_fields.hpp"
#include "http/api/onboarding_calls.hpp"

namespace dwarpal::http {

namespace {

using core::CallContext;

struct Shift {
  std::string text;  // as it came
  Duration length{0};
};

Result<Shift> decode_shift(const JsonFields& fields) {
  auto text = TRY(fields.text("shift"));
  if (text.empty()) return fail(ErrorCode::InvalidInput, "shift is missing in the request");
  const auto length = parse_iso8601_duration(text);
  if (!length) {
    return fail(ErrorCode::InvalidInput,
                "shift must be an ISO 8601 duration in weeks, days, hours, minutes and seconds, like P10D or PT36H");
  }
  return Shift{.text = std::move(text), .length = *length};
}

}  // namespace

std::vector<JsonCall> sandbox_calls(core::Sandbox& sandbox, const core::Policy& policy) {
  using Answer = Result<boost::json::object>;
  if (policy.profile != core::Profile::Sandbox) return {};
  return {
      {.path = "/iam/v1/sandbox/clock",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         const auto id = TRY(decode_entity_id(fields));
         const auto shift = TRY(decode_shift(fields));
         const auto now = TRY(sandbox.shift_clock(id, shift.length, context));
         return boost::json::object{{"entityId", id.text()}, {"shift", shift.text}, {"now", iso8601(now)}};
       }},
      {.path = "/iam/v1/entity/mock/register",
       .handle = [&](const JsonFields& fields, const CallContext& context) -> Answer {
         return onboarded(TRY(sandbox.register_mock(TRY(decode_mock_registration(fields)), context)));
       }},
  };
}

}  // namespace dwarpal::http
