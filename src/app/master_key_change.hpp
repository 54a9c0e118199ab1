// `key rotate-master`: where the new key comes from, and what happens to the old one's file.
#pragma once

#include <filesystem>
#include <string>

#include "app/node.hpp"
#include "base/result.hpp"
#include "core/actor.hpp"

namespace dwarpal::app {

/// Where the new master key is. With neither, a fresh one takes the place of the file of the present one.
struct NewMasterKey {
  std::filesystem::path file;    ///< as keys.master_key_file; made if there is none
  std::filesystem::path config;  ///< settings, whose section `keys` names it; the environment does not count
};

/// Rotates the master key of an open store. A process that is killed meanwhile leaves the old key and the new one
/// both on disk, and the store opens with exactly one of them. Returns what to do and to keep, in sentences.
/// ErrorCode::InvalidSetting or Conflict if the new key cannot be used or is not given; nothing is changed then.
[[nodiscard]] Result<std::string> rotate_master_key(Node& node, const NewMasterKey& wanted,
                                                    const core::CallContext& context);

}  // namespace dwarpal::app
