// How a row of the table of settings is made from a kind and the place that keeps the value. For the table alone.
#pragma once

#include <chrono>
#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "app/setting_kind.hpp"
#include "app/setting_table.hpp"

namespace dwarpal::app {

// A place is a function that returns a reference into a draft, which may be const.

template <typename T>
auto in_draft(T SettingsDraft::* member) {
  return [member](auto& draft) -> auto& { return draft.*member; };
}
template <typename T>
auto in_settings(T Settings::* member) {
  return [member](auto& draft) -> auto& { return draft.settings.*member; };
}
template <typename T>
auto in_token(T crypto::TokenAddress::* member) {
  return [member](auto& draft) -> auto& { return draft.settings.master_key_token.*member; };
}
template <typename T>
auto in_policy(T core::Policy::* member) {
  return [member](auto& draft) -> auto& { return draft.settings.policy.*member; };
}
template <typename T>
auto in_server(T http::ServerSettings::* member) {
  return [member](auto& draft) -> auto& { return draft.settings.server.*member; };
}
template <typename T>
auto in_pool(http::PoolSettings http::ServerSettings::* pool, T http::PoolSettings::* member) {
  return [pool, member](auto& draft) -> auto& { return draft.settings.server.*pool.*member; };
}
template <typename T>
auto in_timeouts(T http::ServerTimeouts::* member) {
  return [member](auto& draft) -> auto& { return draft.settings.server.timeouts.*member; };
}
template <typename T>
auto in_tls(T http::TlsFiles::* member) {
  return [member](auto& draft) -> auto& { return draft.tls.*member; };
}
template <typename T>
auto in_smtp(T delivery::SmtpSettings::* member) {
  return [member](auto& draft) -> auto& { return draft.smtp.*member; };
}

// Numbers, days and paths are kept in other types than their kinds have.

template <typename Kept, typename T>
[[nodiscard]] Kept to_kept(T value) {
  if constexpr (std::same_as<Kept, T> || std::same_as<Kept, std::filesystem::path>) {
    return Kept(std::move(value));
  } else if constexpr (std::same_as<T, Duration>) {
    return std::chrono::duration_cast<Kept>(value);
  } else {
    return static_cast<Kept>(value);
  }
}

template <typename T, typename Kept>
[[nodiscard]] std::string write_kept(const SettingKind<T>& kind, const Kept& kept) {
  if constexpr (std::same_as<Kept, T>) {
    return kind.write(kept);
  } else if constexpr (std::same_as<Kept, std::filesystem::path>) {
    return kind.write(kept.string());
  } else {
    return kind.write(static_cast<T>(kept));
  }
}

template <typename T, typename Place>
[[nodiscard]] Setting setting(std::string_view name, const SettingKind<T>& kind, Place place,
                              std::string_view description, GivenIn given_in = GivenIn::AnyLayer) {
  using Kept = std::remove_reference_t<std::invoke_result_t<Place, SettingsDraft&>>;
  return {.name = name,
          .given_in = given_in,
          .given_as = kind.given_as,
          .kind = kind.name,
          .expectation = kind.expectation,
          .description = description,
          .set =
              [kind, place](SettingsDraft& draft, const SettingValue& given) {
                auto value = kind.accept(given);
                if (value) place(draft) = to_kept<Kept>(std::move(*value));
                return value.has_value();
              },
          .show = [kind, place](const SettingsDraft& draft) { return write_kept(kind, place(draft)); }};
}

}  // namespace dwarpal::app
