#include "engine/ipc/arriving_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace inlay::ipc {
namespace {

constexpr int64_t kUntrustedBytes = 1 << 20;

}  // namespace

void ArrivingBytes::Start(int64_t size_bytes, int64_t trusted_bytes) {
  buffer_ = nullptr;
  size_bytes_ = size_bytes;
  used_bytes_ = 0;
  trusted_bytes_ = trusted_bytes;
}

Result<std::span<uint8_t>> ArrivingBytes::Room(int64_t known_bytes) {
  const int64_t room_bytes = buffer_ == nullptr ? 0 : std::min(size_bytes_, buffer_->capacity());
  if (used_bytes_ < room_bytes) {
    return std::span(buffer_->data() + used_bytes_, static_cast<size_t>(room_bytes - used_bytes_));
  }
  const int64_t wanted = std::max({2 * used_bytes_, used_bytes_ + known_bytes, trusted_bytes_, kUntrustedBytes});
  auto grown = std::make_shared<AlignedBuffer>(allocator_);
  if (Status status = grown->Reserve(std::min(size_bytes_, wanted)); !status.ok()) return status;
  if (used_bytes_ > 0) std::memcpy(grown->data(), buffer_->data(), static_cast<size_t>(used_bytes_));
  buffer_ = std::move(grown);
  const int64_t grown_bytes = std::min(size_bytes_, buffer_->capacity());
  return std::span(buffer_->data() + used_bytes_, static_cast<size_t>(grown_bytes - used_bytes_));
}

SharedBytes ArrivingBytes::Release() {
  if (buffer_ == nullptr) return {};
  const BufferView view{buffer_->data(), size_bytes_};
  used_bytes_ = size_bytes_ = 0;
  return {view, std::move(buffer_)};
}

}  // namespace inlay::ipc
