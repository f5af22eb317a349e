// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/journal.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::state {
namespace {

Address address(std::uint8_t last) {
  Address a;
  a.bytes[19] = last;
  a.bytes[3] = 0x77;
  return a;
}
const Address kRich = address(1), kOther = address(2), kContract = address(3);
const Bytes kCode{0x60, 0x00};

std::shared_ptr<const void> no_analysis(BytesView) { return nullptr; }

struct JournalTest : testing::Test {
  MapState parent;
  CodeCache codes{no_analysis, 1 << 20};
  std::optional<Journal> journal;

  JournalTest() {
    parent.put(kRich, {.balance = U256(100)});
    parent.put_code(Suite::standard, kContract, kCode);
    parent.put_slot(kContract, 1, 11);
    journal.emplace(Suite::standard, parent, codes);
    journal->begin_transaction();
  }
  void next_transaction(bool keep = true) {
    journal->end_transaction(keep);
    journal->begin_transaction();
  }
  StateDiff diff() {
    journal->end_transaction(true);
    auto diff = journal->diff();
    EXPECT_TRUE(diff);
    return diff.value_or(StateDiff{});
  }
  // What stands under a key of the diff, as text to compare: "none" where it is not there.
  static std::string value(const StateDiff& changes, BytesView key) {
    const auto change = changes.find(key);
    return !change ? "none" : !change->value ? "erased" : to_hex(*change->value);
  }
  U256 slot(const Address& at, const U256& key) {
    U256 value;
    EXPECT_NE(journal->load_slot(at, key, false, value), Load::fault);
    return value;
  }
  Journal::Before store(const Address& at, const U256& key, const U256& value) {
    Journal::Before before;
    EXPECT_NE(journal->store_slot(at, key, value, false, before), Load::fault);
    return before;
  }
  const Journal::AccountState& account(const Address& at) {
    const Journal::AccountState* found = nullptr;
    journal->load(at, false, true, found);
    return *found;
  }
  Load load(const Address& at, bool skip = false) {
    const Journal::AccountState* found = nullptr;
    return journal->load(at, skip, false, found);
  }
};

TEST_F(JournalTest, HoldsNoKeyWhoseValueIsTheParentsAgain) {
  store(kContract, 1, 12);
  store(kContract, 1, 11);
  EXPECT_EQ(journal->transfer(kRich, kOther, 5), Move::done);
  EXPECT_EQ(journal->transfer(kOther, kRich, 5), Move::done);
  EXPECT_TRUE(diff().empty());
}

TEST_F(JournalTest, WritesChangedSlotsAndErasesZeroes) {
  store(kContract, 1, 0);
  store(kContract, 2, 22);
  const StateDiff changes = diff();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(value(changes, slot_key(kContract, U256(1).to_be())), "erased");
  EXPECT_EQ(value(changes, slot_key(kContract, U256(2).to_be())), to_hex(U256(22).to_be()));
}

TEST_F(JournalTest, UndoesEverythingAfterACheckpoint) {
  const auto mark = journal->checkpoint();
  store(kContract, 1, 12);
  journal->store_transient(kContract, 1, 5);
  journal->add_log({.address = kContract});
  journal->set_nonce(kRich, 9);
  journal->set_code(kOther, kCode, nullptr);
  EXPECT_EQ(journal->transfer(kRich, kOther, 5), Move::done);
  ASSERT_TRUE(journal->set_row("t", as_bytes("k"), to_bytes("v")));
  journal->revert(mark);
  EXPECT_EQ(slot(kContract, 1), U256(11));
  EXPECT_TRUE(journal->load_transient(kContract, 1).is_zero());
  EXPECT_TRUE(journal->logs().empty());
  EXPECT_EQ(journal->row("t", as_bytes("k")).value(), std::nullopt);
  EXPECT_TRUE(diff().empty());
}

TEST_F(JournalTest, UndoesFromTheInnermostCheckpointOutwards) {
  store(kContract, 1, 12);
  const auto outer = journal->checkpoint();
  store(kContract, 1, 13);
  const auto inner = journal->checkpoint();
  store(kContract, 1, 14);
  journal->revert(inner);
  EXPECT_EQ(slot(kContract, 1), U256(13));
  journal->revert(outer);
  EXPECT_EQ(slot(kContract, 1), U256(12));
}

TEST_F(JournalTest, IsColdOncePerTransactionAndAgainAfterARevert) {
  const auto mark = journal->checkpoint();
  U256 value;
  EXPECT_EQ(load(kContract, true), Load::skipped);
  EXPECT_EQ(load(kContract), Load::cold);
  EXPECT_EQ(load(kContract), Load::warm);
  EXPECT_EQ(journal->load_slot(kContract, 1, true, value), Load::skipped);
  EXPECT_EQ(journal->load_slot(kContract, 1, false, value), Load::cold);
  EXPECT_EQ(journal->load_slot(kContract, 1, true, value), Load::warm);
  journal->revert(mark);
  EXPECT_EQ(load(kContract), Load::cold);
  EXPECT_EQ(journal->load_slot(kContract, 1, false, value), Load::cold);
  next_transaction();
  EXPECT_EQ(load(kContract), Load::cold);
  EXPECT_EQ(journal->load_slot(kContract, 1, false, value), Load::cold);
}

TEST_F(JournalTest, PrecompilesAreAlwaysWarm) {
  const Address precompile = address(0x44);
  journal->set_precompiles(std::vector{precompile, address(0x12)});
  EXPECT_EQ(load(precompile, true), Load::warm);
}

TEST_F(JournalTest, OriginalIsTheValueWhenTheTransactionBegan) {
  EXPECT_EQ(store(kContract, 1, 12).original, U256(11));
  next_transaction();
  const auto before = store(kContract, 1, 13);
  EXPECT_EQ(before.original, U256(12));
  EXPECT_EQ(before.present, U256(12));
  EXPECT_EQ(store(kContract, 1, 14).original, U256(12));
}

TEST_F(JournalTest, ATransactionThatIsNotKeptLeavesNothing) {
  store(kContract, 1, 12);
  next_transaction();
  store(kContract, 1, 13);
  journal->set_nonce(kRich, 7);
  next_transaction(false);
  EXPECT_EQ(slot(kContract, 1), U256(12));
  EXPECT_EQ(diff().size(), 1u);
}

TEST_F(JournalTest, TransientStorageEndsWithTheTransaction) {
  journal->store_transient(kContract, 1, 5);
  EXPECT_EQ(journal->load_transient(kContract, 1), U256(5));
  EXPECT_TRUE(journal->load_transient(kOther, 1).is_zero());
  next_transaction();
  EXPECT_TRUE(journal->load_transient(kContract, 1).is_zero());
}

TEST_F(JournalTest, MovesNoMoreThanThereIs) {
  EXPECT_EQ(journal->transfer(kRich, kOther, 101), Move::out_of_funds);
  U256 most;
  for (auto& limb : most.limbs) limb = ~0ull;
  journal->set_balance(kOther, most);
  EXPECT_EQ(journal->transfer(kRich, kOther, 1), Move::overflow);
  EXPECT_EQ(account(kRich).balance, U256(100));
}

TEST_F(JournalTest, CreationRefusesNonceCodeAndStorage) {
  Journal::Checkpoint mark;
  EXPECT_EQ(journal->create(kRich, kContract, 0, mark), Move::collision);
  EXPECT_EQ(journal->create(kRich, kOther, 7, mark), Move::done);
  EXPECT_EQ(account(kOther).nonce, 1u);
  EXPECT_EQ(account(kOther).balance, U256(7));
  EXPECT_EQ(journal->create(kRich, kOther, 0, mark), Move::collision);
  store(address(5), 1, 1);
  EXPECT_EQ(journal->create(kRich, address(5), 0, mark), Move::collision);
  EXPECT_EQ(journal->create(kRich, address(6), 1000, mark), Move::out_of_funds);
  EXPECT_EQ(account(address(6)).nonce, 0u);
}

TEST_F(JournalTest, SelfDestructionErasesOnlyWhatTheTransactionCreated) {
  journal->set_balance(kContract, 4);
  Journal::Checkpoint mark;
  ASSERT_EQ(journal->create(kRich, kOther, 7, mark), Move::done);
  journal->set_code(kOther, kCode, nullptr);
  store(kOther, 1, 1);
  auto result = journal->self_destruct(kOther, kRich, false);
  EXPECT_TRUE(result.had_value && result.heir_exists && !result.destroyed_before);
  EXPECT_TRUE(journal->self_destruct(kOther, kRich, false).destroyed_before);
  EXPECT_EQ(slot(kOther, 1), U256(1));                            // until the transaction ends
  EXPECT_TRUE(journal->self_destruct(kContract, address(8), false).had_value);
  next_transaction();
  EXPECT_TRUE(account(kOther).is_empty());
  EXPECT_TRUE(slot(kOther, 1).is_zero());
  EXPECT_EQ(account(kContract).nonce, 1u);
  EXPECT_FALSE(account(kContract).code_hash.is_zero());
  EXPECT_EQ(account(address(8)).balance, U256(4));
  const StateDiff changes = diff();
  EXPECT_EQ(value(changes, account_key(kOther)), "none");
  EXPECT_EQ(value(changes, account_key(kRich)), "none");             // has its 7 back
}

TEST_F(JournalTest, ACreatedContractThatNamesItselfHeirBurns) {
  Journal::Checkpoint mark;
  ASSERT_EQ(journal->create(kRich, kOther, 7, mark), Move::done);
  journal->self_destruct(kOther, kOther, false);
  EXPECT_TRUE(account(kOther).balance.is_zero());
  EXPECT_EQ(account(kRich).balance, U256(93));
}

TEST_F(JournalTest, AnUndoneSelfDestructionErasesNothing) {
  Journal::Checkpoint mark;
  ASSERT_EQ(journal->create(kRich, kOther, 7, mark), Move::done);
  const auto inner = journal->checkpoint();
  journal->self_destruct(kOther, kRich, false);
  journal->revert(inner);
  next_transaction();
  EXPECT_EQ(account(kOther).balance, U256(7));
}

TEST_F(JournalTest, WritesCodeOnceUnderItsHash) {
  const Bytes fresh{0x5f};
  journal->set_nonce(kOther, 1);
  journal->set_code(kOther, fresh, nullptr);
  journal->set_nonce(address(5), 1);
  journal->set_code(address(5), kCode, nullptr);                  // the state has it already
  const StateDiff changes = diff();
  EXPECT_EQ(value(changes, code_key(keccak256(fresh))), to_hex(fresh));
  EXPECT_EQ(value(changes, code_key(keccak256(kCode))), "none");
}

TEST_F(JournalTest, AnAccountLeftEmptyIsErased) {
  EXPECT_EQ(journal->transfer(kRich, kOther, 100), Move::done);
  const StateDiff changes = diff();
  EXPECT_EQ(value(changes, account_key(kRich)), "erased");
  EXPECT_TRUE(changes.find(account_key(kOther))->value);
}

TEST_F(JournalTest, KeepsRowsOfTables) {
  ASSERT_TRUE(journal->set_row("t", as_bytes("k"), to_bytes("v")));
  next_transaction();
  const auto mark = journal->checkpoint();
  ASSERT_TRUE(journal->set_row("t", as_bytes("k"), std::nullopt));
  EXPECT_EQ(journal->row("t", as_bytes("k")).value(), std::nullopt);
  journal->revert(mark);
  EXPECT_EQ(value(diff(), table_key("t", as_bytes("k"))), to_hex(as_bytes("v")));
}

TEST_F(JournalTest, AReadErrorSticks) {
  parent.broken = Error{Code::io, "disk"};
  EXPECT_EQ(load(kContract), Load::fault);
  parent.broken = std::nullopt;
  EXPECT_EQ(load(kContract), Load::fault);
  EXPECT_EQ(journal->error()->code, Code::io);
  journal->end_transaction(true);
  EXPECT_EQ(journal->diff().error().code, Code::io);
}

TEST_F(JournalTest, AStoredAccountThatDoesNotDecodeIsAnError) {
  parent.rows[to_bytes(account_key(kOther))] = Bytes{0xff};
  EXPECT_EQ(load(kOther), Load::fault);
  EXPECT_EQ(journal->error()->code, Code::corrupt);
}

TEST(CodeCache, ForgetsTheLeastLatelyUsed) {
  CodeCache codes(no_analysis, 10);
  const Hash a{{1}}, b{{2}}, c{{3}};
  codes.add(a, Bytes(4));
  codes.add(b, Bytes(4));
  EXPECT_NE(codes.find(a), nullptr);
  codes.add(c, Bytes(4));
  EXPECT_EQ(codes.find(b), nullptr);
  EXPECT_NE(codes.find(a), nullptr);
  EXPECT_NE(codes.find(c), nullptr);
}

// Two journals over one parent, of which one changes something and the other meets it.
struct SharedChange : testing::Test {
  MapState parent;
  CodeCache codes{[](BytesView) { return std::shared_ptr<const void>(); }, 1 << 20};
  Journal one{Suite::standard, parent, codes}, other{Suite::standard, parent, codes};
  const Address met{{1}}, elsewhere{{2}};
  U256 value;
  Journal::Before before;
  const Journal::AccountState* found = nullptr;

  SharedChange() {
    parent.put(met, {.balance = 10, .nonce = 1});
    one.begin_transaction();
    other.begin_transaction();
  }
  void expect(std::optional<Address> shared) {
    EXPECT_EQ(one.shared_change(other), shared);
    EXPECT_EQ(other.shared_change(one), shared);
  }
};

TEST_F(SharedChange, ReadsAloneAreNone) {
  for (Journal* journal : {&one, &other}) {
    journal->load(met, false, false, found);
    journal->load(elsewhere, false, false, found);
    journal->load_slot(met, 1, false, value);
    ASSERT_TRUE(journal->row("t", met));
  }
  one.load_slot(met, 2, false, value);
  expect(std::nullopt);
}

TEST_F(SharedChange, AChangedAccountThatTheOtherMetIsOne) {
  other.load(met, false, false, found);
  one.set_nonce(met, 2);
  expect(met);
}

TEST_F(SharedChange, AnAbsentAccountThatTheOtherMadeIsOne) {
  other.load(elsewhere, false, false, found);
  one.set_balance(elsewhere, 1);
  expect(elsewhere);
}

TEST_F(SharedChange, ChangedCodeIsOne) {
  other.load(met, false, false, found);
  one.set_code(met, Bytes{1}, nullptr);
  expect(met);
}

TEST_F(SharedChange, AChangedSlotThatTheOtherMetIsOneAndAnotherIsNone) {
  one.store_slot(met, 1, 5, false, before);
  other.load_slot(met, 2, false, value);
  expect(std::nullopt);
  other.load_slot(met, 1, false, value);
  expect(met);
}

TEST_F(SharedChange, WhatWasChangedAndRestoredIsOne) {
  other.load_slot(met, 1, false, value);
  one.store_slot(met, 1, 5, false, before);
  one.end_transaction(true);
  one.begin_transaction();
  one.store_slot(met, 1, 0, false, before);
  one.end_transaction(true);
  expect(met);
}

TEST_F(SharedChange, AChangedRowThatTheOtherMetIsOneOfNoAccount) {
  ASSERT_TRUE(other.row("t", met));
  ASSERT_TRUE(one.set_row("u", met, Bytes{1}));
  expect(std::nullopt);
  ASSERT_TRUE(one.set_row("t", met, Bytes{1}));
  expect(Address{});
}

}  // namespace
}  // namespace hanse::state
