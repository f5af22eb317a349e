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

void hash_messages(benchmark::State& state, Lanes lanes) {
  const Bytes data(64 * 64, 0x5a);
  std::vector<BytesView> messages;
  for (std::size_t i = 0; i < 64; ++i) messages.push_back(BytesView(data).subspan(64 * i, 64));
  std::vector<Hash> digests(messages.size());
  for (auto _ : state) {
    hash_each(Suite::standard, messages, digests, lanes);
    benchmark::DoNotOptimize(digests.data());
  }
  state.SetItemsProcessed(state.iterations() * 64);
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
BENCHMARK_CAPTURE(hash_messages, keccak256_lanes, Lanes::if_able);
BENCHMARK_CAPTURE(hash_messages, keccak256_one_by_one, Lanes::none);
BENCHMARK_CAPTURE(sign_digest, standard, Suite::standard);
BENCHMARK_CAPTURE(sign_digest, sm, Suite::sm);
BENCHMARK_CAPTURE(recover_signer, standard, Suite::standard);
BENCHMARK_CAPTURE(recover_signer, sm, Suite::sm);

}  // namespace
}  // namespace hanse
