// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Blocks of 1,000 plain transfers on their way into RocksDB, without the sync, and accounts on their way out, by the number of
// accounts (the argument) that the transfers go to.
#include <benchmark/benchmark.h>

#include <set>

#include "base/check.hpp"
#include "base/prng.hpp"
#include "base/temporary_folder.hpp"
#include "codec/tars.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::ledger {
namespace {

constexpr std::size_t kBlockSize = 1000, kSenders = 10, kEncodedSize = 110;

template <std::size_t N>
FixedBytes<N> any(Prng& prng) {
  FixedBytes<N> bytes;
  for (std::uint8_t& byte : bytes.bytes) byte = static_cast<std::uint8_t>(prng.next());
  return bytes;
}
Address account(std::uint64_t number) {
  Prng prng(number);
  return any<20>(prng);
}

// What a block of transfers brings.
struct Block {
  BlockHeader header;
  std::vector<Transaction> bodies{kBlockSize};
  std::vector<const Transaction*> transactions;
  std::vector<std::uint32_t> run;
  std::vector<Receipt> receipts;
  state::StateDiff diff;

  Block(BlockNumber number, std::uint64_t accounts, Prng& prng) : header{.number = number} {
    std::set<Address> changed;
    for (std::uint32_t i = 0; i < kBlockSize; ++i) {
      Transaction& tx = bodies[i];
      tx.hash = tx.identity = any<32>(prng);
      tx.sender = account(i % kSenders);
      tx.encoded.resize(kEncodedSize);
      for (std::uint8_t& byte : tx.encoded) byte = static_cast<std::uint8_t>(prng.next());
      transactions.push_back(&tx);
      run.push_back(i);
      receipts.push_back({.version = 1, .gas_used = 21'000, .cumulative_gas_used = 21'000 * (i + 1), .block_number = number, .transaction_index = i});
      changed.insert({tx.sender, account(kSenders + prng.between(0, accounts - 1))});
    }
    for (const Address& address : changed) diff.put(state::account_key(address), tars::encode(state::Account{prng.next() >> 32, 1, {}}));
  }
};

struct Chain {
  TemporaryFolder folder{"append_block"};
  Prng prng{1};
  std::unique_ptr<Ledger> ledger;

  Chain() {
    Genesis genesis;
    genesis.config.sealers.push_back({KeyPair::from_secret(Suite::standard, any<32>(prng))->public_key, 1});
    auto store = kv::open_rocksdb((folder.path() / "data").string());
    CHECK(store.has_value());
    ledger = std::move(*Ledger::open(std::move(*store), genesis));
  }
  Block next(std::uint64_t accounts) { return Block(ledger->view()->head().number + 1, accounts, prng); }
  void append(const Block& block) {
    kv::WriteBatch batch;
    ledger->add(batch, {block.header, any<32>(prng), {}, any<32>(prng), {}, block.transactions, block.run, block.receipts, block.diff, {}});
    CHECK(ledger->write(batch, false).has_value());
    ledger->publish();
  }
};

void AppendBlock(benchmark::State& run) {
  Chain chain;
  for (auto _ : run) {
    run.PauseTiming();
    const Block block = chain.next(static_cast<std::uint64_t>(run.range(0)));
    run.ResumeTiming();
    chain.append(block);
  }
  run.SetItemsProcessed(run.iterations() * static_cast<std::int64_t>(kBlockSize));
}
BENCHMARK(AppendBlock)->Arg(10'000)->Arg(1'000'000)->Iterations(500)->Unit(benchmark::kMillisecond);

void ReadAccount(benchmark::State& run) {
  const auto accounts = static_cast<std::uint64_t>(run.range(0));
  Chain chain;
  for (std::uint64_t made = 0; made < 2 * accounts; made += kBlockSize) chain.append(chain.next(accounts));
  const auto view = chain.ledger->view();
  Prng prng(7);
  std::uint64_t found = 0;
  for (auto _ : run) found += view->get(state::account_key(account(kSenders + prng.between(0, accounts - 1))))->has_value();
  run.counters["found"] = static_cast<double>(found) / static_cast<double>(run.iterations());
  run.SetItemsProcessed(run.iterations());
}
BENCHMARK(ReadAccount)->Arg(10'000)->Arg(1'000'000)->Iterations(200'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace hanse::ledger
