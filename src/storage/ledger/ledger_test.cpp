// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/ledger.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "codec/tars.hpp"
#include "storage/ledger/log_filter.hpp"
#include "storage/ledger/test_block.hpp"

namespace hanse::ledger {
namespace {

namespace fs = std::filesystem;

struct Folder : TemporaryFolder {
  Folder() : TemporaryFolder("ledger") {}
  std::string data() const { return (path() / "data").string(); }
};

std::unique_ptr<Ledger> open_memory_ledger() {
  auto ledger = Ledger::open(kv::open_memory(), genesis_of());
  EXPECT_TRUE(ledger.has_value()) << ledger.error().text;
  return std::move(*ledger);
}
Result<std::unique_ptr<Ledger>> open_on_disk(const std::string& folder, const Genesis& genesis = genesis_of()) {
  auto store = kv::open_rocksdb(folder);
  if (!store) return pass(store);
  return Ledger::open(std::move(*store), genesis);
}

std::string state_of(const LedgerView& view, Bytes key) {
  const auto value = view.get(key);
  EXPECT_TRUE(value.has_value());
  return *value ? std::string(as_text(**value)) : "none";
}

TEST(Ledger, BeginsWithTheGenesisBlock) {
  const auto ledger = open_memory_ledger();
  const auto view = ledger->view();
  EXPECT_EQ(view->head().number, 0);
  EXPECT_EQ(view->head().proposal, view->head().header);
  EXPECT_EQ(*view->genesis_text(), genesis_of().to_text());
  EXPECT_EQ(view->config(), genesis_of().config);
  const auto account = tars::decode<state::Account>(**view->get(state::account_key(address(1))));
  EXPECT_EQ(account->balance, U256(7));
  EXPECT_EQ(*view->number_of(view->head().header), 0);
  EXPECT_EQ(view->header(1).error().code, Code::not_found);
}

TEST(Ledger, ABlockIsReadBackWhole) {
  const auto ledger = open_memory_ledger();
  TestBlock block(1);
  block.header_hash = hash(5001);
  block.append_to(*ledger);
  const auto view = ledger->view();
  EXPECT_EQ(view->head(), (Head{1, hash(5001), hash(6000), 1000, 2, 1}));
  EXPECT_EQ(view->header(1)->header, block.header);
  EXPECT_EQ(view->header(1)->hash, hash(5001));
  EXPECT_EQ(*view->number_of(hash(5001)), 1);
  EXPECT_EQ(*view->proposal(1), block.proposal);
  EXPECT_EQ(*view->certificate(1), block.certificate);
  EXPECT_EQ(*view->run_hashes(1), (std::vector{hash(10), hash(12)}));
  EXPECT_EQ(*view->run_identities(1), (std::vector{hash(10), hash(7012)}));
  EXPECT_EQ(*view->receipts(1), block.receipts);
  EXPECT_EQ(*view->receipt(1, 1), block.receipts[1]);
  EXPECT_EQ(*view->nonce_keys(1), std::vector{nonce_key_of(Suite::standard, "nonce12")});
  EXPECT_EQ(view->certified_block(1)->transactions.size(), 3u);
  EXPECT_EQ(state_of(*view, {0x01}), "1");
}

TEST(Ledger, ATransactionIsFoundByItsHashWhereItRan) {
  const auto ledger = open_memory_ledger();
  TestBlock(1).append_to(*ledger);
  const auto view = ledger->view();
  const auto place = *view->place_of(hash(12));
  ASSERT_TRUE(place);
  EXPECT_EQ(place->number, 1);
  EXPECT_EQ(place->index, 1u);
  EXPECT_EQ(place->place, 2u);
  EXPECT_EQ(view->transaction(*place)->encoded, to_bytes("transaction 12"));
  EXPECT_EQ(view->transaction(*place)->sender, address(3));
  EXPECT_FALSE(view->place_of(hash(11))->has_value()) << "it was proposed and not run";
}

TEST(Ledger, AViewStaysWhereItIs) {
  const auto ledger = open_memory_ledger();
  TestBlock(1).append_to(*ledger);
  const auto first = ledger->view();
  TestBlock(2).append_to(*ledger);
  EXPECT_EQ(first->head().number, 1);
  EXPECT_EQ(state_of(*first, {0x01}), "1");
  EXPECT_EQ(state_of(*first, {0x02, 1}), "kept");
  EXPECT_EQ(first->header(2).error().code, Code::not_found);
  EXPECT_EQ(state_of(*ledger->view(), {0x01}), "2");
  EXPECT_EQ(state_of(*ledger->view(), {0x02, 1}), "none");
}

TEST(Ledger, AConfigurationHoldsFromTheBlockAfterTheOneThatMadeIt) {
  const auto ledger = open_memory_ledger();
  TestBlock block(1);
  block.next_config = genesis_of().config;
  block.next_config->epoch = 1;
  block.next_config->tx_count_limit = 5;
  block.append_to(*ledger);
  EXPECT_EQ(ledger->view()->config_at(1)->epoch, 0u);
  EXPECT_EQ(ledger->view()->config_at(2)->tx_count_limit, 5u);
  EXPECT_EQ(ledger->view()->config().epoch, 1u);
}

TEST(Ledger, LogsAreFoundByAddressAndTopic) {
  const auto ledger = open_memory_ledger();
  for (BlockNumber number = 1; number <= 50; ++number) TestBlock(number).append_to(*ledger, false);
  const auto view = ledger->view();
  port::GetLogs query;
  query.last = 1'000;
  query.addresses = {address(71), address(9999)};
  const auto by_address = view->logs(query);
  ASSERT_TRUE(by_address);
  ASSERT_EQ(by_address->size(), 1u);
  EXPECT_EQ(by_address->front().block_number, 7);
  EXPECT_EQ(by_address->front().transaction_hash, hash(72));
  EXPECT_EQ(by_address->front().log_index, 1u);
  EXPECT_EQ(by_address->front().block_time_ms, 7000);
  query.addresses.clear();
  query.topics = {{}, {hash(30), hash(40)}};
  EXPECT_EQ(view->logs(query)->size(), 4u);
  query.topics = {{hash(100)}};
  query.first = 41, query.last = 45;
  EXPECT_EQ(view->logs(query)->size(), 10u);
  query.limit = 9;
  EXPECT_EQ(view->logs(query).error().code, Code::too_large);
}

TEST(LogFilter, HasNoFalseNegativesAndFewFalsePositives) {
  Receipt receipt;
  for (std::uint64_t i = 0; i < 1'000; ++i) receipt.logs.push_back({address(i), {hash(i), hash(i + 1)}, {}});
  const Bytes filter = make_log_filter(std::span(&receipt, 1));
  EXPECT_LT(filter.size(), 4'000u);
  int wrong = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    port::GetLogs query;
    query.addresses = {address(i)};
    if (i < 1'000) EXPECT_TRUE(may_match(filter, query)) << i;
    else wrong += may_match(filter, query);
  }
  EXPECT_LT(wrong, 300);
}

TEST(ConsensusLog, RecordsGoWithTheirBlock) {
  const Folder folder;
  const TestBlock block(1), later(2);
  {
    auto ledger = open_on_disk(folder.data());
    ASSERT_TRUE(ledger) << ledger.error().text;
    kv::WriteBatch batch;
    ConsensusLog& log = (*ledger)->log();
    log.add(batch, {1, 1, to_bytes("vote 1")});
    log.add(batch, {2, 1, to_bytes("prepared 1")});
    log.add_bodies(batch, 1, hash(1), block.transactions);
    log.add(batch, {3, std::nullopt, to_bytes("view 1")});
    log.add(batch, {4, 2, to_bytes("prepared 2")});
    log.add_bodies(batch, 2, hash(2), later.transactions);
    log.add(batch, {5, std::nullopt, to_bytes("view 2")});
    ASSERT_TRUE((*ledger)->write(batch, true));
    block.append_to(**ledger);
  }
  auto ledger = open_on_disk(folder.data());
  ASSERT_TRUE(ledger) << ledger.error().text;
  const auto& records = (*ledger)->log().loaded();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].record, to_bytes("prepared 2"));
  EXPECT_EQ(records[0].number, 2);
  EXPECT_EQ(records[1].record, to_bytes("view 2"));
  EXPECT_FALSE(records[1].number);
  EXPECT_EQ((*ledger)->log().next_position(), 6u);
  ASSERT_EQ((*ledger)->log().loaded_bodies().size(), 3u);
  EXPECT_EQ((*ledger)->log().loaded_bodies()[0].encoded, to_bytes("transaction 20"));
}

TEST(ConsensusLog, BodiesAreWrittenOnceHoweverOftenTheyArePrepared) {
  const auto ledger = open_memory_ledger();
  const TestBlock block(1);
  kv::WriteBatch batch;
  ledger->log().add_bodies(batch, 1, hash(1), block.transactions);
  ledger->log().add_bodies(batch, 1, hash(1), block.transactions);
  EXPECT_EQ(batch.entries.size(), 1u);
  ledger->log().add_bodies(batch, 1, hash(2), block.transactions);
  EXPECT_EQ(batch.entries.size(), 2u);
}

TEST(Recovery, AnotherGenesisIsRefusedByItsFirstDifference) {
  const Folder folder;
  { ASSERT_TRUE(open_on_disk(folder.data())); }
  const auto refused = open_on_disk(folder.data(), genesis_of(8));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::wrong_genesis);
  EXPECT_NE(refused.error().text.find("8"), std::string::npos) << refused.error().text;
}

TEST(Recovery, AFlippedBitInTheGenesisIsRefusedOrChangesNothing) {
  const Genesis genesis = genesis_of();
  const Hash right = make_genesis_block(genesis).hash;
  std::string text = genesis.to_text();
  int noticed = 0;
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    const auto parsed = Genesis::parse(text);
    const bool same = parsed && parsed->to_text() == genesis.to_text();
    if (parsed && !same) EXPECT_NE(make_genesis_block(*parsed).hash, right) << "bit " << bit;
    noticed += !same;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
  }
  EXPECT_GT(noticed, 500);
}

TEST(Recovery, AReopenedLedgerGoesOnWhereItWas) {
  const Folder folder;
  {
    auto ledger = open_on_disk(folder.data());
    ASSERT_TRUE(ledger) << ledger.error().text;
    for (BlockNumber number = 1; number <= 20; ++number) TestBlock(number).append_to(**ledger, false);
  }
  auto ledger = open_on_disk(folder.data());
  ASSERT_TRUE(ledger) << ledger.error().text;
  EXPECT_EQ((*ledger)->view()->head().number, 20);
  EXPECT_EQ((*ledger)->view()->head().transaction_count, 40u);
  EXPECT_EQ(state_of(*(*ledger)->view(), {0x01}), "20");
  TestBlock(21).append_to(**ledger);
  EXPECT_EQ((*ledger)->view()->head().number, 21);
}

// What a killed process leaves is the folder as it is at that moment: a copy of it, taken after every write.
TEST(Recovery, AfterAnyWriteAKilledProcessFindsWholeBlocksAndTheLogThatBelongsToThem) {
  const Folder folder;
  auto ledger = open_on_disk(folder.data());
  ASSERT_TRUE(ledger) << ledger.error().text;
  for (BlockNumber number = 1; number <= 5; ++number) {
    const TestBlock block(number);
    kv::WriteBatch batch;
    (*ledger)->log().add(batch, {static_cast<std::uint64_t>(number), number, to_bytes("prepared")});
    (*ledger)->log().add_bodies(batch, number, hash(1), block.transactions);
    ASSERT_TRUE((*ledger)->write(batch, true));
    for (const bool appended : {false, true}) {
      if (appended) block.append_to(**ledger, true);
      const std::string copy = (folder.path() / fmt::format("copy{}{}", number, appended)).string();
      fs::copy(folder.data(), copy, fs::copy_options::recursive);
      auto survivor = open_on_disk(copy);
      ASSERT_TRUE(survivor) << survivor.error().text;
      const auto view = (*survivor)->view();
      EXPECT_EQ(view->head().number, appended ? number : number - 1);
      EXPECT_EQ((*survivor)->log().loaded().size(), appended ? 0u : 1u);
      EXPECT_EQ((*survivor)->log().loaded_bodies().size(), appended ? 0u : 3u);
      if (view->head().number > 0) EXPECT_EQ(state_of(*view, {0x01}), std::to_string(view->head().number));
    }
  }
}

}  // namespace
}  // namespace hanse::ledger
