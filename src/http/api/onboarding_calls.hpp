// Registration of entities and users, and who is an entity's admin.
#pragma once

#include <vector>

#include "core/entity/entities.hpp"
#include "core/policy.hpp"
#include "core/user/accounts.hpp"
#include "http/api/json_call.hpp"

namespace dwarpal::http {

/// A registration as POST /entity/register takes it; also what `dwarpal entity register FILE` reads.
[[nodiscard]] Result<core::EntityRegistration> decode_registration(const JsonFields& fields);

/// The same for a mock entity, whose type may be left out: it then is an FIP. A designated user is not looked at.
[[nodiscard]] Result<core::EntityRegistration> decode_mock_registration(const JsonFields& fields);

/// What a registration answers.
[[nodiscard]] boost::json::object onboarded(const core::Entity& entity);

/// All references outlive the calls.
[[nodiscard]] std::vector<JsonCall> onboarding_calls(core::Entities& entities, core::Accounts& accounts,
                                                     const core::Policy& policy);

}  // namespace dwarpal::http
