#include "core/user/password_rules.hpp"

#include <fmt/format.h>
#include <utf8.h>
#include <zxcvbn.h>

#include <set>

#include "base/text.hpp"

namespace dwarpal::core {

namespace {

/// What an attacker tries first for this user: each text, and its pieces. In lower case, for zxcvbn lowers the
/// password alone.
std::set<std::string> guessable_words(const User& user, const Policy& policy) {
  std::set<std::string> words;
  for (const auto* text : {&user.email.text(), &user.first_name, &user.last_name, &user.mobile, &policy.network_name}) {
    auto rest = to_lower(*text);
    words.insert(rest);
    for (std::size_t end = 0; end != std::string::npos;) {
      end = rest.find_first_of(" .@+_-");
      words.insert(rest.substr(0, end));
      if (end != std::string::npos) rest.erase(0, end + 1);
    }
  }
  words.erase("");
  return words;
}

/// zxcvbn looks closely at the first 100 bytes only, which bounds its work whatever comes.
double strength_in_bits(const Secret& password, const User& user, const Policy& policy) {
  const auto words = guessable_words(user, policy);
  std::vector<const char*> dictionary;
  dictionary.reserve(words.size() + 1);
  for (const auto& word : words) dictionary.push_back(word.c_str());
  dictionary.push_back(nullptr);
  // A Secret's text ends with a NUL, as a std::string's does.
  return ZxcvbnMatch(password.expose().data(), dictionary.data(), nullptr);
}

}  // namespace

Result<> check_password(const Secret& password, const User& user, const Policy& policy) {
  const auto refuse = [](std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); };
  const auto text = password.expose();
  if (text.size() > kMaximumPasswordBytes) {
    return refuse(fmt::format("The password must have at most {} bytes", kMaximumPasswordBytes));
  }
  if (text.contains('\0')) return refuse("The password must not contain a NUL character");
  if (!is_valid_utf8(text)) return refuse("The password must be UTF-8 text");
  if (std::cmp_less(utf8::distance(text.begin(), text.end()), policy.password_minimum_length)) {
    return refuse(fmt::format("The password must have at least {} characters", policy.password_minimum_length));
  }
  if (strength_in_bits(password, user, policy) < kMinimumPasswordBits) {
    return refuse("The password is too easy to guess");
  }
  return {};
}

}  // namespace dwarpal::core
