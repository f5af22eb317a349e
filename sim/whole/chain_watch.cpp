// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/chain_watch.hpp"

#include <algorithm>
#include <set>

#include "base/hex.hpp"
#include "codec/tars.hpp"
#include "sim/whole/replay.hpp"

namespace hanse::whole {
namespace {

std::string short_of(const Hash& hash) { return to_hex(hash).substr(0, 8); }

}  // namespace

void ChainWatch::shown(NodeNumber node, BlockNumber number, const Hash& header) {
  const auto [at, is_new] = shown_.try_emplace(number, header);
  if (!is_new && at->second != header)
    violations_.add("one chain", "node {} shows block {} as {}, it was {} before", node, number, short_of(header),
                    short_of(at->second));
}

void ChainWatch::told(NodeNumber node, const ledger::LedgerView& view, const port::TransactionView& answer) {
  const Hash& hash = answer.transaction.hash;
  if (!answer.receipt) return violations_.add("told", "node {} tells {} without a receipt", node, short_of(hash));
  const BlockNumber number = answer.receipt->block_number;
  const auto header = view.header_hash(number);
  if (!header ? header.error().code != Code::io : *header != answer.block_hash)
    violations_.add("told when decided", "node {} tells of {} in block {}, which its readers do not see", node,
                    short_of(hash), number);
  shown(node, number, answer.block_hash);
  const auto [at, is_new] = told_.try_emplace(hash, answer);
  probes_.hit(is_new ? Probe::told : Probe::told_again);
  if (is_new) told_in_order_.push_back(hash);
  else if (at->second.receipt != answer.receipt || at->second.block_hash != answer.block_hash)
    violations_.add("one receipt", "node {} tells another receipt of {} than was told before", node, short_of(hash));
}

const port::TransactionView* ChainWatch::told_of(const Hash& transaction) const {
  const auto at = told_.find(transaction);
  return at == told_.end() ? nullptr : &at->second;
}

void ChainWatch::read_account(NodeNumber node, BlockNumber at, const Address& address, std::uint64_t nonce,
                              const U256& balance) {
  probes_.hit(Probe::read);
  accounts_[at].push_back({node, address, nonce, balance});
}

void ChainWatch::read_slot(NodeNumber node, BlockNumber at, const Address& contract, const Hash& slot, const U256& value) {
  probes_.hit(Probe::read);
  slots_[at].push_back({node, contract, slot, value});
}

void ChainWatch::at_end(const std::vector<Holder>& nodes) {
  const ledger::LedgerView& first = *nodes.front().view;
  Replay replay(genesis_, violations_, probes_);
  check_reads(replay.view());
  for (BlockNumber number = 1; number <= first.head().number && !violations_.first(); ++number) {
    replay.run(first, number);
    check_reads(replay.view());
  }
  if (violations_.first()) return;
  check_told(first);
  compare(*nodes.front().rows, replay.rows(), "a serial execution");
  for (NodeNumber node = 1; node < nodes.size(); ++node)
    compare(*nodes.front().rows, *nodes[node].rows, fmt::format("node {}", node));
  if (!shown_.empty() && shown_.rbegin()->first > first.head().number)
    violations_.add("durable", "block {} was shown and is gone", shown_.rbegin()->first);
}

void ChainWatch::check_reads(const ledger::LedgerView& view) {
  const BlockNumber number = view.head().number;
  for (const AccountRead& read : accounts_[number]) {
    const auto row = view.get(state::account_key(read.address)).value();
    const state::Account account = row ? tars::decode<state::Account>(*row).value() : state::Account{};
    if (account.nonce != read.nonce || account.balance != read.balance)
      violations_.add("reads", "node {} showed nonce {} of {} at block {}, it was {} then (or the balance differs)",
                      read.node, read.nonce, to_hex(read.address), number, account.nonce);
  }
  for (const SlotRead& read : slots_[number]) {
    const auto row = view.get(state::slot_key(read.contract, read.slot)).value();
    const U256 value = row ? U256::from_be(*row) : U256();
    if (value != read.value)
      violations_.add("reads", "node {} answered a call at block {} with {}, the state had {}", read.node, number,
                      to_hex(read.value.to_be()), to_hex(value.to_be()));
  }
}

void ChainWatch::check_told(const ledger::LedgerView& view) {
  for (const Hash& hash : told_in_order_) {
    const port::TransactionView& told = told_.at(hash);
    const auto place = view.place_of(hash);
    if (!place || !*place) return violations_.add("durable", "{} was told and is in no block", short_of(hash));
    const auto receipt = view.receipt((*place)->number, (*place)->index);
    if (!receipt || *receipt != *told.receipt || view.header_hash((*place)->number).value() != told.block_hash)
      violations_.add("durable", "the receipt of {} is not the one that was told", short_of(hash));
  }
}

// Every row but those that may differ between nodes: certificates, signatures shown to clients, the consensus log.
void ChainWatch::compare(const kv::KvStore& one, const kv::KvStore& other, const std::string& whose) {
  constexpr auto differs = [](std::uint8_t tag) {
    using enum ledger::Tag;
    const auto name = static_cast<ledger::Tag>(tag);
    return name == certificate || name == header_signatures || name == log_record || name == log_bodies;
  };
  const auto rows_of = [&](const kv::KvStore& store) {
    std::vector<std::pair<Bytes, Bytes>> rows;
    CHECK(store.snapshot()->scan({}, Bytes{0xff}, [&](BytesView key, BytesView value) {
      if (!differs(key[0])) rows.emplace_back(to_bytes(key), to_bytes(value));
      return true;
    }).has_value());
    return rows;
  };
  const auto here = rows_of(one), there = rows_of(other);
  const auto [a, b] = std::ranges::mismatch(here, there);
  if (a == here.end() && b == there.end()) return;
  const Bytes& key = a == here.end() || (b != there.end() && b->first < a->first) ? b->first : a->first;
  violations_.add("same rows", "node 0 and {} differ in the row {}", whose, to_hex(key).substr(0, 40));
}

}  // namespace hanse::whole
