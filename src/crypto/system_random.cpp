#include "crypto/system_random.hpp"

#include <openssl/rand.h>
#include <sodium/utils.h>

#include <algorithm>
#include <array>

#include "crypto/openssl_handles.hpp"

namespace dwarpal::crypto {

namespace {

void generate(std::span<std::byte> bytes) {
  require(RAND_bytes_ex(nullptr, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), 0) == 1);
}

/// The last `left_` bytes have not been served yet.
class Buffer {
 public:
  ~Buffer() { sodium_memzero(bytes_.data(), bytes_.size()); }

  void serve(std::span<std::byte> target) {
    if (target.size() > left_) {
      generate(bytes_);
      left_ = bytes_.size();
    }
    const auto source = std::span(bytes_).last(left_).first(target.size());
    std::ranges::copy(source, target.begin());
    sodium_memzero(source.data(), source.size());
    left_ -= target.size();
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::array<std::byte, 1024> bytes_{};
  std::size_t left_ = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
  static thread_local Buffer buffer;
  if (bytes.size() > buffer.size()) {
    generate(bytes);
  } else {
    buffer.serve(bytes);
  }
}

}  // namespace dwarpal::crypto
