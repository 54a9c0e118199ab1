#include "app/registration.hpp"

#include "http/api/onboarding_calls.hpp"

namespace dwarpal::app {

Result<core::Entity> register_entity(Node& node, std::string_view json, const core::CallContext& context) {
  const auto fields = TRY(http::JsonFields::parse(json));
  return node.entities.register_entity(TRY(http::decode_registration(fields)), context);
}

}  // namespace dwarpal::app
