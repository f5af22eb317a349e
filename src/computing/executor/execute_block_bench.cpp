// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Transactions per second of one thread, in blocks of 1,000, state in memory.
#include <benchmark/benchmark.h>

#include "computing/executor/chain_fixture.hpp"
#include "computing/executor/token.hpp"

namespace hanse::executor {
namespace {

constexpr std::uint32_t kBlockSize = 1000, kAccounts = 10'000;

void execute(benchmark::State& run, Chain& chain, const std::vector<Transaction>& transactions) {
  for (auto _ : run) {
    auto block = chain.execute(transactions);
    CHECK(block && block->receipts.size() == transactions.size() && block->receipts.back().status == 0);
    benchmark::DoNotOptimize(block);
  }
  run.SetItemsProcessed(run.iterations() * static_cast<std::int64_t>(transactions.size()));
}

void PlainTransfer(benchmark::State& run) {
  Chain chain;
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < kBlockSize; ++i) {
    chain.state.put(address(i), {.balance = 1000});
    transactions.push_back(chain.web3(address(i), address(i * 7 % kAccounts), 0, {}, 1));
  }
  execute(run, chain, transactions);
}
BENCHMARK(PlainTransfer)->Unit(benchmark::kMillisecond);

void Erc20Transfer(benchmark::State& run) {
  Chain chain;
  const Address contract =
      *chain.append({chain.web3(address(0), std::nullopt, 0, token::deployment(1u << 30))}).receipts[0].contract_address;
  std::vector<Transaction> handouts;
  for (std::uint32_t i = 1; i <= kBlockSize; ++i)
    handouts.push_back(chain.web3(address(0), contract, i, token::transfer(address(i), 100)));
  chain.append(handouts);
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 1; i <= kBlockSize; ++i)
    transactions.push_back(chain.web3(address(i), contract, 0, token::transfer(address(i * 7 % kAccounts), 1)));
  execute(run, chain, transactions);
}
BENCHMARK(Erc20Transfer)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hanse::executor
