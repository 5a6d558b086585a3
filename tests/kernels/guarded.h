// Memory between two unreadable pages: a kernel that touches a byte outside what it was given crashes its test.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace inlay::kernels {

// `size_bytes` bytes that end right before an unreadable page (at_end) or begin right after one.
class Guarded {
 public:
  enum class Side { kAtEnd, kAtStart };

  Guarded(size_t size_bytes, Side side) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t body = (size_bytes + page - 1) / page * page + page;
    mapped_ = body + 2 * page;
    base_ = static_cast<uint8_t*>(mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (base_ == MAP_FAILED || mprotect(base_ + page, body, PROT_READ | PROT_WRITE) != 0) {
      std::perror("guarded memory");
      std::abort();
    }
    data_ = side == Side::kAtEnd ? base_ + page + body - size_bytes : base_ + page;
    std::memset(base_ + page, 0xAA, body);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { munmap(base_, mapped_); }

  uint8_t* data() { return data_; }
  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(data_);
  }

 private:
  uint8_t* base_ = nullptr;
  uint8_t* data_ = nullptr;
  size_t mapped_ = 0;
};

}  // namespace inlay::kernels
