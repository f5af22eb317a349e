// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Transactions per second in blocks of 1,000, state in memory, by the number of threads (the argument; one is the serial way).
#include <benchmark/benchmark.h>

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "computing/executor/chain_fixture.hpp"
#include "computing/executor/token.hpp"

namespace hanse::executor {
namespace {

constexpr std::uint32_t kBlockSize = 1000;

void execute(benchmark::State& run, Chain& chain, const std::vector<Transaction>& transactions) {
  const auto threads = static_cast<std::size_t>(run.range(0));
  tbb::task_arena arena(static_cast<int>(threads));        // as a node has it
  Spreading spreading{.threads = threads};
  spreading.for_each = [&arena](std::size_t count, const auto& each) {
    arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, each, tbb::simple_partitioner()); });
  };
  std::size_t blocks_in_parts = 0;
  for (auto _ : run) {
    ++chain.number;                               // as blocks follow one another, for what is learnt from them
    auto block = chain.execute(transactions, &spreading);
    CHECK(block && block->receipts.size() == transactions.size() && block->receipts.back().status == 0);
    blocks_in_parts += block->parts > 1;
    benchmark::DoNotOptimize(block);
  }
  run.SetItemsProcessed(run.iterations() * static_cast<std::int64_t>(transactions.size()));
  run.counters["in_parts"] = static_cast<double>(blocks_in_parts) / static_cast<double>(run.iterations());
}

// Each between two accounts that no other touches.
void PlainTransfer(benchmark::State& run) {
  Chain chain;
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < kBlockSize; ++i) {
    chain.state.put(address(i), {.balance = 1000});
    transactions.push_back(chain.web3(address(i), address(kBlockSize + i), 0, {}, 1));
  }
  execute(run, chain, transactions);
}
BENCHMARK(PlainTransfer)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// All to one account.
void TransferToOne(benchmark::State& run) {
  Chain chain;
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < kBlockSize; ++i) {
    chain.state.put(address(i), {.balance = 1000});
    transactions.push_back(chain.web3(address(i), address(kBlockSize), 0, {}, 1));
  }
  execute(run, chain, transactions);
}
BENCHMARK(TransferToOne)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

Address deploy_token(Chain& chain) {
  const Address contract =
      *chain.append({chain.web3(address(0), std::nullopt, 0, token::deployment(1u << 30))}).receipts[0].contract_address;
  std::vector<Transaction> handouts;
  for (std::uint32_t i = 1; i <= kBlockSize; ++i)
    handouts.push_back(chain.web3(address(0), contract, i, token::transfer(address(i), 100)));
  chain.append(handouts);
  return contract;
}

void Erc20Transfer(benchmark::State& run) {
  Chain chain;
  const Address contract = deploy_token(chain);
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 1; i <= kBlockSize; ++i)
    transactions.push_back(chain.web3(address(i), contract, 0, token::transfer(address(2 * kBlockSize + i), 1)));
  execute(run, chain, transactions);
}
BENCHMARK(Erc20Transfer)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// Calls that meet in a slot that nothing in them names.
void Counter(benchmark::State& run) {
  Chain chain;
  const Bytes code{0x5f, 0x54, 0x60, 0x01, 0x01, 0x5f, 0x55};   // slot 0 += 1
  chain.state.put_code(chain.config.suite, address(5000), code);
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < kBlockSize; ++i) transactions.push_back(chain.web3(address(i), address(5000), 0, Bytes(4)));
  execute(run, chain, transactions);
}
BENCHMARK(Counter)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace hanse::executor
