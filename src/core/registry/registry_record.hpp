// An entity's record in the Central Registry, and the rules that a written one must keep.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/identifiers.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/entity/entity.hpp"
#include "core/policy.hpp"

namespace dwarpal::core {

/// A record that kept the rules: made by `validate_record` or read from the store.
struct RegistryRecord {
  EntityId id;
  EntityType type = EntityType::AA;
  std::string name;
  std::string entity_handle;                 ///< as sent; empty for others than AAs
  std::vector<std::string> certificate_ids;  ///< `kid` of the certificate and of further ones
  boost::json::object record;  ///< what the registry answers: ver, timestamp, txnid, requester, entityinfo
  bool complete = true;        ///< an imported one may not be: it is not listed before an update has completed it
};

/// An entity as the registry answers for it.
struct RegistryAnswer {
  EntityId id;
  EntityType type = EntityType::AA;
  EntityStatus status = EntityStatus::Registered;
  bool complete = false;  ///< RegistryRecord::complete
  std::string text;       ///< RegistryRecord::record, serialised; empty if it has no record
};

/// The envelope with a `timestamp` and a `txnid` for the record, those of this write where the request had none.
[[nodiscard]] boost::json::object complete_envelope(boost::json::object envelope, Instant now, std::string_view txn_id);

/// Whether a record must have all that its rules want, or be right in what it has.
enum class Completeness { Required, Optional };

/// Checks a record on its own (all rules but uniqueness). `entity_info` is the `entityinfo` (or `entity`)
/// object as it came; `envelope` the request around it (ver, timestamp, txnid, requester are kept).
/// ErrorCode::InvalidInput with a message that names the field.
[[nodiscard]] Result<RegistryRecord> validate_record(EntityType type, const boost::json::object& entity_info,
                                                     const boost::json::object& envelope, const Policy& policy,
                                                     Completeness completeness = Completeness::Required);

/// The record of a sandbox's mock entity: only `id` is required, and what is empty at any depth counts as absent,
/// though it is kept as it came. Without a name it has the id for one. Errors as above.
[[nodiscard]] Result<RegistryRecord> mock_record(EntityType type, const boost::json::object& entity_info,
                                                 const boost::json::object& envelope, const Policy& policy);

/// Whether `value` holds, at any depth, an object with `kty` and a private member of a JWK (RFC 7517 §4,
/// RFC 7518 §6).
[[nodiscard]] bool holds_private_jwk(const boost::json::value& value);

/// 1 to 64 letters, digits, `-`, `_`, `.` and `@`, the first a letter or digit.
[[nodiscard]] bool is_entity_id(std::string_view text);
/// As the network's records spell it: null, "", [] and [""].
[[nodiscard]] bool counts_as_empty(const boost::json::value& member);

/// Port. One record an entity.
class RegistryStore {
 public:
  virtual ~RegistryStore() = default;
  virtual Result<std::optional<RegistryRecord>> find(const EntityUuid& entity) = 0;
  /// Of each entity, by id.
  virtual Result<std::vector<RegistryAnswer>> answers() = 0;
  /// None for an id that does not exist.
  virtual Result<std::optional<RegistryAnswer>> answer(const EntityId& id) = 0;
  /// Inserts or replaces the entity's record.
  virtual Result<> put(const EntityUuid& entity, const RegistryRecord& record) = 0;
  /// Whether another entity than `except` has the handle, case ignored.
  virtual Result<bool> handle_taken(std::string_view entity_handle, const EntityUuid& except) = 0;
  /// Whether another entity than `except` has a certificate with this `kid`.
  virtual Result<bool> certificate_id_taken(std::string_view kid, const EntityUuid& except) = 0;
};

}  // namespace dwarpal::core
