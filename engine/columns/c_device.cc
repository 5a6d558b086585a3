// Arrays of the C Device Data Interface that lie in the CPU's memory; those of other devices are refused by name.
#include <cerrno>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "engine/columns/c_import.h"

namespace inlay {
namespace {

const char* DeviceName(ArrowDeviceType type) {
  constexpr const char* kNames[] = {"",
                                    "CPU",
                                    "CUDA",
                                    "CUDA host memory",
                                    "OpenCL",
                                    "",
                                    "",
                                    "Vulkan",
                                    "Metal",
                                    "VPI",
                                    "ROCm",
                                    "ROCm host memory",
                                    "extension device",
                                    "CUDA managed memory",
                                    "oneAPI",
                                    "WebGPU",
                                    "Hexagon"};
  constexpr auto kNumNames = static_cast<ArrowDeviceType>(sizeof(kNames) / sizeof(kNames[0]));
  return type < 0 || type >= kNumNames || kNames[type][0] == '\0' ? "unknown device" : kNames[type];
}

std::string DeviceText(ArrowDeviceType type) {
  return std::string(DeviceName(type)) + " (device type " + std::to_string(type) + ")";
}

Status CheckDevice(const ArrowDeviceArray& array) {
  if (array.device_type != ARROW_DEVICE_CPU) {
    return Status::NotImplemented("an array in the memory of " + DeviceText(array.device_type) + ", device " +
                                  std::to_string(array.device_id) + ": copy it to the CPU first");
  }
  // The CPU has no type of event that could be waited for.
  if (array.sync_event != nullptr) return Status::NotImplemented("an array on the CPU with an event to wait for");
  return {};
}

// A stream of device arrays as a stream of arrays, which takes it over.
struct OnCpu {
  explicit OnCpu(Taken<ArrowDeviceArrayStream> taken) : device(std::move(taken)) {}

  static OnCpu* Self(ArrowArrayStream* stream) { return static_cast<OnCpu*>(stream->private_data); }

  static int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
    OnCpu* const self = Self(stream);
    return self->device->get_schema(self->device.get(), out);
  }
  static int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
    OnCpu* const self = Self(stream);
    *out = {};
    ArrowDeviceArray array{};
    if (const int code = self->device->get_next(self->device.get(), &array); code != 0) return code;
    if (array.array.release == nullptr) return 0;  // the end
    try {
      Taken<ArrowArray> taken(&array.array);  // released on an error
      if (const Status status = CheckDevice(array); !status.ok()) {
        self->error = status.message();
        return ENOTSUP;
      }
      *out = std::exchange(*taken.get(), ArrowArray{});
      return 0;
    } catch (const std::exception&) {
      return ENOMEM;
    }
  }
  static const char* GetLastError(ArrowArrayStream* stream) {
    OnCpu* const self = Self(stream);
    if (!self->error.empty()) return self->error.c_str();
    return self->device->get_last_error == nullptr ? nullptr : self->device->get_last_error(self->device.get());
  }
  static void Release(ArrowArrayStream* stream) {
    delete Self(stream);
    stream->release = nullptr;
  }

  Taken<ArrowDeviceArrayStream> device;
  std::string error;
};

}  // namespace

Result<RecordBatch> ImportDeviceRecordBatch(ArrowDeviceArray* array, const Schema& schema, Validation validation) {
  Taken<ArrowArray> taken(array == nullptr ? nullptr : &array->array);
  try {
    if (Status status = taken.Check("ArrowDeviceArray"); !status.ok()) return status;
    if (Status status = CheckDevice(*array); !status.ok()) return status;
    return ImportRecordBatch(taken.get(), schema, validation);
  } catch (const std::exception&) {
    return Status::OutOfMemory();
  }
}

Result<ImportedStream> ImportDeviceStream(ArrowDeviceArrayStream* stream, Validation validation) {
  Taken<ArrowDeviceArrayStream> taken(stream);
  try {
    if (Status status = taken.Check("ArrowDeviceArrayStream"); !status.ok()) return status;
    if (taken->get_schema == nullptr || taken->get_next == nullptr) {
      return Status::InvalidArgument("ArrowDeviceArrayStream without its callbacks");
    }
    if (taken->device_type != ARROW_DEVICE_CPU) {
      return Status::NotImplemented("a stream of arrays in the memory of " + DeviceText(taken->device_type) +
                                    ": copy them to the CPU first");
    }
    auto on_cpu = std::make_unique<OnCpu>(std::move(taken));
    ArrowArrayStream adapted{&OnCpu::GetSchema, &OnCpu::GetNext, &OnCpu::GetLastError, &OnCpu::Release,
                             on_cpu.release()};
    return ImportStream(&adapted, validation);
  } catch (const std::exception&) {
    return Status::OutOfMemory();
  }
}

}  // namespace inlay
