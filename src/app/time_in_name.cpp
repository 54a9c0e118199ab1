#include "app/time_in_name.hpp"

namespace dwarpal::app {

std::string time_in_name(Instant instant) {
  auto time = iso8601(instant);
  std::erase_if(time, [](char letter) { return letter == '-' || letter == ':' || letter == '.'; });
  return time;
}

}  // namespace dwarpal::app
