// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <benchmark/benchmark.h>

#include "crypto/suite.hpp"

namespace hanse {
namespace {

// Time and rate are those of one signature.
void recover_batch(benchmark::State& state, Lanes lanes) {
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<Hash> digests(count);
  std::vector<Bytes> signatures(count);
  std::vector<SignedDigest> batch(count);
  for (std::size_t i = 0; i < count; ++i) {
    const KeyPair key = KeyPair::generate(Suite::standard);
    digests[i] = sha256(key.public_key);
    signatures[i] = sign(key, digests[i]);
    batch[i] = {digests[i], signatures[i]};
  }
  while (state.KeepRunningBatch(state.range(0))) benchmark::DoNotOptimize(recover_all(Suite::standard, batch, lanes));
}

BENCHMARK_CAPTURE(recover_batch, library, Lanes::none)->Arg(64);
BENCHMARK_CAPTURE(recover_batch, lanes, Lanes::if_able)->Arg(1)->Arg(2)->Arg(3)->Arg(4)->Arg(8)->Arg(16)->Arg(32)->Arg(64);

}  // namespace
}  // namespace hanse
