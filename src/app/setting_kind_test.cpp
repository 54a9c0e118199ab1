#include "app/setting_kind.hpp"

#include <gtest/gtest.h>

namespace dwarpal::app {
namespace {

using namespace std::chrono_literals;

SettingValue given(const char* text) { return std::string(text); }
SettingValue given(int number) { return std::int64_t{number}; }

TEST(TextOfAVariable, IsReadAsTheTypeThatTheSettingTakes) {
  EXPECT_EQ(read_text(ValueType::TrueOrFalse, "true"), SettingValue(true));
  EXPECT_EQ(read_text(ValueType::TrueOrFalse, "false"), SettingValue(false));
  EXPECT_EQ(read_text(ValueType::WholeNumber, "-7"), given(-7));
  EXPECT_EQ(read_text(ValueType::Text, "true"), given("true"));
  EXPECT_EQ(read_text(ValueType::Text, ""), given(""));
}

TEST(TextOfAVariable, IsRefusedWhenItIsOfAnotherType) {
  for (const auto* text : {"", "yes", "True", "1", " true"}) EXPECT_FALSE(read_text(ValueType::TrueOrFalse, text));
  for (const auto* text : {"", "1.0", "0x10", "+1", " 1", "1 ", "9223372036854775808"})
    EXPECT_FALSE(read_text(ValueType::WholeNumber, text)) << text;
}

TEST(TextOfAVariable, HoldsTheItemsOfAListBetweenCommas) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(read_text(ValueType::Texts, ""), SettingValue(Texts{}));
  EXPECT_EQ(read_text(ValueType::Texts, "a"), SettingValue(Texts{"a"}));
  EXPECT_EQ(read_text(ValueType::Texts, "a, b,c "), SettingValue(Texts{"a", "b", "c"}));
  EXPECT_EQ(read_text(ValueType::Texts, "a,,b"), SettingValue(Texts{"a", "", "b"}));
}

TEST(TrueOrFalse, TakesNothingElse) {
  const auto kind = true_or_false();
  EXPECT_EQ(kind.accept(true), true);
  EXPECT_EQ(kind.accept(false), false);
  EXPECT_FALSE(kind.accept(given("true")));
  EXPECT_FALSE(kind.accept(given(1)));
  EXPECT_EQ(kind.write(true), "true");
  EXPECT_EQ(kind.write(false), "false");
}

TEST(WholeNumber, LiesWithinItsBounds) {
  const auto kind = whole_number(1, 65535);
  EXPECT_EQ(kind.name, "whole number, 1 to 65535");
  EXPECT_EQ(kind.accept(given(1)), 1);
  EXPECT_EQ(kind.accept(given(65535)), 65535);
  EXPECT_FALSE(kind.accept(given(0)));
  EXPECT_FALSE(kind.accept(given(65536)));
  EXPECT_FALSE(kind.accept(given("1")));
}

TEST(DurationKind, KnowsFiveUnits) {
  const auto kind = duration(0ms, 4000 * 24h);
  EXPECT_EQ(kind.accept(given("1500ms")), 1500ms);
  EXPECT_EQ(kind.accept(given("90s")), 90s);
  EXPECT_EQ(kind.accept(given("90m")), 90min);
  EXPECT_EQ(kind.accept(given("72h")), 72h);
  EXPECT_EQ(kind.accept(given("90d")), 90 * 24h);
  EXPECT_EQ(kind.accept(given("0s")), 0s);
}

TEST(DurationKind, WantsANumberAndOneUnit) {
  const auto kind = duration(0ms, 4000 * 24h);
  for (const auto* text :
       {"", "90", "d", "90D", "90 d", " 90d", "90d ", "1d12h", "1.5h", "-1d", "+1d", "1w", "1y", "1M"})
    EXPECT_FALSE(kind.accept(given(text))) << text;
  EXPECT_FALSE(kind.accept(given(90)));
  EXPECT_EQ(kind.expectation, "a duration from 0s to 4000d, a number with one of the units ms, s, m, h, d");
}

TEST(DurationKind, RefusesWhatWouldOverflow) {
  const auto kind = duration(0ms, Duration::max());
  EXPECT_EQ(kind.accept(given("9223372036854775807ms")), Duration::max());
  EXPECT_FALSE(kind.accept(given("9223372036854775808ms")));
  EXPECT_EQ(kind.accept(given("9223372036854775s")), 9223372036854775s);
  EXPECT_FALSE(kind.accept(given("9223372036854776s")));
  EXPECT_FALSE(kind.accept(given("9223372036854775807d")));
}

TEST(DurationKind, LiesWithinItsBoundsAndOnItsSteps) {
  const auto kind = duration(24h, 10 * 24h, 24h);
  EXPECT_EQ(kind.name, "duration, 1d to 10d in steps of 1d");
  EXPECT_EQ(kind.accept(given("1d")), 24h);
  EXPECT_EQ(kind.accept(given("48h")), 48h);
  EXPECT_EQ(kind.accept(given("10d")), 240h);
  EXPECT_FALSE(kind.accept(given("0d")));
  EXPECT_FALSE(kind.accept(given("47h")));
  EXPECT_FALSE(kind.accept(given("11d")));
}

TEST(DurationKind, IsWrittenInTheLargestUnitThatFits) {
  const auto kind = duration(0ms, 24h);
  EXPECT_EQ(kind.write(0ms), "0s");
  EXPECT_EQ(kind.write(1500ms), "1500ms");
  EXPECT_EQ(kind.write(90s), "90s");
  EXPECT_EQ(kind.write(2h), "2h");
  EXPECT_EQ(kind.write(72h), "3d");
}

TEST(DurationOrNone, TakesBoth) {
  const auto kind = duration_or_none(1s, 24h);
  EXPECT_EQ(kind.accept(given("none")), std::optional<std::optional<Duration>>(std::in_place));
  EXPECT_EQ(kind.accept(given("1h")), std::optional<Duration>(1h));
  EXPECT_FALSE(kind.accept(given("")));
  EXPECT_FALSE(kind.accept(given("0s")));
  EXPECT_EQ(kind.write(std::nullopt), "none");
  EXPECT_EQ(kind.write(1h), "1h");
}

TEST(Size, HasAUnitAndLiesWithinItsBounds) {
  const auto kind = size(1024, 1 << 20);
  EXPECT_EQ(kind.name, "size, 1KiB to 1MiB");
  EXPECT_EQ(kind.accept(given("1024B")), 1024U);
  EXPECT_EQ(kind.accept(given("64KiB")), 65536U);
  EXPECT_EQ(kind.accept(given("1MiB")), 1048576U);
  for (const auto* text : {"1023B", "1048577B", "2MiB", "64", "64K", "64KB", "64kib", "-1KiB", "18014398509481985KiB"})
    EXPECT_FALSE(kind.accept(given(text))) << text;
  EXPECT_FALSE(kind.accept(given(65536)));
  EXPECT_EQ(kind.write(65536), "64KiB");
  EXPECT_EQ(kind.write(1500), "1500B");
}

TEST(OneOf, TakesItsNamesOnly) {
  enum class Fruit { Apple, Pear };
  const auto kind = one_of<std::optional<Fruit>>({{"apple", Fruit::Apple}, {"pear", Fruit::Pear}});
  EXPECT_EQ(kind.name, "one of apple, pear");
  EXPECT_TRUE(kind.accept(given("pear")) == Fruit::Pear);
  EXPECT_FALSE(kind.accept(given("Pear")));
  EXPECT_FALSE(kind.accept(given("")));
  EXPECT_FALSE(kind.accept(true));
  EXPECT_EQ(kind.write(Fruit::Apple), "apple");
  EXPECT_EQ(kind.write(std::nullopt), "");
}

TEST(TextsAndPaths, AreCheckedByTheirRules) {
  const auto short_text = text("a short text", [](std::string_view value) { return value.size() < 4; });
  EXPECT_EQ(short_text.accept(given("abc")), "abc");
  EXPECT_FALSE(short_text.accept(given("abcd")));
  EXPECT_FALSE(short_text.accept(given(1)));
  EXPECT_EQ(path().accept(given("a/b")), "a/b");
  EXPECT_FALSE(path().accept(given("")));
  const auto pair = list_of_texts("two texts", [](const auto& values) { return values.size() == 2; });
  EXPECT_EQ(pair.accept(std::vector<std::string>{"a", "b"}), (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(pair.accept(std::vector<std::string>{"a"}));
  EXPECT_FALSE(pair.accept(given("a,b")));
  EXPECT_EQ(pair.write({"a", "b"}), "a, b");
}

TEST(SecretKind, DoesNotWriteItsValue) {
  const auto kind = secret();
  const auto value = kind.accept(given("open sesame"));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->expose(), "open sesame");
  EXPECT_EQ(kind.write(*value), "(set)");
  EXPECT_EQ(kind.write(Secret()), "");
}

}  // namespace
}  // namespace dwarpal::app
