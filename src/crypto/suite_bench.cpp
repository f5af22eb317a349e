// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <benchmark/benchmark.h>

#include "crypto/suite.hpp"

namespace hanse {
namespace {

void hash_bytes(benchmark::State& state, Suite suite) {
  const Bytes data(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(hash_of(suite, data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void sign_digest(benchmark::State& state, Suite suite) {
  const KeyPair key = KeyPair::generate(suite);
  const Hash digest = sha256(key.public_key);
  for (auto _ : state) benchmark::DoNotOptimize(sign(key, digest));
}

void recover_signer(benchmark::State& state, Suite suite) {
  const KeyPair key = KeyPair::generate(suite);
  const Hash digest = sha256(key.public_key);
  const Bytes signature = sign(key, digest);
  for (auto _ : state) benchmark::DoNotOptimize(recover(suite, digest, signature));
}

BENCHMARK_CAPTURE(hash_bytes, keccak256, Suite::standard)->Arg(64)->Arg(200)->Arg(16384);
BENCHMARK_CAPTURE(hash_bytes, sm3, Suite::sm)->Arg(64)->Arg(200)->Arg(16384);
BENCHMARK_CAPTURE(sign_digest, standard, Suite::standard);
BENCHMARK_CAPTURE(sign_digest, sm, Suite::sm);
BENCHMARK_CAPTURE(recover_signer, standard, Suite::standard);
BENCHMARK_CAPTURE(recover_signer, sm, Suite::sm);

}  // namespace
}  // namespace hanse
