#include "core/registry/registry_record.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <initializer_list>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "core/registry/network_address.hpp"
#include "crypto/public_key.hpp"

namespace dwarpal::core {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::string_view kRecordVersion = "2.0.0";
constexpr std::size_t kMaximumIdSize = 64;

/// Registered members of a private or symmetric JWK (RFC 7518 §6.2.2, §6.3.2, §6.4; RFC 8037 §2).
constexpr auto kPrivateMembers = std::to_array<std::string_view>({"d", "p", "q", "dp", "dq", "qi", "oth", "k"});

/// The members of `entityinfo` that have a meaning, in the order in which the registry answers them.
constexpr auto kKnownMembers =
    std::to_array<std::string_view>({"name", "id", "code", "entityhandle", "Identifiers", "baseurl", "webviewurl",
                                     "fitypes", "certificate", "additionalCertificates", "credentialsPk", "tokeninfo",
                                     "gsp", "signature", "inboundports", "outboundports", "ips"});

constexpr auto kIdentifierCategories = std::to_array<std::string_view>({"STRONG", "WEAK", "ANCILLARY"});
constexpr auto kIdentifierTypes = std::to_array<std::string_view>(
    {"MOBILE", "AADHAR", "AADHAAR", "EMAIL", "PAN", "DOB", "ACCNO", "CRN", "PPAN", "Others"});

std::unexpected<Error> refuse(std::string_view field, std::string_view why) {
  return fail(ErrorCode::InvalidInput, std::string(field).append(" ").append(why));
}

bool contains(const auto& known, std::string_view text) { return std::ranges::find(known, text) != known.end(); }

/// Null if it is absent or empty.
const value* given(const object& info, std::string_view field) {
  const auto* member = info.if_contains(field);
  return member && !counts_as_empty(*member) ? member : nullptr;
}

/// Empty if there is none. Lives as long as the object.
Result<std::string_view> text_of(const object& info, std::string_view field) {
  const auto* member = given(info, field);
  if (!member) return std::string_view();
  if (!member->is_string()) return refuse(field, "must be a text");
  if (member->get_string().find('\0') != boost::json::string::npos) return refuse(field, "must not hold a NUL");
  return std::string_view(member->get_string());
}

Result<std::vector<std::string>> texts_of(const object& info, std::string_view field) {
  std::vector<std::string> texts;
  const auto* member = given(info, field);
  if (!member) return texts;
  if (!member->is_array()) return refuse(field, "must be a list of texts");
  for (const auto& element : member->get_array()) {
    if (!element.is_string() || counts_as_empty(element)) return refuse(field, "must be a list of texts");
    texts.emplace_back(element.get_string());
  }
  return texts;
}

/// A text of the envelope; what is no text there is ignored, as it means nothing to us.
std::string_view envelope_text(const object& envelope, std::initializer_list<std::string_view> spellings) {
  for (const auto spelling : spellings) {
    const auto* member = given(envelope, spelling);
    if (member && member->is_string()) return member->get_string();
  }
  return {};
}

Result<> refuse_private_keys(const object& info, const object& envelope) {
  constexpr std::string_view kWhy = "must not hold a private or symmetric key";
  for (const auto& member : info) {
    if (holds_private_jwk(member.value())) return refuse(std::string_view(member.key()), kWhy);
  }
  if (holds_private_jwk(info) || holds_private_jwk(envelope)) return refuse("The request", kWhy);
  return {};
}

Result<EntityId> checked_id(const object& info, const Policy& policy) {
  const auto id = TRY(text_of(info, "id"));
  if (id.empty()) return fail(ErrorCode::InvalidInput, "Entity Id/Type is missing in the request");
  if (!is_entity_id(id)) {
    return refuse("id", "must be at most 64 letters, digits, -, _, . and @, and begin with a letter or digit");
  }
  for (const std::string_view reserved : {"iam", "account", "admin", "system", "sahamati"}) {
    if (equals_ignoring_case(id, reserved)) return refuse("id", "is reserved");
  }
  if (equals_ignoring_case(id, policy.realm)) return refuse("id", "is reserved");
  return EntityId(std::string(id));
}

Result<std::string_view> checked_handle(EntityType type, const object& info, bool complete) {
  const auto handle = TRY(text_of(info, "entityhandle"));
  if (handle.empty() && !complete) return handle;
  if (type == EntityType::AA) {
    if (handle.size() < 2 || handle.front() != '@') return refuse("entityhandle", "of an AA must begin with @");
  } else if (!handle.empty()) {
    return refuse("entityhandle", "must be empty for all but AAs");
  }
  return handle;
}

Result<> check_identifiers(EntityType type, const object& info, bool complete) {
  bool has_strong = false;
  if (const auto* member = given(info, "Identifiers")) {
    if (!member->is_array()) return refuse("Identifiers", "must be a list of objects");
    for (const auto& element : member->get_array()) {
      if (!element.is_object()) return refuse("Identifiers", "must be a list of objects");
      const auto category = text_of(element.get_object(), "category");
      if (!category || !contains(kIdentifierCategories, *category)) {
        return refuse("Identifiers", "have a category that is none of STRONG, WEAK and ANCILLARY");
      }
      const auto identifier = text_of(element.get_object(), "type");
      if (!identifier || !contains(kIdentifierTypes, *identifier)) {
        return refuse("Identifiers", "have a type that is not known");
      }
      has_strong = has_strong || *category == "STRONG";
    }
  }
  if (type == EntityType::FIP && !has_strong && complete)
    return refuse("Identifiers", "of an FIP must have a STRONG one");
  return {};
}

Result<> check_ports(const object& info, std::string_view field, const Policy& policy) {
  const auto ports = TRY(texts_of(info, field));
  if (ports.empty() && policy.profile != Profile::Sandbox) return refuse(field, "is required");
  if (!std::ranges::all_of(ports, is_port)) return refuse(field, "must be numbers from 1 to 65535, as texts");
  return {};
}

Result<> check_addresses(const object& info, const Policy& policy) {
  const auto addresses = TRY(texts_of(info, "ips"));
  if (addresses.empty() && policy.profile != Profile::Sandbox) return refuse("ips", "is required");
  if (!std::ranges::all_of(addresses, is_address_or_block)) {
    return refuse("ips", "must be IPv4 or IPv6 addresses or CIDR blocks");
  }
  return {};
}

Result<> check_base_url(const object& info, const Policy& policy, bool complete) {
  const auto text = TRY(text_of(info, "baseurl"));
  if (text.empty() && !complete) return {};
  if (text.empty()) return refuse("baseurl", "is required");
  const bool sandbox = policy.profile == Profile::Sandbox;
  if (!is_base_url(text, sandbox ? UrlSchemes::HttpAndHttps : UrlSchemes::Https)) {
    return refuse("baseurl", sandbox ? "must be an absolute https or http URL, or a list of such with v1: and v2:"
                                     : "must be an absolute https URL, or a list of such with v1: and v2:");
  }
  return {};
}

struct Certificates {
  std::vector<object> keys;  // the first is the one that is answered as `certificate`
  std::vector<std::string> ids;
};

Result<> add_certificate(Certificates& certificates, const value& certificate, std::string_view field) {
  if (!certificate.is_object()) return refuse(field, "must be a JWK");
  const auto& jwk = certificate.get_object();
  const auto key = crypto::PublicKey::from_jwk(jwk);
  if (!key) return refuse(field, "cannot be used: " + key.error().message);
  if (key->type() != crypto::KeyType::Rsa) return refuse(field, "must be an RSA key");
  const auto kid = text_of(jwk, "kid");
  if (!kid || kid->empty()) return refuse(field, "must have a kid");
  if (contains(certificates.ids, *kid)) return refuse(field, "has a kid that another key of the record has");
  certificates.keys.push_back(jwk);
  certificates.ids.emplace_back(*kid);
  return {};
}

/// One key, or a list of keys.
Result<> add_certificates(Certificates& certificates, const object& info, std::string_view field) {
  const auto* member = given(info, field);
  if (!member) return {};
  if (!member->is_array()) return add_certificate(certificates, *member, field);
  for (const auto& element : member->get_array()) TRY(add_certificate(certificates, element, field));
  return {};
}

Result<Certificates> checked_certificates(const object& info, bool complete) {
  if (given(info, "certificate") && given(info, "certificates")) {
    return refuse("certificates", "is another name of certificate; both are given");
  }
  Certificates certificates;
  for (const std::string_view field : {"certificate", "certificates"}) TRY(add_certificates(certificates, info, field));
  if (certificates.keys.empty() && complete) {
    return refuse("certificate", "is required");
  }
  TRY(add_certificates(certificates, info, "additionalCertificates"));
  return certificates;
}

object answered_info(const object& info, std::string_view code, const Certificates& certificates) {
  object answered;
  for (const auto name : kKnownMembers) {
    if (name == "code") {
      answered[name] = code;
    } else if (name == "certificate") {
      if (!certificates.keys.empty()) answered[name] = certificates.keys.front();
    } else if (name == "additionalCertificates") {
      if (certificates.keys.size() > 1) {
        answered[name] = array(certificates.keys.begin() + 1, certificates.keys.end());
      }
    } else if (const auto* member = info.if_contains(name)) {
      answered[name] = *member;
    }
  }
  for (const auto& member : info) {
    if (member.key() != "certificates" && !contains(kKnownMembers, member.key())) {
      answered[member.key()] = member.value();
    }
  }
  return answered;
}

}  // namespace

bool is_entity_id(std::string_view text) {
  const auto is_alphanumeric = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
  };
  const auto is_allowed = [&](char letter) {
    return is_alphanumeric(letter) || std::string_view("-_.@").contains(letter);
  };
  return !text.empty() && text.size() <= kMaximumIdSize && is_alphanumeric(text.front()) &&
         std::ranges::all_of(text, is_allowed);
}

bool counts_as_empty(const value& member) {
  if (const auto* text = member.if_string()) return text->empty();
  if (const auto* list = member.if_array())
    return list->empty() || (list->size() == 1 && counts_as_empty(list->front()));
  return member.is_null();
}

bool holds_private_jwk(const value& value) {
  if (const auto* elements = value.if_array()) return std::ranges::any_of(*elements, holds_private_jwk);
  const auto* members = value.if_object();
  if (!members) return false;
  if (members->contains("kty")) {
    const auto is_there = [&](std::string_view name) { return members->contains(name); };
    if (std::ranges::any_of(kPrivateMembers, is_there)) return true;
  }
  return std::ranges::any_of(*members, [](const auto& member) { return holds_private_jwk(member.value()); });
}

object complete_envelope(object envelope, Instant now, std::string_view txn_id) {
  if (envelope_text(envelope, {"timestamp"}).empty()) envelope["timestamp"] = iso8601(now);
  if (envelope_text(envelope, {"txnid", "txnId"}).empty()) envelope["txnid"] = txn_id;
  return envelope;
}

Result<RegistryRecord> validate_record(EntityType type, const object& entity_info, const object& envelope,
                                       const Policy& policy, Completeness completeness) {
  const bool complete = completeness == Completeness::Required;
  TRY(refuse_private_keys(entity_info, envelope));
  RegistryRecord valid;
  valid.id = TRY(checked_id(entity_info, policy));
  valid.type = type;
  valid.name = TRY(text_of(entity_info, "name"));
  if (valid.name.empty() && complete) return refuse("name", "is required");
  auto code = TRY(text_of(entity_info, "code"));
  if (code.empty()) code = valid.id.text();
  valid.entity_handle = TRY(checked_handle(type, entity_info, complete));
  TRY(check_identifiers(type, entity_info, complete));
  TRY(check_base_url(entity_info, policy, complete));
  if (TRY(texts_of(entity_info, "fitypes")).empty() && type == EntityType::FIP && complete) {
    return refuse("fitypes", "of an FIP is required");
  }
  auto certificates = TRY(checked_certificates(entity_info, complete));
  TRY(check_ports(entity_info, "inboundports", policy));
  TRY(check_ports(entity_info, "outboundports", policy));
  TRY(check_addresses(entity_info, policy));

  const auto version = envelope_text(envelope, {"ver"});
  valid.record["ver"] = version.empty() ? kRecordVersion : version;
  if (const auto timestamp = envelope_text(envelope, {"timestamp"}); !timestamp.empty()) {
    valid.record["timestamp"] = timestamp;
  }
  if (const auto txn_id = envelope_text(envelope, {"txnid", "txnId"}); !txn_id.empty()) valid.record["txnid"] = txn_id;
  if (const auto* requester = given(envelope, "requester")) {
    if (!requester->is_object()) return refuse("requester", "must be an object");
    object kept;
    for (const std::string_view field : {"name", "id"}) {
      if (requester->get_object().contains(field)) kept[field] = TRY(text_of(requester->get_object(), field));
    }
    valid.record["requester"] = std::move(kept);
  }
  valid.record["entityinfo"] = answered_info(entity_info, code, certificates);
  valid.certificate_ids = std::move(certificates.ids);
  return valid;
}

}  // namespace dwarpal::core
