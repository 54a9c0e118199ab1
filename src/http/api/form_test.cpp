#include "http/api/form.hpp"

#include <gtest/gtest.h>

namespace dwarpal::http {
namespace {

std::string value_of(std::string_view body, std::string_view name) {
  const auto form = Form::parse(body);
  if (!form) return "(refused)";
  const auto text = form->text(name);
  return text ? *text : "(twice)";
}

TEST(Form, DecodesEscapesAndTakesPlusForASpace) {
  EXPECT_EQ(value_of("id=a%2Bb+c%26d&secret=x", "id"), "a+b c&d");
  EXPECT_EQ(value_of("%69d=x", "id"), "x");
}

TEST(Form, KeepsWhatClientsLeaveUnencoded) {
  EXPECT_EQ(value_of("username=a@b.test&password=p|q\"{}=<>^`;/?:", "password"), "p|q\"{}=<>^`;/?:");
  EXPECT_EQ(value_of("password=\xe0\xa4\xa6", "password"), "\xe0\xa4\xa6");
}

TEST(Form, HasEmptyTextForWhatIsMissing) {
  EXPECT_EQ(value_of("", "id"), "");
  EXPECT_EQ(value_of("id", "id"), "");
  EXPECT_EQ(value_of("&&id=&", "id"), "");
  EXPECT_EQ(value_of("ID=x", "id"), "");
}

TEST(Form, RefusesBadEscapes) {
  for (const auto* body : {"id=%", "id=%2", "id=%zz", "%=x"}) EXPECT_EQ(value_of(body, "id"), "(refused)") << body;
}

TEST(Form, RefusesWhatIsNotUtf8AndNul) {
  for (const auto* body : {"id=%00", "id=%C0%AF", "id=\xff", "id=%ED%A0%80"}) {
    EXPECT_EQ(value_of(body, "id"), "(refused)") << body;
  }
}

TEST(Form, SaysWhetherItHoldsANulOrIsNotUtf8) {
  EXPECT_EQ(Form::parse("id=%00").error().message, "The form holds a NUL");
  EXPECT_EQ(Form::parse("id=%C0%AF").error().message, "The form is not valid UTF-8");
}

TEST(Form, RefusesAFieldThatIsReadAndStandsTwice) {
  EXPECT_EQ(value_of("id=a&id=a", "id"), "(twice)");
  EXPECT_EQ(value_of("x=1&x=2&id=a", "id"), "a");
}

}  // namespace
}  // namespace dwarpal::http
