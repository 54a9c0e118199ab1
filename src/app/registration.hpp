// Registration of an entity from the JSON that POST /iam/v1/entity/register takes.
#pragma once

#include <string_view>

#include "app/node.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"

namespace dwarpal::app {

[[nodiscard]] Result<core::Entity> register_entity(Node& node, std::string_view json, const core::CallContext& context);

}  // namespace dwarpal::app
