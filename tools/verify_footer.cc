#include "tools/verify_footer.h"

#include <inlay_flatbuf/footer_generated.h>

#include <algorithm>
#include <map>
#include <string>

#include "engine/ipc/file_format.h"

namespace inlay::tools {
namespace {

using Blocks = flatbuffers::Vector<const flatbuf::Block*>;

Status Broken(const std::string& what) { return Status::CorruptData("footer: " + what); }

// The four bytes between a block's metadata length and its body length.
Status CheckBlockPadding(const Blocks* blocks, const char* kind) {
  constexpr size_t kBlockBytes = sizeof(flatbuf::Block), kPaddingAt = 12;
  for (size_t i = 0; blocks != nullptr && i < blocks->size(); ++i) {
    const uint8_t* const padding = blocks->Data() + i * kBlockBytes + kPaddingAt;
    if (LoadInt32(padding) == 0) continue;
    return Broken(std::string(kind) + " block " + std::to_string(i) + ": its padding bytes are not zero");
  }
  return {};
}

// What ipc::Footer does not keep.
Status CheckRaw(const ArrowSource& source, int stream_version) {
  const int64_t begin = source.footer->offset_bytes;
  const BufferView bytes{source.whole->mapped().data + begin,
                         source.whole->size_bytes() - ipc::kFooterTailBytes - begin};
  const auto footer = VerifiedFlatBuffer<flatbuf::Footer>::Verify(bytes, "footer");
  if (!footer.ok()) return footer.status();
  const int version = static_cast<int>((*footer)->version()) + 1;
  if (version != stream_version) {
    return Broken("is of version " + std::to_string(version) + ", the first message of version " +
                  std::to_string(stream_version));
  }
  if ((*footer)->record_batches() == nullptr) return Broken("has no list of batches");
  const Status status = CheckBlockPadding((*footer)->dictionaries(), "dictionary");
  return status.ok() ? CheckBlockPadding((*footer)->record_batches(), "batch") : status;
}

class BlockCheck {
 public:
  explicit BlockCheck(const std::vector<StreamFacts::Place>& places)
      : places_(places), is_named_(places.size(), false) {}

  Status Check(const std::vector<ipc::Block>& blocks, bool of_dictionaries) {
    for (size_t i = 0; i < blocks.size(); ++i) {
      const std::string fault = Fault(blocks[i], of_dictionaries);
      if (fault.empty()) continue;
      return Broken(std::string(of_dictionaries ? "dictionary" : "batch") + " block " + std::to_string(i) + ", byte " +
                    std::to_string(blocks[i].offset_bytes) + ": " + fault);
    }
    return {};
  }

  Status CheckAllNamed() const {
    const auto missing = std::find(is_named_.begin(), is_named_.end(), false);
    if (missing == is_named_.end()) return {};
    const StreamFacts::Place& place = places_[static_cast<size_t>(missing - is_named_.begin())];
    return Broken("has no block for the message at byte " + std::to_string(place.block.offset_bytes));
  }

 private:
  std::string Fault(const ipc::Block& block, bool of_dictionaries) {
    const auto place = std::lower_bound(
        places_.begin(), places_.end(), block.offset_bytes,
        [](const StreamFacts::Place& p, int64_t offset_bytes) { return p.block.offset_bytes < offset_bytes; });
    if (place == places_.end() || place->block.offset_bytes != block.offset_bytes) {
      return "no batch or dictionary of the stream begins there";
    }
    if (place->is_dictionary != of_dictionaries) return "the message there is of another kind";
    if (place->block.metadata_bytes != block.metadata_bytes) {
      return "says " + std::to_string(block.metadata_bytes) + " bytes of metadata, the message has " +
             std::to_string(place->block.metadata_bytes);
    }
    if (place->block.body_bytes != block.body_bytes) {
      return "says a body of " + std::to_string(block.body_bytes) + " bytes, the message has " +
             std::to_string(place->block.body_bytes);
    }
    std::vector<bool>::reference is_named = is_named_[static_cast<size_t>(place - places_.begin())];
    if (is_named) return "names the same message as another block";
    is_named = true;
    if (!of_dictionaries) return {};
    int64_t& last = last_offset_[place->dictionary_id];
    if (block.offset_bytes < last) return "comes behind a block of the same dictionary that is later in the stream";
    last = block.offset_bytes;
    return {};
  }

  const std::vector<StreamFacts::Place>& places_;
  std::vector<bool> is_named_;
  std::map<int64_t, int64_t> last_offset_;  // by dictionary
};

}  // namespace

Status CheckFooter(const ArrowSource& source, const StreamFacts& stream) {
  const ipc::Footer& footer = *source.footer;
  if (Status status = CheckRaw(source, stream.version); !status.ok()) return status;
  const DecodedSchema& first = *stream.schema;
  if (footer.schema->schema != first.schema || footer.schema->foreign_endian != first.foreign_endian ||
      footer.schema->dictionary_ids != first.dictionary_ids) {
    return Broken("its schema is not that of the first message");
  }
  if (!stream.first_metadata.empty() && footer.metadata != stream.first_metadata) {
    return Broken("its metadata are not those of the first message");
  }
  BlockCheck blocks(stream.places);
  Status status = blocks.Check(footer.dictionary_blocks, true);
  if (status.ok()) status = blocks.Check(footer.batch_blocks, false);
  return status.ok() ? blocks.CheckAllNamed() : status;
}

}  // namespace inlay::tools
