// Device arrays: taken over on the CPU, refused by name elsewhere, released once in every case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <inlay/c_data.h>

#include <cerrno>
#include <utility>

#include "tests/columns/counted_c_data.h"
#include "tests/reference/value_text.h"

namespace inlay {
namespace {

using reference::ArrayText;
using testing::HasSubstr;

const Schema kSchema{{{"a", Int32()}}, {}};

ArrowDeviceArray OnDevice(CountedArray* counted, ArrowDeviceType type) {
  ArrowDeviceArray array{};
  array.array = std::exchange(*counted->get(), ArrowArray{});
  array.device_id = type == ARROW_DEVICE_CPU ? -1 : 3;
  array.device_type = type;
  return array;
}

TEST(CDevice, ArraysOnTheCpuAreTakenOver) {
  CountedArray counted({1, 2, 3});
  ArrowDeviceArray array = OnDevice(&counted, ARROW_DEVICE_CPU);
  Result<RecordBatch> batch = ImportDeviceRecordBatch(&array, kSchema);
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(array.array.release, nullptr);
  EXPECT_EQ(ArrayText(batch->columns()[0]), "[1, 2, 3]");
  EXPECT_EQ(counted.releases(), 0);
  batch = RecordBatch();
  EXPECT_EQ(counted.releases(), 1);
}

TEST(CDevice, ArraysElsewhereAreRefusedByName) {
  const std::pair<ArrowDeviceType, const char*> cases[] = {{2, "CUDA (device type 2), device 3"},
                                                           {3, "CUDA host memory"},
                                                           {8, "Metal"},
                                                           {10, "ROCm (device type 10)"},
                                                           {13, "CUDA managed memory"},
                                                           {16, "Hexagon"},
                                                           {5, "unknown device (device type 5)"},
                                                           {0, "unknown device (device type 0)"},
                                                           {99, "unknown device"},
                                                           {-7, "unknown device (device type -7)"}};
  for (const auto& [type, name] : cases) {
    CountedArray counted({1, 2, 3});
    ArrowDeviceArray array = OnDevice(&counted, type);
    const Status status = ImportDeviceRecordBatch(&array, kSchema).status();
    EXPECT_EQ(status.code(), StatusCode::kNotImplemented);
    EXPECT_THAT(status.message(), HasSubstr(name));
    EXPECT_EQ(array.array.release, nullptr);
    EXPECT_EQ(counted.releases(), 1);
  }
}

TEST(CDevice, EventsAreNotWaitedForInVain) {
  CountedArray counted({1});
  ArrowDeviceArray array = OnDevice(&counted, ARROW_DEVICE_CPU);
  array.sync_event = &counted;
  EXPECT_EQ(ImportDeviceRecordBatch(&array, kSchema).status().code(), StatusCode::kNotImplemented);
  EXPECT_EQ(counted.releases(), 1);
}

TEST(CDevice, NothingToTake) {
  EXPECT_EQ(ImportDeviceRecordBatch(nullptr, kSchema).status().code(), StatusCode::kInvalidArgument);
  ArrowDeviceArray released{};
  released.device_type = ARROW_DEVICE_CPU;
  EXPECT_EQ(ImportDeviceRecordBatch(&released, kSchema).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ImportDeviceStream(nullptr).status().code(), StatusCode::kInvalidArgument);
  ArrowDeviceArrayStream no_stream{};
  EXPECT_EQ(ImportDeviceStream(&no_stream).status().code(), StatusCode::kInvalidArgument);
}

// Two batches, and then the end; batch `failing` is an error of the stream, batch `elsewhere` on another device.
class DeviceStream {
 public:
  explicit DeviceStream(ArrowDeviceType type, int failing = -1, int elsewhere = -1)
      : failing_(failing), elsewhere_(elsewhere) {
    stream_.device_type = type;
    stream_.get_schema = [](ArrowDeviceArrayStream*, ArrowSchema* out) {
      return ExportSchema(kSchema, out).ok() ? 0 : EIO;
    };
    stream_.get_next = [](ArrowDeviceArrayStream* stream, ArrowDeviceArray* out) {
      auto* self = static_cast<DeviceStream*>(stream->private_data);
      *out = {};
      const int index = self->next_++;
      if (index == self->failing_) return EBADF;
      if (index == 2) return 0;
      *out = OnDevice(&self->arrays_[index], index == self->elsewhere_ ? ARROW_DEVICE_CUDA : ARROW_DEVICE_CPU);
      return 0;
    };
    stream_.get_last_error = [](ArrowDeviceArrayStream*) { return "the device is gone"; };
    stream_.release = [](ArrowDeviceArrayStream* stream) {
      ++static_cast<DeviceStream*>(stream->private_data)->releases_;
      stream->release = nullptr;
    };
    stream_.private_data = this;
  }
  ArrowDeviceArrayStream* get() { return &stream_; }
  int releases() const { return releases_; }
  int releases_of(int index) const { return arrays_[index].releases(); }

 private:
  ArrowDeviceArrayStream stream_{};
  CountedArray arrays_[2] = {CountedArray({1, 2}), CountedArray({3})};
  int failing_;
  int elsewhere_;
  int next_ = 0;
  int releases_ = 0;
};

TEST(CDevice, StreamsOnTheCpuAreRead) {
  DeviceStream stream(ARROW_DEVICE_CPU);
  {
    Result<ImportedStream> imported = ImportDeviceStream(stream.get());
    ASSERT_TRUE(imported.ok()) << imported.status().ToString();
    EXPECT_EQ(stream.get()->release, nullptr);
    EXPECT_EQ(imported->schema().fields[0].name, "a");
    for (const char* values : {"[1, 2]", "[3]"}) {
      const auto batch = imported->Next();
      ASSERT_TRUE(batch.ok() && batch->has_value());
      EXPECT_EQ(ArrayText((*batch)->columns()[0]), values);
    }
    const auto end = imported->Next();
    EXPECT_TRUE(end.ok() && !end->has_value());
  }
  EXPECT_EQ(stream.releases(), 1);
  EXPECT_EQ(stream.releases_of(0), 1);
  EXPECT_EQ(stream.releases_of(1), 1);
}

TEST(CDevice, StreamsElsewhereAreRefusedByName) {
  DeviceStream stream(ARROW_DEVICE_CUDA);
  const Status status = ImportDeviceStream(stream.get()).status();
  EXPECT_EQ(status.code(), StatusCode::kNotImplemented);
  EXPECT_THAT(status.message(), HasSubstr("CUDA (device type 2)"));
  EXPECT_EQ(stream.releases(), 1);
}

TEST(CDevice, ErrorsOfStreamsArriveAndStick) {
  DeviceStream failing(ARROW_DEVICE_CPU, 1);
  DeviceStream wandering(ARROW_DEVICE_CPU, -1, 1);
  for (DeviceStream* stream : {&failing, &wandering}) {
    Result<ImportedStream> imported = ImportDeviceStream(stream->get());
    ASSERT_TRUE(imported.ok());
    EXPECT_TRUE(imported->Next().ok());
    for (int i = 0; i < 2; ++i) {
      const Status status = imported->Next().status();
      EXPECT_EQ(status.code(), StatusCode::kIoError);
      EXPECT_THAT(status.message(), HasSubstr(stream == &failing ? "the device is gone" : "CUDA (device type 2)"));
    }
  }
  EXPECT_EQ(wandering.releases_of(1), 1);
}

TEST(CDevice, StreamsWithoutCallbacks) {
  DeviceStream stream(ARROW_DEVICE_CPU);
  stream.get()->get_next = nullptr;
  EXPECT_EQ(ImportDeviceStream(stream.get()).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(stream.releases(), 1);
}

}  // namespace
}  // namespace inlay
