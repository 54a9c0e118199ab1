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

/// All references outlive the calls.
[[nodiscard]] std::vector<JsonCall> onboarding_calls(core::Entities& entities, core::Accounts& accounts,
                                                     const core::Policy& policy);

}  // namespace dwarpal::http
