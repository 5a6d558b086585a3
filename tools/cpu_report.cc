#include "tools/cpu_report.h"

#include <inlay/cpu.h>

#include "tools/text_table.h"

namespace inlay::tools {

Outcome CapCpu(const std::string& target) {
  const Status status = cpu::CapTarget(target);
  return status.ok() ? Outcome{} : Outcome::Usage("INLAY_CPU: " + status.message());
}

std::string CpuReport() {
  std::string text = "targets  ";
  for (const std::string_view target : cpu::SupportedTargets()) text.append(target) += ' ';
  text.append("\nin use   ").append(cpu::ActiveTarget()) += "\n\n";
  TextTable families({"family", "uses"});
  for (const std::string_view family : cpu::KernelFamilies()) {
    families.Add({std::string(family), std::string(cpu::FamilyTarget(family))});
  }
  return text + families.ToString(0);
}

}  // namespace inlay::tools
