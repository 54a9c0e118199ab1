// The furniture of a sandbox: an operator and three members, ready to use.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/node.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::app {

/// Somebody who can sign in; no password when it was changed since the sandbox made it.
struct SandboxLogin {
  std::string email;
  std::optional<Secret> password;
};

struct SandboxEntity {
  EntityId id;
  core::EntityType type = core::EntityType::AA;
  Secret secret;       ///< the newest
  Secret private_jwk;  ///< JSON text
  SandboxLogin admin;
};

struct SandboxCredentials {
  SandboxLogin administrator;  ///< the network operator
  std::vector<SandboxEntity> entities;
};

/// Furnishes a store that was never served; does nothing in any other. What is there already is left alone.
[[nodiscard]] Result<> furnish_sandbox(Node& node);
/// What is current of the furniture. None in a sandbox that was never furnished.
[[nodiscard]] Result<std::optional<SandboxCredentials>> sandbox_credentials(Node& node);
/// Writes `sandbox-credentials.json` (mode 0600) into the data directory, in one step. Returns where.
[[nodiscard]] Result<std::filesystem::path> write_sandbox_credentials(const Node& node,
                                                                      const SandboxCredentials& credentials);
/// Lines for a terminal, of credentials that have an entity: who there is, and `curl` commands to paste.
[[nodiscard]] std::string sandbox_greeting(const Node& node, const SandboxCredentials& credentials);
/// The same without any secret in it, for where the output may be kept: the commands read the file.
[[nodiscard]] std::string sandbox_greeting_by_file(const Node& node, const SandboxCredentials& credentials,
                                                   const std::filesystem::path& file);

}  // namespace dwarpal::app
