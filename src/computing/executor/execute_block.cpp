// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/execute_block.hpp"

#include "codec/tars.hpp"
#include "computing/executor/run_transaction.hpp"

namespace hanse::executor {
namespace {

// Receipts of what ran take their places in the block.
void append(BlockNumber number, std::uint32_t place, Receipt receipt, std::uint32_t& log_count, ExecutedBlock& block) {
  block.header.gas_used += receipt.gas_used;
  receipt.block_number = number;
  receipt.transaction_index = place;
  receipt.cumulative_gas_used = block.header.gas_used;
  receipt.first_log_index = log_count;
  log_count += static_cast<std::uint32_t>(receipt.logs.size());
  block.run.push_back(place);
  block.receipts.push_back(std::move(receipt));
}

// Runs transactions in order until one would bring the block above its gas limit; that one is undone and ends the block.
// The first runs whatever it takes, or it could never run.
Result<state::StateDiff> run_in_order(const BlockContext& context, std::span<const Transaction* const> transactions,
                                      const state::StateReader& parent, ExecutedBlock& block) {
  Workspace workspace(context, parent);
  std::uint32_t log_count = 0;
  for (std::uint32_t place = 0; place < transactions.size(); ++place) {
    workspace.journal.begin_transaction();
    auto receipt = run_transaction(workspace, *context.config, *transactions[place]);
    if (!receipt) return pass(receipt);
    const bool fits = place == 0 || block.header.gas_used + receipt->gas_used <= context.config->block_gas_limit;
    workspace.journal.end_transaction(fits);
    if (!fits) break;
    append(context.head.number, place, std::move(*receipt), log_count, block);
  }
  return workspace.journal.diff();
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

// Parts of the block at once. Where none changed what another one met, and all of it fits, that is what serial order gives;
// where not, none: nothing of it is used. An error of a part counts: it ran upon a true state.
Result<std::optional<state::StateDiff>> run_in_parts(const BlockContext& context, std::span<const Transaction* const> transactions,
                                                     const state::StateReader& parent, Spreading& spreading, ExecutedBlock& block) {
  const BlockNumber number = context.head.number;
  if (spreading.threads < 2 || transactions.size() <= spreading.few || !spreading.contention.pays_off(number)) return std::nullopt;
  const auto places = partition(transactions, spreading.threads, spreading.contention, number);
  if (places.empty()) return std::nullopt;
  std::vector<Part> parts(places.size());
  std::vector<Receipt> receipts(transactions.size());
  spreading.for_each(parts.size(), [&](std::size_t i) {
    parts[i].places = places[i];
    parts[i].diff = parts[i].run(context, transactions, parent, receipts);
  });
  std::uint64_t gas_used = 0;
  for (const Part& part : parts)
    if (!part.diff) return std::unexpected(part.diff.error());
  for (const Receipt& receipt : receipts) gas_used += receipt.gas_used;
  const auto met_in = shared_change(parts);
  if (met_in || gas_used > context.config->block_gas_limit) {
    spreading.contention.guessed_wrong(number, met_in);
    return std::nullopt;
  }
  spreading.contention.guessed_right();
  block.parts = parts.size();
  std::uint32_t log_count = 0;
  for (std::uint32_t place = 0; place < receipts.size(); ++place) append(number, place, std::move(receipts[place]), log_count, block);
  state::StateDiff diff = std::move(*parts[0].diff);
  for (std::size_t i = 1; i < parts.size(); ++i) diff.merge(*parts[i].diff);
  return diff;
}

Result<state::StateDiff> run_all(const BlockContext& context, std::span<const Transaction* const> transactions,
                                 const state::StateReader& parent, Spreading* spreading, ExecutedBlock& block) {
  if (spreading != nullptr) {
    auto diff = run_in_parts(context, transactions, parent, *spreading, block);
    if (!diff) return pass(diff);
    if (*diff) return std::move(**diff);
  }
  return run_in_order(context, transactions, parent, block);
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

// The roots of a header: what ran, what came of it, what changed. Three trees, at once where there are threads.
void fill_roots(Suite suite, std::span<const Transaction* const> transactions, Spreading* spreading, ExecutedBlock& block) {
  const auto of_transactions = [&] {
    std::vector<Hash> leaves;
    for (const std::uint32_t place : block.run) leaves.push_back(transactions[place]->hash);
    block.header.transactions_root = merkle_root(suite, std::move(leaves));
  };
  const auto of_receipts = [&] {
    std::vector<Hash> leaves(block.receipts.size());
    receipt_hashes(suite, block.receipts, leaves);
    block.header.receipts_root = merkle_root(suite, std::move(leaves));
  };
  const auto of_changes = [&] { block.header.state_root = state::write_set_root(suite, *block.diff); };
  if (spreading == nullptr || spreading->threads < 2 || block.run.size() <= spreading->few) return of_transactions(), of_receipts(), of_changes();
  spreading->for_each(2, [&](std::size_t i) { i == 0 ? of_changes() : (of_transactions(), of_receipts()); });   // about equal
}

void fill_header(const BlockContext& context, std::span<const Transaction* const> transactions, Spreading* spreading,
                 ExecutedBlock& block) {
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
  fill_roots(config.suite, transactions, spreading, block);
  const GroupConfig& next = block.next_config ? *block.next_config : config;
  header.extra_data = tars::encode(header_extra(context, next, block.run.size(), transactions.size()));
  block.header_hash = header_hash(config.suite, header);
}

}  // namespace

Result<ExecutedBlock> execute_block(const BlockContext& context, std::span<const Transaction* const> transactions,
                                    const state::StateReader& parent, Spreading* spreading) {
  ExecutedBlock block;
  auto diff = run_all(context, transactions, parent, spreading, block);
  if (!diff) return pass(diff);
  block.diff = std::make_shared<const state::StateDiff>(std::move(*diff));
  fill_header(context, transactions, spreading, block);
  return block;
}

}  // namespace hanse::executor
