// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/probes.hpp"

#include "sim/mutate.hpp"

namespace hanse::sim {

std::vector<std::string> Probes::not_reached() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kProbes; ++i)
    if (counts[i] == 0) out.emplace_back(kProbeTexts[i]);
  return out;
}

std::vector<std::string> Probes::not_mutated() const {
  std::vector<std::string> out;
  for (const std::string& path : mutable_paths())
    if (!mutations.contains(path)) out.push_back(path);
  return out;
}

}  // namespace hanse::sim
