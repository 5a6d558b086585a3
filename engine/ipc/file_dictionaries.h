// The dictionaries of a file, each read when a batch first needs it.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/ipc/batch_decoder.h"
#include "engine/ipc/dictionaries.h"
#include "engine/ipc/footer.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

// Threads may share it: the first that needs a dictionary reads it, the others wait.
class FileDictionaries {
 public:
  // `source`, `footer` and `options` outlive this.
  FileDictionaries(const std::shared_ptr<const Source>* source, const Footer* footer, const ReadOptions* options)
      : source_(*source), footer_(*footer), options_(*options), decoder_(options) {}
  FileDictionaries(const FileDictionaries&) = delete;
  FileDictionaries& operator=(const FileDictionaries&) = delete;
  ~FileDictionaries() { pthread_mutex_destroy(&mutex_); }

  // At least those that the projection needs, deltas applied. Reads the metadata of all dictionary messages and the
  // bodies of those alone. kCorruptData for one that is replaced, which files do not allow. An error is not kept: the
  // next call tries again.
  Result<std::shared_ptr<const Dictionaries>> Read(const std::shared_ptr<const Projection>& projection);

 private:
  Status ReadIds();
  Status ReadMissing(const std::shared_ptr<const Projection>& projection);

  const std::shared_ptr<const Source>& source_;
  const Footer& footer_;
  const ReadOptions& options_;
  BatchDecoder decoder_;

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;  // std::mutex throws
  // Under the mutex:
  std::vector<int64_t> block_ids_;  // of each dictionary block, once they are read
  std::set<int64_t> known_ids_;
  std::shared_ptr<const Dictionaries> known_ = std::make_shared<Dictionaries>();
  std::shared_ptr<const Projection> complete_for_;  // the last one for which nothing was missing
};

}  // namespace inlay::ipc
