// Finds out what the CPU can execute. The conditions are those of Highway's targets of the same names; its own
// detection is not used because it lives in a shared library with global state that a host program may also use.
#include "kernels/target.h"

#include <atomic>
#include <bit>

#include <hwy/detect_targets.h>

#if HWY_ARCH_X86
#include <cpuid.h>
#elif HWY_ARCH_ARM_A64 && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace inlay::kernels {
namespace {

constexpr uint32_t Bit(Target target) { return 1u << static_cast<unsigned>(target); }

#if HWY_ARCH_X86
struct Registers {
  uint32_t eax, ebx, ecx, edx;
};

Registers Cpuid(uint32_t leaf, uint32_t subleaf) {
  Registers r{};
  if (__get_cpuid_max(leaf & 0x80000000u, nullptr) >= leaf) __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
  return r;
}

uint64_t EnabledState() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t{high} << 32) | low;
}

bool Has(uint32_t reg, std::initializer_list<int> bits) {
  for (int bit : bits) {
    if (((reg >> bit) & 1) == 0) return false;
  }
  return true;
}

// Intel SDM volume 2, CPUID: leaf 1, leaf 7 subleaf 0, leaf 0x80000001. A register file counts only when the operating
// system saves it (XGETBV).
uint32_t Detect() {
  uint32_t found = Bit(Target::kScalar) | Bit(Target::kSse2);
  const Registers one = Cpuid(1, 0), seven = Cpuid(7, 0), extended = Cpuid(0x80000001u, 0);
  constexpr int kPclmul = 1, kSsse3 = 9, kFma = 12, kSse41 = 19, kSse42 = 20, kAes = 25, kOsxsave = 27, kAvx = 28,
                kF16c = 29;
  if (!Has(one.ecx, {kSsse3, kSse41, kSse42, kPclmul, kAes})) return found;
  found |= Bit(Target::kSse4);
  if (!Has(one.ecx, {kOsxsave})) return found;
  const uint64_t state = EnabledState();
  constexpr uint64_t kYmm = 0x6, kZmm = 0xE6;
  constexpr int kBmi1 = 3, kAvx2 = 5, kBmi2 = 8, kLzcnt = 5;
  if ((state & kYmm) != kYmm || !Has(one.ecx, {kAvx, kFma, kF16c}) || !Has(seven.ebx, {kBmi1, kAvx2, kBmi2}) ||
      !Has(extended.ecx, {kLzcnt})) {
    return found;
  }
  found |= Bit(Target::kAvx2);
  constexpr int kAvx512f = 16, kAvx512dq = 17, kAvx512bw = 30, kAvx512vl = 31;
  if ((state & kZmm) != kZmm || !Has(seven.ebx, {kAvx512f, kAvx512dq, kAvx512bw, kAvx512vl})) return found;
  found |= Bit(Target::kAvx3);
  constexpr int kVbmi = 1, kVbmi2 = 6, kVaes = 9, kVpclmul = 10, kVnni = 11, kBitalg = 12, kVpopcntdq = 14;
  if (Has(seven.ecx, {kVbmi, kVbmi2, kVaes, kVpclmul, kVnni, kBitalg, kVpopcntdq})) found |= Bit(Target::kAvx3Dl);
  return found;
}
#elif HWY_ARCH_ARM_A64
uint32_t Detect() {
  uint32_t found = Bit(Target::kNeon);
#if defined(__linux__)
  // Linux, Documentation/arm64/elf_hwcaps.rst.
  constexpr unsigned long kAes = 1ul << 3, kSve = 1ul << 22, kSve2 = 1ul << 1, kSveAes = 1ul << 2;
  const unsigned long caps = getauxval(AT_HWCAP), caps2 = getauxval(AT_HWCAP2);
  if ((caps & kSve) != 0 && (caps & kAes) != 0) {
    found |= Bit(Target::kSve);
    if ((caps2 & kSve2) != 0 && (caps2 & kSveAes) != 0) found |= Bit(Target::kSve2);
  }
#endif
  return found;
}
#else
uint32_t Detect() { return Bit(Target::kScalar); }
#endif

// What this build compiled rows for, in our numbering.
constexpr uint32_t CompiledTargets() {
  uint32_t compiled = 0;
  constexpr auto targets = HWY_TARGETS;
  if (targets & (HWY_SCALAR | HWY_EMU128)) compiled |= Bit(Target::kScalar);
  if (targets & HWY_SSE4) compiled |= Bit(Target::kSse4);
  if (targets & HWY_AVX2) compiled |= Bit(Target::kAvx2);
  if (targets & HWY_AVX3) compiled |= Bit(Target::kAvx3);
  if (targets & HWY_AVX3_DL) compiled |= Bit(Target::kAvx3Dl);
  if (targets & HWY_NEON) compiled |= Bit(Target::kNeon);
  if (targets & HWY_SVE) compiled |= Bit(Target::kSve);
  if (targets & HWY_SVE2) compiled |= Bit(Target::kSve2);
  // xsimd's rows are completed by the scalar ones, which a build for newer CPUs alone leaves out.
  if (HWY_ARCH_X86_64 && (targets & HWY_SCALAR) != 0) compiled |= Bit(Target::kSse2);
  return compiled;
}

constexpr uint8_t kUndecided = 0xFF;
std::atomic<uint8_t> g_active{kUndecided};

Target Best(uint32_t targets) { return static_cast<Target>(std::bit_width(targets) - 1); }

}  // namespace

std::string_view TargetName(Target target) {
  constexpr std::string_view kNames[kNumTargets] = {"scalar",  "sse2", "sse4", "avx2", "avx3",
                                                    "avx3_dl", "neon", "sve",  "sve2"};
  return kNames[static_cast<size_t>(target)];
}

uint32_t SupportedTargets() { return Detect() & CompiledTargets(); }

Target ActiveTarget() {
  uint8_t active = g_active.load(std::memory_order_relaxed);
  if (active == kUndecided) {
    const auto best = static_cast<uint8_t>(Best(SupportedTargets()));
    // A cap that another thread set meanwhile stays.
    if (g_active.compare_exchange_strong(active, best, std::memory_order_relaxed)) active = best;
  }
  return static_cast<Target>(active);
}

void CapTarget(Target target) {
  const uint32_t supported = SupportedTargets();
  const uint32_t at_most = supported & ((Bit(target) << 1) - 1);
  const Target chosen = at_most != 0 ? Best(at_most) : static_cast<Target>(std::countr_zero(supported));
  g_active.store(static_cast<uint8_t>(chosen), std::memory_order_relaxed);
}

}  // namespace inlay::kernels
