// What an update changes in a record.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace dwarpal::core {

/// Where two records differ; what counts as empty in both does not. The envelope of a write (ver, timestamp, txnid) is
/// none of it. Each change is {"old": …, "new": …}, without the one that is not there.
struct RecordChanges {
  boost::json::object entity_info;  ///< by member
  boost::json::object requester;    ///< empty if it is the same
};

[[nodiscard]] RecordChanges changes_between(const boost::json::object& before, const boost::json::object& after);
/// ErrorCode::InvalidInput naming the first member that an operator alone may change.
[[nodiscard]] Result<> check_for_entity_admin(const RecordChanges& changes);
/// The changed members of which the entity's admins are told: whoever changes them can take the member's place.
[[nodiscard]] std::vector<std::string> members_to_tell(const RecordChanges& changes);

}  // namespace dwarpal::core
