// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/partition.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/prng.hpp"
#include "computing/executor/chain_fixture.hpp"
#include "computing/executor/token.hpp"
#include "computing/vm/assembler.hpp"

namespace hanse::executor {
namespace {

using namespace hanse::vm;

using Places = std::vector<std::vector<std::uint32_t>>;

Places parts_of(const std::vector<Transaction>& transactions, std::size_t parts_max, const Contention& contention = {},
                BlockNumber number = 1) {
  std::vector<const Transaction*> list;
  for (const Transaction& tx : transactions) list.push_back(&tx);
  return partition(list, parts_max, contention, number, [](const Transaction&) { return std::nullopt; });
}

TEST(Partition, WhoIsNamedTogetherStaysTogetherAndInOrder) {
  Chain chain;
  const Address token = address(900);
  const auto parts = parts_of({chain.web3(address(1), address(2), 0, {}, 1), chain.web3(address(3), token, 0, token::transfer(address(4), 1)),
                               chain.web3(address(2), token, 0, token::transfer(address(5), 1)), chain.web3(address(4), address(6), 0)}, 2);
  EXPECT_EQ(parts, (Places{{0, 2}, {1, 3}}));
}

TEST(Partition, PartsAreOfAboutTheSameSize) {
  Chain chain;
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < 100; ++i) transactions.push_back(chain.web3(address(2 * i), address(2 * i + 1), 0, {}, 1));
  const auto parts = parts_of(transactions, 3);
  ASSERT_EQ(parts.size(), 3u);
  for (const auto& part : parts) EXPECT_NEAR(part.size(), 33, 1);
}

TEST(Partition, IsNoneWhereOnePartIsNearlyAll) {
  Chain chain;
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < 100; ++i) transactions.push_back(chain.web3(address(1), address(2 + i), i, {}, 1));
  EXPECT_TRUE(parts_of(transactions, 2).empty());
  EXPECT_TRUE(parts_of({}, 2).empty());
}

TEST(Partition, AContractWhereCallsMetIsOneParty) {
  Chain chain;
  Contention contention;
  const std::vector<Transaction> calls{chain.web3(address(1), address(9), 0, Bytes(4)), chain.web3(address(2), address(9), 0, Bytes(4))};
  EXPECT_EQ(parts_of(calls, 2, contention, 7).size(), 2u);
  contention.guessed_wrong(7, address(9));
  EXPECT_TRUE(parts_of(calls, 2, contention, 8).empty());
  EXPECT_EQ(parts_of(calls, 2, contention, 7 + 1024).size(), 2u);
}

TEST(Contention, GuessesRarelyWhereGuessesAreWrong) {
  Contention contention;
  int guesses = 0;
  for (BlockNumber number = 1; number <= 2000; ++number)
    if (contention.pays_off(number)) contention.guessed_wrong(number, std::nullopt), ++guesses;
  EXPECT_LE(guesses, 12);
  EXPECT_GE(guesses, 10);
}

// A chain with contracts of many kinds, some of which meet where no argument says so.
struct Town : Chain {
  Prng prng;
  Address token, counter = address(901), purse = address(902), witness = address(903), factory = address(904), flicker = address(905);
  std::map<Address, std::uint64_t> nonces;
  std::uint32_t people;

  explicit Town(std::uint64_t seed) : prng(seed), people(static_cast<std::uint32_t>(prng.between(2, 60))) {
    for (std::uint32_t i = 0; i < people; ++i) state.put(person(i), {.balance = 1000});
    token = append({web3(person(0), std::nullopt, nonces[person(0)]++, token::deployment(1u << 20))}).receipts[0].contract_address.value();
    const auto put = [this](const Address& at, const Assembly& code) { state.put_code(config.suite, at, code.bytes, 500); };
    put(counter, Assembly().push(0).op({SLOAD}).push(1).op({ADD}).push(0).op({SSTORE}));
    // Sends a coin of its own to whom the caller names in a way that nobody would look for.
    put(purse, Assembly().push(0).push(0).push(0).push(0).push(1).push(1).op({CALLDATALOAD, GAS, CALL}));
    put(witness, Assembly().push(BytesView(person(0))).op({BALANCE, CALLER, SSTORE}));
    put(factory, Assembly().push(0).push(0).push(0).op({CREATE}).push(BytesView(person(1))).op({EXTCODEHASH, ADD, CALLER, SSTORE}));
    // Changes a slot and changes it back; whoever calls with a word sees which it is.
    put(flicker, Assembly().push(5).op({SLOAD, CALLER, SSTORE}).push(5).op({SLOAD, ISZERO}).push(5).op({SSTORE}));
  }
  Address person(std::uint32_t i) { return address(1 + i % people); }
  Address anybody() { return person(static_cast<std::uint32_t>(prng.between(0, people - 1))); }

  Transaction any() {
    const Address from = anybody();
    const std::uint64_t nonce = prng.between(0, 20) == 0 ? 77 : nonces[from]++;
    switch (prng.between(0, 9)) {
      case 0: return web3(from, counter, nonce, Bytes(4));
      case 1: {
        Bytes input(1);
        hanse::append(input, token::padded(anybody()));
        return web3(from, purse, nonce, input);
      }
      case 2: return web3(from, witness, nonce, Bytes(4));
      case 3: return web3(from, factory, nonce, Bytes(4));
      case 4: return web3(from, flicker, nonce, Bytes(4));
      case 5: return native(from, std::nullopt, token::deployment(3));
      case 6:
      case 7: return web3(from, token, nonce, token::transfer(anybody(), U256(prng.between(0, 3))));
      default: return web3(from, anybody(), nonce, {}, U256(prng.between(0, 400)));
    }
  }
};

void on_threads(std::size_t count, const std::function<void(std::size_t)>& each) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&each, i] { each(i); });
}
void backwards(std::size_t count, const std::function<void(std::size_t)>& each) {
  while (count > 0) each(--count);
}

// Serial order defines the result, whatever the parts are and whichever runs first.
TEST(ExecuteInParts, IsBitEqualToSerialOrder) {
  std::size_t wrong = 0, right = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Town town(seed);
    if (seed % 7 == 0) town.config.block_gas_limit = 900'000;
    if (seed % 11 == 0) town.config.gas_price = 1;
    Spreading spreading{.threads = 2 + seed % 3, .for_each = seed % 4 == 0 ? on_threads : backwards};
    for (int round = 0; round < 3; ++round) {
      std::vector<Transaction> transactions;
      const auto kinds = town.prng.between(0, 2);   // a town of transfers only, or of everything
      for (std::uint64_t i = town.prng.between(1, 60); i > 0; --i)
        transactions.push_back(kinds == 0 ? town.web3(town.anybody(), town.anybody(), 0, {}, 1) : town.any());
      if (!parts_of(transactions, spreading.threads).empty()) {
        Spreading once = spreading;
        once.contention = {};
        const auto serial = town.execute(transactions);
        const auto parts = town.execute(transactions, &once);
        ASSERT_TRUE(serial && parts) << seed;
        ASSERT_EQ(serial->receipts, parts->receipts) << seed;
        ASSERT_EQ(*serial->diff, *parts->diff) << seed;
        ASSERT_EQ(serial->header, parts->header) << seed;
        ASSERT_EQ(serial->run, parts->run) << seed;
        ++(parts->parts > 1 ? right : wrong);
      }
      town.append(transactions);
    }
  }
  EXPECT_GT(wrong, 50u);                          // both ways were gone
  EXPECT_GT(right, 50u);
}

// Adds one to the slot that the first word of a call names.
Bytes counters_code() {
  return deployment_of(Assembly().push(4).op({CALLDATALOAD, SLOAD}).push(1).op({ADD}).push(4).op({CALLDATALOAD, SSTORE}).bytes);
}

// What nothing in a call tells its ABI does.
TEST(ExecuteInParts, AnAbiSaysWhereCallsMeet) {
  const auto made = [](std::string abi) {
    Chain chain;
    Transaction create = chain.native(address(1), std::nullopt, counters_code());
    create.abi = std::move(abi);
    const Address counters = chain.append({create}).receipts[0].contract_address.value();
    std::vector<Transaction> calls;
    for (std::uint32_t i = 0; i < 100; ++i) {
      Bytes input{1, 2, 3, 4};
      append(input, U256(i % 9).to_be());
      calls.push_back(chain.web3(address(10 + i), counters, 0, input));
    }
    Spreading spreading{.threads = 2, .for_each = backwards};
    const auto block = chain.execute(calls, &spreading);
    CHECK(block.has_value() && block->receipts.back().status == 0);
    return block->parts;
  };
  EXPECT_EQ(made(""), 1u);
  EXPECT_EQ(made("[{\"conflictFields\":"), 1u);
  EXPECT_EQ(made(R"([{"type":"function","selector":[16909060,1],"conflictFields":[{"kind":3,"value":[0],"slot":0}]}])"), 2u);
  EXPECT_EQ(made(R"([{"type":"function","selector":[16909061,1],"conflictFields":[{"kind":3,"value":[0],"slot":0}]}])"), 1u);   // another function
  EXPECT_EQ(made(R"([{"type":"function","selector":[16909060,1],"conflictFields":[{"kind":0,"slot":0}]}])"), 1u);               // all of it
}

TEST(ExecuteInParts, AReadErrorIsAnErrorAndNoBlock) {
  Town town(1);
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < 20; ++i) transactions.push_back(town.web3(address(2 * i), address(2 * i + 1), 0, {}, 1));
  town.state.broken = Error{Code::io, "disk"};
  Spreading spreading{.threads = 2, .for_each = on_threads};
  const auto block = town.execute(transactions, &spreading);
  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().code, Code::io);
}

}  // namespace
}  // namespace hanse::executor
