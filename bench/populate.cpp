// populate DATA COUNT: adds COUNT active members, BENCH-0000000 and so on, to a sandbox's store, past all that
// registration does for one. The secret of each is its id and then zeros, 43 characters in all.
#include <fmt/core.h>

#include <charconv>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "app/node.hpp"
#include "base/clock.hpp"
#include "core/entity/entity_secret.hpp"
#include "crypto/system_random.hpp"

namespace dwarpal {

namespace {

constexpr int kInOneTransaction = 10'000;

core::Entity member_called(const std::string& id, Instant now, Random& random) {
  return {.uuid = EntityUuid(make_uuid(random)),
          .id = EntityId(id),
          .type = core::EntityType::FIU,
          .name = "Member " + id,
          .status = core::EntityStatus::Active,
          .status_before_suspension = std::nullopt,
          .tokens_not_before = std::nullopt,
          .created_at = now,
          .created_by = "operator@sandbox.test"};
}

core::EntitySecret secret_of(const core::Entity& entity, const core::DataKeys& keys, Instant now, Random& random) {
  std::string text = entity.id.text();
  text.resize(43, '0');
  return {.state = {.number = 1,
                    .digest = keys.secret_digest_key().mac(text),
                    .created_at = now,
                    .expires_at = now + std::chrono::days(180),
                    .replaced_at = std::nullopt,
                    .ended_at = std::nullopt,
                    .last_used_at = std::nullopt},
          .sealed = keys.seal(text, "secret:" + entity.uuid.text() + ":1", random)};
}

Result<> populate(const std::string& data, int count) {
  const SystemClock clock;
  crypto::SystemRandom random;
  Log log(LogLevel::Error, LogFormat::Text);
  app::Settings settings;
  settings.data_directory = data;
  const app::Machine machine{.clock = clock, .random = random, .log = log};
  const auto node = TRY(app::Node::open(settings, app::Opening::Existing, machine));
  const auto now = clock.now();
  for (int next = 0; next < count;) {
    TRY(node->store.write([&](core::Transaction& transaction) -> Result<> {
      for (int added = 0; added < kInOneTransaction && next < count; ++added, ++next) {
        const auto entity = member_called(fmt::format("BENCH-{:07}", next), now, random);
        TRY(transaction.entities().insert(entity));
        TRY(transaction.secrets().insert(entity.uuid, secret_of(entity, node->data_keys, now, random)));
      }
      return {};
    }));
  }
  return {};
}

}  // namespace

}  // namespace dwarpal

int main(int count, char** words) {
  const std::span arguments(words, static_cast<std::size_t>(count));
  int members = 0;
  const std::string_view number = count == 3 ? arguments[2] : "";
  std::from_chars(number.data(), number.data() + number.size(), members);
  if (members <= 0) {
    fmt::print(stderr, "Usage: populate DATA COUNT\n");
    return 2;
  }
  const auto done = dwarpal::populate(arguments[1], members);
  if (!done) fmt::print(stderr, "populate: {}\n", done.error().message);
  return done ? 0 : 1;
}
