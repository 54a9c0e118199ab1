#include "core/audit/audit_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string_view>
#include <utility>

#include "base/json.hpp"
#include "core/audit/audited_write.hpp"
#include "core/operator_right.hpp"
#include "crypto/base64url.hpp"

namespace dwarpal::core {

namespace {

constexpr std::size_t kReadAtATime = 1000;
constexpr AuditPosition kBeforeTheFirst{.chain = 0, .number = 0};

/// A filter, prepared for many records.
class Matcher {
 public:
  explicit Matcher(const AuditFilter& filter) : filter_(filter), by_noun_(filter.action.ends_with('.')) {
    for (const auto* text : {&filter.subject, &filter.actor}) {
      if (!text->empty()) needed_.push_back(json_string(*text));
    }
    if (!filter.action.empty() && !by_noun_) needed_.push_back(json_string(filter.action));
  }

  [[nodiscard]] bool matches(const AuditRecord& record) const {
    if (!std::ranges::all_of(needed_, [&](const std::string& text) { return record.event.contains(text); })) {
      return false;
    }
    boost::system::error_code error;
    const auto event = boost::json::parse(record.event, error);
    // A record that somebody altered is for `verify` to tell; here it is shown to who looks for nothing in particular.
    if (error || !event.is_object()) return needed_.empty() && !by_noun_ && !filter_.outcome;
    const auto member = [&](std::string_view name) -> std::string_view {
      const auto* value = event.get_object().if_contains(name);
      return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
    };
    const auto action = member("action");
    return (filter_.action.empty() || action == filter_.action || (by_noun_ && action.starts_with(filter_.action))) &&
           (filter_.subject.empty() || member("subject") == filter_.subject) &&
           (filter_.actor.empty() || member("actor") == filter_.actor) &&
           (!filter_.outcome || member("outcome") == to_string(*filter_.outcome));
  }

 private:
  const AuditFilter& filter_;
  std::vector<std::string> needed_;  // as it stands in an event: to look for that costs far less than to parse
  bool by_noun_ = false;
};

void describe(AuditEvent& event, std::optional<Instant> since, std::optional<Instant> until) {
  if (since) event.details["since"] = iso8601(*since);
  if (until) event.details["until"] = iso8601(*until);
}

}  // namespace

std::string export_line(const AuditRecord& record) {
  const auto front = fmt::format(R"({{"chain":{},"number":{},"hmac":"{}")", record.position.chain,
                                 record.position.number, crypto::base64url_encode(record.hmac));
  // The event as it was written, so that its HMAC can still be computed; it is never empty.
  return front + "," + record.event.substr(std::min<std::size_t>(1, record.event.size())) + "\n";
}

boost::json::object readable_event(const AuditRecord& record) {
  boost::system::error_code error;
  auto event = boost::json::parse(record.event, error);
  if (error || !event.is_object()) return {{"action", "(not readable)"}};
  return std::move(event.get_object());
}

Result<AuditPage> AuditReader::list(const AuditFilter& filter, const CallContext& context) {
  AuditEvent event{.action = "audit.list"};
  TRY(check_right(event, context));
  auto page = TRY(look(filter));
  describe(event, filter.range.since, filter.range.until);
  event.details["records"] = page.records.size();
  // What was typed and fits nothing may be anything, also what belongs into no record.
  if (!page.records.empty()) {
    if (!filter.action.empty()) event.details["ofAction"] = filter.action;
    if (!filter.subject.empty()) event.details["ofSubject"] = filter.subject;
    if (!filter.actor.empty()) event.details["ofActor"] = filter.actor;
  }
  TRY(store_.write([&](Transaction& transaction) { return trail_.append(transaction, event, context); }));
  return page;
}

Result<AuditRecord> AuditReader::show(const AuditPosition& position, const CallContext& context) {
  return audited_write(
      store_, trail_, "audit.show", context, [&](Transaction& transaction, AuditEvent& event) -> Result<AuditRecord> {
        TRY(require_operator(context.actor));
        auto found =
            TRY(transaction.audit().records_after({.chain = position.chain, .number = position.number - 1}, 1));
        if (found.empty() || found.front().position != position) {
          return fail(ErrorCode::NotFound, "There is no audit record of this number");
        }
        event.details = {{"chain", position.chain}, {"number", position.number}};
        return std::move(found.front());
      });
}

Result<AuditPage> AuditReader::look(const AuditFilter& filter) {
  const Matcher matcher(filter);
  AuditPage page;
  auto range = filter.range;
  for (std::size_t looked_at = 0;;) {
    // A view a chunk: a long look must not keep the store from tidying up.
    auto records =
        TRY(store_.read([&](Transaction& transaction) { return transaction.audit().newest(range, kReadAtATime); }));
    for (auto& record : records) {
      if (page.records.size() == filter.limit || looked_at == filter.look_at) {
        page.next = range.before;
        return page;
      }
      range.before = AuditCursor{.at = record.at, .position = record.position};
      ++looked_at;
      if (matcher.matches(record)) page.records.push_back(std::move(record));
    }
    if (records.size() < kReadAtATime) return page;
  }
}

Result<> AuditReader::export_to(const Sink& sink, std::optional<Instant> since, std::optional<Instant> until,
                                const CallContext& context) {
  AuditEvent event{.action = "audit.export"};
  TRY(check_right(event, context));
  describe(event, since, until);
  const auto heads = TRY(store_.write([&](Transaction& transaction) -> Result<std::vector<AuditHead>> {
    TRY(trail_.append(transaction, event, context));
    return transaction.audit().heads();
  }));
  // What is written from now on is for the next one.
  const auto end = heads.back().position;
  std::int64_t total = 0;
  for (const auto& head : heads) total += head.position.number;

  std::int64_t done = 0;
  for (auto position = kBeforeTheFirst; position < end;) {
    auto records = TRY(store_.read(
        [&](Transaction& transaction) { return transaction.audit().records_after(position, kReadAtATime); }));
    if (records.empty()) break;
    position = records.back().position;
    done += static_cast<std::int64_t>(records.size());
    std::erase_if(records, [&](const AuditRecord& record) {
      return record.position > end || (since && record.at < *since) || (until && record.at >= *until);
    });
    TRY(sink(records, std::min(done, total), total));
  }
  return {};
}

Result<> AuditReader::check_right(const AuditEvent& event, const CallContext& context) {
  auto checked = require_operator(context.actor);
  if (checked) return checked;
  auto refused = event;
  refused.reason = checked.error().message;
  TRY(audit_refusal(store_, trail_, std::move(refused), context));
  return checked;
}

}  // namespace dwarpal::core
