// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <benchmark/benchmark.h>

#include "base/prng.hpp"
#include "scheduling/txpool/txpool.hpp"

namespace hanse::txpool {
namespace {

// The life of a transaction in the pool: admitted among 10,000 that wait, sealed 1,000 at a time, proposed, decided.
void life_of_a_transaction(benchmark::State& state) {
  constexpr std::size_t kWaiting = 10'000, kBlock = 1'000, kSenders = 1'000;
  Prng prng(1);
  TxPool pool(GroupConfig{}, PoolLimits{}, 0, {});
  std::vector<Address> senders(kSenders);
  for (Address& sender : senders)
    for (auto& byte : sender.bytes) byte = static_cast<std::uint8_t>(prng.next());
  std::uint64_t made = 0;
  const auto admit = [&] {
    TxSummary tx;
    for (auto& byte : tx.hash.bytes) byte = static_cast<std::uint8_t>(prng.next());
    tx.sender = senders[made % kSenders];
    tx.nonce = made / kSenders;
    tx.size = 200;
    tx.gas_limit = 60'000;
    ++made;
    if (pool.add(tx, 0, true, false)) state.SkipWithError("refused");
  };
  while (made < kWaiting) admit();
  BlockNumber number = 0;
  for (auto _ : state) {
    const std::vector<Hash> sealed = pool.seal(++number, kBlock, ~0ull);
    pool.proposed(sealed.front(), sealed);
    std::vector<std::pair<Address, std::uint64_t>> nonces;
    for (const Address& sender : senders) nonces.emplace_back(sender, static_cast<std::uint64_t>(number));
    pool.decided({number, sealed, {}}, sealed.front(), {}, nonces);
    for (std::size_t i = 0; i < kBlock; ++i) admit();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBlock));
}
BENCHMARK(life_of_a_transaction)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace hanse::txpool
