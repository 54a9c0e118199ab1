#include "http/api/cursors.hpp"

#include <gtest/gtest.h>

namespace dwarpal::http {
namespace {

TEST(AuditCursor, IsReadAsItIsWritten) {
  const auto cursor = parse_audit_cursor("1773821090314.2.4711");
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->at, instant_from_milliseconds(1'773'821'090'314));
  EXPECT_EQ(cursor->position, (core::AuditPosition{.chain = 2, .number = 4711}));
  EXPECT_EQ(encode_audit_cursor(*cursor), "1773821090314.2.4711");
}

TEST(AuditCursor, IsNothingElse) {
  for (const auto* text : {"", "5", "5.1", "5.1.", "5..1", ".1.1", "5.1.1.1", "5.0.1", "5.1.0", "5.1.-1", "-5.1.1",
                           "5.1.1 ", "5.1.9223372036854775808", "x.1.1", "5,1,1"}) {
    EXPECT_FALSE(parse_audit_cursor(text)) << text;
  }
}

TEST(TokenCountPlace, IsReadAsItIsWritten) {
  for (const auto* text : {"1773820800000.0b9c0a3e-0a53-4a53-9d6c-6d7a3f5e2b11", "1773820800000."}) {
    const auto place = parse_token_count_place(text);
    ASSERT_TRUE(place) << text;
    EXPECT_EQ(encode_token_count_place(*place), text);
  }
  for (const auto* text : {"", ".", "1773820800000", "x.y", "-1.y"})
    EXPECT_FALSE(parse_token_count_place(text)) << text;
}

}  // namespace
}  // namespace dwarpal::http
