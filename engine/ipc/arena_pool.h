// Memory of batches that are gone, for those that come.
#pragma once

#include <pthread.h>

#include <utility>

#include "engine/base/arena.h"

namespace inlay::ipc {

// Keeps one arena, the largest that was given back: a loop that drops each batch before the next or behind it touches
// no fresh memory, and no more than one batch's memory stays unused. Safe for several threads.
class ArenaPool {
 public:
  explicit ArenaPool(const Allocator* allocator) : spare_(allocator), allocator_(allocator) {}
  ArenaPool(const ArenaPool&) = delete;
  ArenaPool& operator=(const ArenaPool&) = delete;
  ~ArenaPool() { pthread_mutex_destroy(&mutex_); }

  // An arena without pieces.
  Arena Take() {
    pthread_mutex_lock(&mutex_);
    Arena taken = std::exchange(spare_, Arena(allocator_));
    pthread_mutex_unlock(&mutex_);
    return taken;
  }
  void GiveBack(Arena arena) {
    arena.Reset();
    pthread_mutex_lock(&mutex_);
    if (arena.reserved_bytes() > spare_.reserved_bytes()) std::swap(arena, spare_);
    pthread_mutex_unlock(&mutex_);
  }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  Arena spare_;
  const Allocator* allocator_;
};

}  // namespace inlay::ipc
