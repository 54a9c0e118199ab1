// A mail on its way out, and the header (RFC 5322) that it gets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dwarpal::delivery {

/// The bodies may hold a link that signs somebody in.
struct OutgoingMail {
  std::string id;  ///< the local part of the Message-ID; the same at each attempt, so that a receiver can drop a repeat
  std::string to;
  std::string subject;
  Instant date;
  Secret text;
  Secret html;
};

struct Sender {
  std::string address;
  std::string name;  ///< empty: none is shown
};

/// `local@domain` in ASCII that is safe between `<` and `>`, in a command as in a header; no quoted local
/// parts and no address literals.
[[nodiscard]] bool is_mail_address(std::string_view text);

/// UTF-8 without control characters.
[[nodiscard]] bool is_one_line(std::string_view text);

/// The header lines but those of MIME, each without CRLF at its end; long ones are folded. A text that would
/// break out of its line is ErrorCode::InvalidInput.
[[nodiscard]] Result<std::vector<std::string>> header_lines(const OutgoingMail& mail, const Sender& sender);

}  // namespace dwarpal::delivery
