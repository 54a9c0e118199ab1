#include "delivery/outgoing_mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace dwarpal::delivery {

namespace {

/// Short enough for the longest name of a header before it: a line with encoded words has at most 76
/// characters (RFC 2047 §2).
constexpr std::size_t kLongestWord = 64;

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Encoded words in "Q" (RFC 2047 §4.2), a line each; none splits a character. Every byte that is special
/// anywhere in a header is escaped.
std::string encoded_words(std::string_view text) {
  static constexpr std::string_view kOpening = "=?UTF-8?Q?";
  static constexpr std::string_view kClosing = "?=";
  static constexpr std::size_t kRoom = kLongestWord - kOpening.size() - kClosing.size();
  std::string words(kOpening);
  std::size_t used = 0;
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end) {
    end = begin + 1;
    while (end < text.size() && continues_character(text[end])) ++end;
    std::string character;
    for (const char byte : text.substr(begin, end - begin)) {
      if (is_letter_or_digit(byte)) character += byte;
      else if (byte == ' ') character += '_';
      else character += fmt::format("={:02X}", static_cast<unsigned char>(byte));
    }
    if (used + character.size() > kRoom) {
      words.append(kClosing).append("\r\n ").append(kOpening);
      used = 0;
    }
    words += character;
    used += character.size();
  }
  return words.append(kClosing);
}

/// What is read back as it stands: no encoded word by accident, and no line that wants folding.
bool is_plain(std::string_view text) {
  return is_printable_ascii(text) && text.size() <= kLongestWord && !text.contains("=?");
}

std::string quoted_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

std::string mailbox(const Sender& sender) {
  std::string address = '<' + sender.address + '>';
  if (sender.name.empty()) return address;
  if (is_plain(sender.name)) return quoted_string(sender.name) + ' ' + address;
  return encoded_words(sender.name) + "\r\n " + address;
}

/// `Thu, 01 Jan 2026 00:00:00 +0000` (RFC 5322 §3.3), whatever the locale.
std::string date_time(Instant instant) {
  static constexpr std::array kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kWeekdays.at(std::chrono::weekday(day).c_encoding()),
                     static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

}  // namespace

bool is_mail_address(std::string_view text) {
  static constexpr std::size_t kLongestPath = 254;  // RFC 5321 §4.5.3.1.3, without the brackets
  const auto at = text.find('@');
  return text.size() <= kLongestPath && is_printable_ascii(text) && at != std::string_view::npos && at != 0 &&
         at + 1 != text.size() && text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" ()<>[],;:\\\"") == std::string_view::npos;
}

bool is_one_line(std::string_view text) {
  return is_valid_utf8(text) &&
         std::ranges::none_of(text, [](char byte) { return (byte >= '\0' && byte < ' ') || byte == '\x7f'; });
}

Result<std::vector<std::string>> header_lines(const OutgoingMail& mail, const Sender& sender) {
  if (!is_mail_address(sender.address)) return fail(ErrorCode::InvalidInput, "the sender is not a mail address");
  if (!is_one_line(sender.name)) return fail(ErrorCode::InvalidInput, "the sender's name is not one line of UTF-8");
  if (!is_mail_address(mail.to)) return fail(ErrorCode::InvalidInput, "the recipient is not a mail address");
  if (!is_one_line(mail.subject)) return fail(ErrorCode::InvalidInput, "the subject is not one line of UTF-8");
  const std::string message_id = mail.id + sender.address.substr(sender.address.find('@'));
  if (!is_mail_address(message_id)) return fail(ErrorCode::InvalidInput, "the mail's id cannot be a Message-ID");
  return std::vector<std::string>{
      "Date: " + date_time(mail.date),
      "From: " + mailbox(sender),
      "To: <" + mail.to + '>',
      "Message-ID: <" + message_id + '>',
      "Subject: " + (is_plain(mail.subject) ? mail.subject : encoded_words(mail.subject)),
      "Auto-Submitted: auto-generated",  // RFC 3834: no answering machine answers
  };
}

}  // namespace dwarpal::delivery
