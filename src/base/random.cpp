#include "base/random.hpp"

#include <array>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cstring>

namespace dwarpal {

std::string make_uuid(Random& random) {
  boost::uuids::uuid uuid{};
  random.fill(std::as_writable_bytes(std::span(uuid.data)));
  uuid.data[6] = static_cast<std::uint8_t>((uuid.data[6] & 0x0FU) | 0x40U);
  uuid.data[8] = static_cast<std::uint8_t>((uuid.data[8] & 0x3FU) | 0x80U);
  return boost::uuids::to_string(uuid);
}

}  // namespace dwarpal
