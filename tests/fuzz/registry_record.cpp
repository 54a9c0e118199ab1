// Whatever is written to the registry, what it keeps has no private key in it, and keeps the rules when it is written
// again.
#include "core/registry/registry_record.hpp"

#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/api/record_fields.hpp"

namespace core = dwarpal::core;
namespace http = dwarpal::http;

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto fields = http::JsonFields::parse({reinterpret_cast<const char*>(data), size});
  if (!fields) return 0;
  const core::Policy policy;
  for (const auto type : {core::EntityType::AA, core::EntityType::FIP, core::EntityType::FIU}) {
    const auto sent = http::decode_record(*fields, type);
    if (!sent) continue;
    const auto kept = core::validate_record(type, sent->entity_info, sent->envelope, policy);
    if (!kept) continue;
    if (core::holds_private_jwk(kept->record) || kept->certificate_ids.empty()) std::abort();
    const auto& info = kept->record.at("entityinfo").as_object();
    const auto again = core::validate_record(type, info, kept->record, policy);
    if (!again || again->record != kept->record) std::abort();
  }
  return 0;
}
