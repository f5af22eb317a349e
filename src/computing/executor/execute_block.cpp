// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/execute_block.hpp"

#include <initializer_list>
#include <numeric>

#include "codec/tars.hpp"
#include "computing/executor/run_transaction.hpp"

namespace hanse::executor {
namespace {

// Receipts of what ran take their places in the block.
void place_receipts(BlockNumber number, ExecutedBlock& block) {
  std::uint32_t log_count = 0;
  block.header.gas_used = 0;
  for (std::uint32_t index = 0; index < block.receipts.size(); ++index) {
    Receipt& receipt = block.receipts[index];
    block.header.gas_used += receipt.gas_used;
    receipt.block_number = number;
    receipt.transaction_index = index;
    receipt.cumulative_gas_used = block.header.gas_used;
    receipt.first_log_index = log_count;
    log_count += static_cast<std::uint32_t>(receipt.logs.size());
  }
}

Hash root_of_transactions(Suite suite, std::span<const Transaction* const> run) {
  std::vector<Hash> leaves;
  for (const Transaction* transaction : run) leaves.push_back(transaction->hash);
  return merkle_root(suite, std::move(leaves));
}

Hash root_of_receipts(Suite suite, std::span<const Receipt> receipts) {
  std::vector<Hash> leaves(receipts.size());
  receipt_hashes(suite, receipts, leaves);
  return merkle_root(suite, std::move(leaves));
}

// The jobs, at once where there are threads for `count` transactions.
void do_all(Spreading* spreading, std::size_t count, std::initializer_list<std::function<void()>> jobs) {
  const auto do_one = [&](std::size_t i) { jobs.begin()[i](); };
  if (spreading != nullptr && spreading->pays_off(count)) return spreading->for_each(jobs.size(), do_one);
  for (std::size_t i = 0; i < jobs.size(); ++i) do_one(i);
}

// Runs transactions in order until one would bring the block above its gas limit; that one is undone and ends the block.
// The first runs whatever it takes, or it could never run.
Result<void> run_in_order(const BlockContext& context, std::span<const Transaction* const> transactions,
                          const state::StateReader& parent, Spreading* spreading, ExecutedBlock& block) {
  Workspace workspace(context, parent);
  std::uint64_t gas_used = 0;
  for (const Transaction* transaction : transactions) {
    workspace.journal.begin_transaction();
    auto receipt = run_transaction(workspace, *context.config, *transaction);
    if (!receipt) return pass(receipt);
    const bool fits = block.receipts.empty() || gas_used + receipt->gas_used <= context.config->block_gas_limit;
    workspace.journal.end_transaction(fits);
    if (!fits) break;
    gas_used += receipt->gas_used;
    block.receipts.push_back(std::move(*receipt));
  }
  auto diff = workspace.journal.diff();
  if (!diff) return pass(diff);
  block.diff = std::make_shared<const state::StateDiff>(std::move(*diff));
  place_receipts(context.head.number, block);
  const Suite suite = context.config->suite;
  do_all(spreading, block.receipts.size(), {
    [&] { block.header.state_root = state::write_set_root(suite, *block.diff); },
    [&] { block.header.receipts_root = root_of_receipts(suite, block.receipts); },
    [&] { block.header.transactions_root = root_of_transactions(suite, transactions.first(block.receipts.size())); }});
  return {};
}

// Some transactions of a block, in order, upon the parent's state: as if the others were not there.
struct Part {
  std::span<const std::uint32_t> places;
  std::unique_ptr<Workspace> workspace;
  Result<state::StateDiff> diff;

  Result<state::StateDiff> run(const BlockContext& context, std::span<const Transaction* const> transactions,
                               const state::StateReader& parent, std::vector<Receipt>& receipts) {
    workspace = std::make_unique<Workspace>(context, parent);
    for (const std::uint32_t place : places) {
      workspace->journal.begin_transaction();
      auto receipt = run_transaction(*workspace, *context.config, *transactions[place]);
      if (!receipt) return pass(receipt);
      workspace->journal.end_transaction(true);
      receipts[place] = std::move(*receipt);
    }
    return workspace->journal.diff();
  }
};

std::optional<Address> shared_change(std::span<const Part> parts) {
  for (std::size_t a = 0; a < parts.size(); ++a)
    for (std::size_t b = a + 1; b < parts.size(); ++b)
      if (const auto shared = parts[a].workspace->journal.shared_change(parts[b].workspace->journal)) return shared;
  return std::nullopt;
}

state::StateDiff joined(std::span<const Part> parts) {
  state::StateDiff diff = state::StateDiff::merged(*parts[0].diff, *parts[1].diff);
  for (const Part& part : parts.subspan(2)) diff = state::StateDiff::merged(diff, *part.diff);
  return diff;
}

// Parts of the block at once. Where none changed what another one met, and all of it fits, that is what serial order gives;
// where not, false: nothing of it is used. An error of a part counts: it ran upon a true state.
Result<bool> run_in_parts(const BlockContext& context, std::span<const Transaction* const> transactions,
                          const state::StateReader& parent, Spreading& spreading, ExecutedBlock& block) {
  const BlockNumber number = context.head.number;
  if (!spreading.pays_off(transactions.size()) || !spreading.contention.pays_off(number)) return false;
  const Suite suite = context.config->suite;
  const auto places = partition(transactions, spreading.threads, spreading.contention, number,
                                [&](const Transaction& call) { return spreading.conflict_fields.of(suite, call, parent); });
  if (places.empty()) return false;
  std::vector<Part> parts(places.size());
  block.receipts.resize(transactions.size());
  spreading.for_each(parts.size() + 1, [&](std::size_t i) {
    if (i == parts.size()) {
      block.header.transactions_root = root_of_transactions(suite, transactions);
      return;
    }
    parts[i].places = places[i];
    parts[i].diff = parts[i].run(context, transactions, parent, block.receipts);
  });
  for (const Part& part : parts)
    if (!part.diff) return std::unexpected(part.diff.error());
  // They are joined while another thread finds out whether they may be.
  std::optional<Address> met_in;
  do_all(&spreading, transactions.size(), {
    [&] {
      block.diff = std::make_shared<const state::StateDiff>(joined(parts));
      block.header.state_root = state::write_set_root(suite, *block.diff);
    },
    [&] {
      place_receipts(number, block);
      block.header.receipts_root = root_of_receipts(suite, block.receipts);
    },
    [&] {
      met_in = shared_change(parts);
      for (Part& part : parts) part.workspace.reset();
    }});
  block.parts = parts.size();
  if (!met_in && block.header.gas_used <= context.config->block_gas_limit) {
    spreading.contention.guessed_right();
    return true;
  }
  spreading.contention.guessed_wrong(number, met_in);
  block = {};
  return false;
}

Result<void> run(const BlockContext& context, std::span<const Transaction* const> transactions, const state::StateReader& parent,
                 Spreading* spreading, ExecutedBlock& block) {
  if (spreading != nullptr) {
    const auto done = run_in_parts(context, transactions, parent, *spreading, block);
    if (!done) return pass(done);
    if (*done) return {};
  }
  return run_in_order(context, transactions, parent, spreading, block);
}

HeaderExtra header_extra(const BlockContext& context, const GroupConfig& next, std::size_t run_count,
                         std::size_t transaction_count) {
  HeaderExtra extra{.epoch = context.head.epoch,
                    .first_view = context.head.first_view,
                    .next_config = config_hash(next),
                    .proposal = context.proposal};
  for (std::size_t place = run_count; place < transaction_count; ++place)
    extra.not_run.push_back(static_cast<std::uint32_t>(place));
  return extra;
}

void fill_header(const BlockContext& context, std::size_t transaction_count, ExecutedBlock& block) {
  const GroupConfig& config = *context.config;
  BlockHeader& header = block.header;
  header.number = context.head.number;
  header.parent_hash = context.parent_header;
  header.timestamp_ms = context.head.time_ms;
  header.sealer = context.head.proposer;
  for (const Sealer& sealer : config.sealers) {
    header.sealer_list.push_back(sealer.node);
    header.weights.push_back(static_cast<std::int64_t>(sealer.weight));
  }
  const GroupConfig& next = block.next_config ? *block.next_config : config;
  header.extra_data = tars::encode(header_extra(context, next, block.run.size(), transaction_count));
  block.header_hash = header_hash(config.suite, header);
}

}  // namespace

Result<ExecutedBlock> execute_block(const BlockContext& context, std::span<const Transaction* const> transactions,
                                    const state::StateReader& parent, Spreading* spreading) {
  ExecutedBlock block;
  if (const auto ran = run(context, transactions, parent, spreading, block); !ran) return pass(ran);
  block.run.resize(block.receipts.size());
  std::iota(block.run.begin(), block.run.end(), 0u);
  fill_header(context, transactions.size(), block);
  return block;
}

}  // namespace hanse::executor
