#include "engine/ipc/batch_decoder.h"

#include <string>

#include "engine/columns/concatenate.h"
#include "engine/columns/field_path.h"
#include "engine/columns/validate.h"
#include "engine/ipc/column_jobs.h"

namespace inlay::ipc {
namespace {

// What a batch shares: its schema, its columns, and through them everything they point to.
struct BatchOwner {
  BatchOwner(std::shared_ptr<const Projection> shared_projection, const Allocator* allocator)
      : projection(std::move(shared_projection)), decoded(allocator) {}

  std::shared_ptr<const Projection> projection;
  DecodedColumns decoded;
};

std::string Where(const Message& message) { return "message at byte " + std::to_string(message.offset_bytes); }

// Finds all columns of `plan`, then fills and checks them.
Status DecodeColumns(const ColumnLoader::Input& input, DecompressorPool* decompressors, DecodedColumns* out) {
  const int64_t num_rows = input.batch.length();
  if (num_rows < 0) return Status::CorruptData("a negative number of rows");
  if (num_rows / 8 >= input.options.max_uncompressed_bytes) {
    return Status::LimitExceeded("a batch of " + std::to_string(num_rows) + " rows");
  }
  auto loader = ColumnLoader::Make(input, out);
  if (!loader.ok()) return loader.status();
  const size_t num_columns = input.plan.columns.size();
  ColumnJobs jobs(input.plan.columns, out->arrays, &loader->jobs(), input.body_bytes, input.options, decompressors);
  for (size_t i = 0; i < num_columns; ++i) {
    if (Status status = loader->Load(i); !status.ok()) return status;
    if (out->arrays[i].length != num_rows) {
      const FieldPath path{nullptr, input.plan.columns[i].field->name};
      return Status::CorruptData(PathPrefix(&path) + "has " + std::to_string(out->arrays[i].length) +
                                 " values, the batch has " + std::to_string(num_rows) + " rows");
    }
    jobs.EndColumn();
  }
  return jobs.Run();
}

// The values of `known` and then those of `delta`, in memory of their own.
Result<std::shared_ptr<const DictionaryValues>> JoinDelta(const DictionaryValues& known, const DictionaryValues& delta,
                                                          const Field& field,
                                                          std::shared_ptr<const Projection> projection,
                                                          const ReadOptions& options) {
  const ArrayView parts[] = {known.values, delta.values};
  for (const ArrayView& part : parts) {
    if (options.validation == Validation::kFull) break;
    // Joining follows what trusting readers have not looked at.
    const Status status = ValidateDecodedArray(part, field, Validation::kFull);
    if (!status.ok()) return Status::CorruptData(status.message());
  }
  auto owner = std::make_shared<BatchOwner>(std::move(projection), options.allocator);
  auto joined = std::make_shared<DictionaryValues>();
  const Status status = ConcatenateArrays(field, nullptr, parts, &owner->decoded.arena, &joined->values);
  if (!status.ok()) return status;
  joined->owner = std::move(owner);
  return std::shared_ptr<const DictionaryValues>(std::move(joined));
}

}  // namespace

Result<RecordBatch> BatchDecoder::DecodeBatch(const Message& message,
                                              const std::shared_ptr<const Projection>& projection,
                                              const Dictionaries& dictionaries, std::span<const BodyPart> body) const {
  const flatbuf::RecordBatch* batch = message.metadata->header_as_RecordBatch();
  if (batch == nullptr) return Status::CorruptData(Where(message) + ": is not a record batch");
  const BodyPart whole{0, message.body};
  if (body.empty()) body = {&whole, 1};
  auto owner = std::make_shared<BatchOwner>(projection, options_.allocator);
  for (const BodyPart& part : body) owner->decoded.owners.push_back(part.bytes.owner);
  const ColumnLoader::Input input{*batch,
                                  message.metadata->version(),
                                  projection->batch(),
                                  body,
                                  message.metadata->body_length(),
                                  projection->decoded().foreign_endian,
                                  dictionaries,
                                  options_};
  if (Status status = DecodeColumns(input, &decompressors_, &owner->decoded); !status.ok()) {
    return status.WithContext(Where(message));
  }
  const RecordBatchView view{&projection->schema(), batch->length(),
                             std::span(owner->decoded.arrays).first(projection->batch().columns.size())};
  return RecordBatch(std::move(owner), view);
}

Status BatchDecoder::DecodeDictionary(const Message& message, const std::shared_ptr<const Projection>& projection,
                                      bool replace, Dictionaries* dictionaries) const {
  const flatbuf::DictionaryBatch* dictionary = message.metadata->header_as_DictionaryBatch();
  if (dictionary == nullptr) return Status::CorruptData(Where(message) + ": is not a dictionary");
  const std::string where = Where(message) + ": dictionary " + std::to_string(dictionary->id());
  const MessagePlan* const plan = projection->dictionary(dictionary->id());
  if (plan == nullptr) {
    if (projection->HasDictionary(dictionary->id())) return {};
    return Status::CorruptData(where + ": no column has it");
  }
  const flatbuf::RecordBatch* batch = dictionary->data();
  if (batch == nullptr) return Status::CorruptData(where + ": has no values");
  const BodyPart whole{0, message.body};
  auto owner = std::make_shared<BatchOwner>(projection, options_.allocator);
  owner->decoded.owners.push_back(message.body.owner);
  const ColumnLoader::Input input{*batch,
                                  message.metadata->version(),
                                  *plan,
                                  {&whole, 1},
                                  message.metadata->body_length(),
                                  projection->decoded().foreign_endian,
                                  *dictionaries,
                                  options_};
  if (Status status = DecodeColumns(input, &decompressors_, &owner->decoded); !status.ok()) {
    return status.WithContext(where);
  }
  auto values = std::make_shared<DictionaryValues>();
  values->values = owner->decoded.arrays[0];
  values->owner = std::move(owner);

  std::shared_ptr<const DictionaryValues>& known = (*dictionaries)[dictionary->id()];
  if (dictionary->is_delta() && known != nullptr) {
    auto joined = JoinDelta(*known, *values, *plan->columns[0].field, projection, options_);
    if (!joined.ok()) return joined.status().WithContext(where);
    known = std::move(*joined);
    return {};
  }
  if (known != nullptr && !replace) return Status::CorruptData(where + ": comes twice, which files do not allow");
  known = std::move(values);
  return {};
}

}  // namespace inlay::ipc
