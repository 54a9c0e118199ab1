#include "http/api/path_pattern.hpp"

#include <gmock/gmock.h>

namespace dwarpal::http {
namespace {

using testing::ElementsAre;

constexpr std::string_view kPattern = "/cr/v2/entityInfo/{type}/{id}";

TEST(PathPattern, FitsAPathWithAsManySegmentsWhoseFixedOnesAreEqual) {
  EXPECT_TRUE(fits(kPattern, "/cr/v2/entityInfo/FIP/bank-1"));
  EXPECT_TRUE(fits(kPattern, "/cr/v2/entityInfo/FIP/bank%2F1"));
  EXPECT_TRUE(fits("/health", "/health"));
  EXPECT_FALSE(fits(kPattern, "/cr/v2/entityInfo/FIP"));
  EXPECT_FALSE(fits(kPattern, "/cr/v2/entityInfo/FIP/bank-1/more"));
  EXPECT_FALSE(fits(kPattern, "/cr/v2/entityInfo/FIP/bank-1/"));
  EXPECT_FALSE(fits(kPattern, "/cr/v2/entityinfo/FIP/bank-1"));
  EXPECT_FALSE(fits("/health", "/health/"));
}

TEST(PathPattern, AParameterIsNotEmpty) {
  EXPECT_FALSE(fits(kPattern, "/cr/v2/entityInfo//bank-1"));
  EXPECT_FALSE(fits(kPattern, "/cr/v2/entityInfo/FIP/"));
}

TEST(PathPattern, ParametersAreDecodedOnce) {
  EXPECT_THAT(path_parameters(kPattern, "/cr/v2/entityInfo/FIP/a%2Fb%2541+%c3%a9").value(),
              ElementsAre("FIP", "a/b%41+é"));
}

TEST(PathPattern, WhatIsNoTextNamesNothing) {
  for (const auto* id : {"%", "%4", "%zz", "%00", "a%00b", "%ff", "%c3"}) {
    const auto parameters = path_parameters(kPattern, std::string("/cr/v2/entityInfo/FIP/") + id);
    ASSERT_FALSE(parameters) << id;
    EXPECT_EQ(parameters.error().code, ErrorCode::NotFound) << id;
  }
}

}  // namespace
}  // namespace dwarpal::http
