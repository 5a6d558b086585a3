// Structures of the C Data Interface that count how often they are released.
#pragma once

#include <inlay/c_data.h>

#include <cerrno>
#include <vector>

namespace inlay {

// A schema without children. What the structure points to outlives it, so that a second release would be counted, not
// crash.
class CountedSchema {
 public:
  explicit CountedSchema(const char* format) {
    schema_.format = format;
    schema_.name = "counted";
    schema_.flags = ARROW_FLAG_NULLABLE;
    schema_.release = [](ArrowSchema* schema) {
      ++static_cast<CountedSchema*>(schema->private_data)->releases_;
      schema->release = nullptr;
    };
    schema_.private_data = this;
  }
  ArrowSchema* get() { return &schema_; }
  int releases() const { return releases_; }

 private:
  ArrowSchema schema_{};
  int releases_ = 0;
};

// A struct array of one int32 column.
class CountedArray {
 public:
  explicit CountedArray(std::vector<int32_t> values) : values_(std::move(values)) {
    const int64_t length = static_cast<int64_t>(values_.size());
    child_.length = length;
    child_.n_buffers = 2;
    child_buffers_[1] = values_.data();
    child_.buffers = child_buffers_;
    child_.release = [](ArrowArray* array) { array->release = nullptr; };
    array_.length = length;
    array_.n_buffers = 1;
    array_.buffers = buffers_;
    array_.n_children = 1;
    array_.children = children_;
    array_.release = [](ArrowArray* array) {
      ++static_cast<CountedArray*>(array->private_data)->releases_;
      array->release = nullptr;
    };
    array_.private_data = this;
  }
  ArrowArray* get() { return &array_; }
  int releases() const { return releases_; }

 private:
  std::vector<int32_t> values_;
  ArrowArray array_{};
  ArrowArray child_{};
  const void* buffers_[1] = {nullptr};
  const void* child_buffers_[2] = {nullptr, nullptr};
  ArrowArray* children_[2] = {&child_, nullptr};
  int releases_ = 0;
};

// A stream whose calls fail.
class CountedStream {
 public:
  CountedStream() {
    stream_.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return EIO; };
    stream_.get_next = [](ArrowArrayStream*, ArrowArray*) { return EIO; };
    stream_.get_last_error = [](ArrowArrayStream*) { return "no reason"; };
    stream_.release = [](ArrowArrayStream* stream) {
      ++static_cast<CountedStream*>(stream->private_data)->releases_;
      stream->release = nullptr;
    };
    stream_.private_data = this;
  }
  ArrowArrayStream* get() { return &stream_; }
  int releases() const { return releases_; }

 private:
  ArrowArrayStream stream_{};
  int releases_ = 0;
};

}  // namespace inlay
