// Ownership of structures of the C Data and C Stream Interfaces.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <inlay/c_data.h>

namespace inlay {

// A structure moved out of the caller's hands ("Moving an array"): the caller's is marked as released, this one
// releases it exactly once.
template <typename CStruct>
class Taken {
 public:
  explicit Taken(CStruct* from) noexcept {
    if (from != nullptr) held_ = std::exchange(*from, CStruct{});
  }
  Taken(Taken&& other) noexcept : held_(std::exchange(other.held_, CStruct{})) {}
  Taken(const Taken&) = delete;
  Taken& operator=(Taken&&) = delete;
  ~Taken() {
    if (held_.release != nullptr) held_.release(&held_);
  }

  // An error when there was nothing to take.
  Status Check(std::string_view name) const {
    if (held_.release != nullptr) return {};
    return Status::InvalidArgument(std::string(name) + " is null or was released already");
  }
  const CStruct& operator*() const { return held_; }
  const CStruct* operator->() const { return &held_; }
  CStruct* get() { return &held_; }

 private:
  CStruct held_{};
};

// ImportRecordBatch under a schema that batches share.
Result<RecordBatch> ImportBatch(Taken<ArrowArray> array, std::shared_ptr<const Schema> schema, Validation validation);

}  // namespace inlay
