// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "management/cli/bench_load.hpp"

namespace hanse::cli {

Result<double> process_cpu_us(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return fail(Code::not_found, "no process {} is running", pid);
  // The name may hold spaces and brackets: fields are counted after the last bracket. utime and stime are fields 14 and 15
  // of proc(5), the 12th and 13th behind it.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  if (!(fields >> user >> system)) return fail(Code::bad_encoding, "/proc/{}/stat is not as proc(5) says", pid);
  return (user + system) * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace hanse::cli
