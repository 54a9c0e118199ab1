// Whatever stands in an Authorization header of the Basic scheme, and whatever an assertion says, there is an answer;
// and what is accepted has the parts that the check of the client needs.
#include "http/api/client_authentication.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/entity/client_assertion.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const auto basic = dwarpal::http::decode_basic(text);
  if (basic && (basic->id.empty() || basic->secret.empty())) std::abort();
  if (basic && basic->or_secret && basic->or_secret->expose() == basic->secret.expose()) std::abort();

  // The instant is one at which the assertion in the corpus is good.
  const dwarpal::Instant now(std::chrono::seconds(1'800'000'000));
  dwarpal::core::Policy policy;
  policy.public_base_url = "https://iam.setu.test";
  const auto assertion = dwarpal::core::ClientAssertion::parse(text, policy, now);
  if (!assertion) return 0;
  if (assertion->entity().empty() || assertion->key_id().empty()) std::abort();
  if (assertion->expires_at() <= now || assertion->expires_at() > now + std::chrono::seconds(300)) std::abort();
  return 0;
}
