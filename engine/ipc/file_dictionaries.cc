#include "engine/ipc/file_dictionaries.h"

#include <string>
#include <utility>

namespace inlay::ipc {
namespace {

class Locked {
 public:
  explicit Locked(pthread_mutex_t* mutex) : mutex_(mutex) { pthread_mutex_lock(mutex_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  ~Locked() { pthread_mutex_unlock(mutex_); }

 private:
  pthread_mutex_t* mutex_;
};

}  // namespace

Status FileDictionaries::ReadIds() {
  std::vector<int64_t> ids;
  ids.reserve(footer_.dictionary_blocks.size());
  for (const Block& block : footer_.dictionary_blocks) {
    const auto message = ReadMessageAt(source_, block.offset_bytes, block.metadata_bytes, block.body_bytes, options_);
    if (!message.ok()) return message.status();
    const flatbuf::DictionaryBatch* dictionary = message->metadata->header_as_DictionaryBatch();
    if (dictionary == nullptr) {
      return Status::CorruptData("message at byte " + std::to_string(block.offset_bytes) + ": is not a dictionary");
    }
    ids.push_back(dictionary->id());
  }
  block_ids_ = std::move(ids);
  return {};
}

Status FileDictionaries::ReadMissing(const std::shared_ptr<const Projection>& projection) {
  if (block_ids_.size() != footer_.dictionary_blocks.size()) {
    if (Status status = ReadIds(); !status.ok()) return status;
  }
  Dictionaries known = *known_;
  std::set<int64_t> ids = known_ids_;
  for (size_t i = 0; i < block_ids_.size(); ++i) {
    if (known_ids_.contains(block_ids_[i])) continue;
    if (projection->dictionary(block_ids_[i]) == nullptr && projection->HasDictionary(block_ids_[i])) continue;
    const auto message = ReadBlock(source_, footer_.dictionary_blocks[i], options_);
    if (!message.ok()) return message.status();
    const Status status = decoder_.DecodeDictionary(*message, projection, /*replace=*/false, &known);
    if (!status.ok()) return status;
    ids.insert(block_ids_[i]);
  }
  if (ids.size() > known_ids_.size()) known_ = std::make_shared<const Dictionaries>(std::move(known));
  known_ids_ = std::move(ids);
  return {};
}

Result<std::shared_ptr<const Dictionaries>> FileDictionaries::Read(
    const std::shared_ptr<const Projection>& projection) {
  const Locked locked(&mutex_);
  if (complete_for_ != projection) {
    if (Status status = ReadMissing(projection); !status.ok()) return status;
    complete_for_ = projection;
  }
  return known_;
}

}  // namespace inlay::ipc
