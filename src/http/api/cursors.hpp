// Places in lists that are in the order of time, as `next` gives them and `after` takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/audit/audit_record.hpp"
#include "core/audit/token_statistics.hpp"

namespace dwarpal::http {

/// What `after` must be in these lists, for the message of a refusal.
inline constexpr std::string_view kCursor = "`next` of the page before";

/// `<Unix milliseconds>.<chain>.<number>`.
[[nodiscard]] std::string encode_audit_cursor(const core::AuditCursor& cursor);
[[nodiscard]] std::optional<core::AuditCursor> parse_audit_cursor(std::string_view text);

/// `<Unix milliseconds>.<UUID of the entity>`.
[[nodiscard]] std::string encode_token_count_place(const core::TokenCountPlace& place);
[[nodiscard]] std::optional<core::TokenCountPlace> parse_token_count_place(std::string_view text);

/// `text` as a number of a record or a chain: digits, from 1 on.
[[nodiscard]] std::optional<std::int64_t> parse_position(std::string_view text);

}  // namespace dwarpal::http
