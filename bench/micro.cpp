// What one entity token is made of, piece by piece. build/bench/bench/micro --benchmark_filter=…
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "base/json.hpp"
#include "core/entity/entity_view.hpp"
#include "core/signing/claims.hpp"
#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"
#include "crypto/private_key.hpp"
#include "crypto/signer.hpp"
#include "crypto/system_random.hpp"
#include "http/api/form.hpp"
#include "support/test_store.hpp"

namespace dwarpal {

namespace {

const std::string kSecret = "3Yk0aQm5xv1rT8uJwPzLc2bNf6dGh9sE4iOoVqXtRyA";

boost::json::object claims(Random& random) {
  const core::Policy policy;
  auto claims =
      core::common_claims(policy, instant_from_milliseconds(1'700'000'000'000), std::chrono::hours(24), random);
  for (const auto* name : {"sub", "azp", "clientId", "client_id", "scope", "roles", "name", "preferred_username"}) {
    claims[name] = "AA-SIMULATOR";
  }
  return claims;
}

void parse_form(benchmark::State& state) {
  const auto body = "id=AA-SIMULATOR&secret=" + kSecret;
  for (auto _ : state) benchmark::DoNotOptimize(http::Form::parse(body));
}
BENCHMARK(parse_form);

void digest_of_secret(benchmark::State& state) {
  const auto key = crypto::HmacKey::create(Secret(std::string(32, 'k'))).value();
  for (auto _ : state) benchmark::DoNotOptimize(key.mac(kSecret));
}
BENCHMARK(digest_of_secret);

void sha256_of_token(benchmark::State& state) {
  const std::string token(1000, 't');
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(token));
}
BENCHMARK(sha256_of_token);

void build_claims(benchmark::State& state) {
  crypto::SystemRandom random;
  for (auto _ : state) benchmark::DoNotOptimize(crypto::base64url_encode(ascii_json(claims(random))));
}
BENCHMARK(build_claims);

void look_up_in_cache(benchmark::State& state) {
  test::TestStore store;
  constexpr int kEntities = 1000;
  for (int number = 0; number < kEntities; ++number) {
    const auto name = std::to_string(number);
    const core::Entity entity{.uuid = EntityUuid(name),
                              .id = EntityId(name),
                              .name = name,
                              .status_before_suspension = std::nullopt,
                              .tokens_not_before = std::nullopt,
                              .created_at = {},
                              .created_by = {}};
    (void)store->write([&](core::Transaction& transaction) { return transaction.entities().insert(entity); });
  }
  core::EntityView view(store.store());
  for (int number = 0; number < kEntities; ++number) (void)view.look(EntityId(std::to_string(number)));
  const EntityId id("517");
  for (auto _ : state) benchmark::DoNotOptimize(view.peek(id));
}
BENCHMARK(look_up_in_cache);

void sign(benchmark::State& state, crypto::SignatureAlgorithm algorithm) {
  auto key = std::make_shared<const crypto::PrivateKey>(crypto::PrivateKey::generate(algorithm).value());
  auto signer = crypto::Signer::create(std::move(key)).value();
  const std::string input(900, 'x');
  for (auto _ : state) benchmark::DoNotOptimize(signer.sign(input));
}
BENCHMARK_CAPTURE(sign, RS256, crypto::SignatureAlgorithm::RS256);
BENCHMARK_CAPTURE(sign, ES256, crypto::SignatureAlgorithm::ES256);
BENCHMARK_CAPTURE(sign, EdDSA, crypto::SignatureAlgorithm::EdDSA);

}  // namespace

}  // namespace dwarpal

BENCHMARK_MAIN();
