// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/execute_block.hpp"

#include "codec/tars.hpp"
#include "computing/executor/run_transaction.hpp"

namespace hanse::executor {
namespace {

// Runs transactions in order until one would bring the block above its gas limit; that one is undone and ends the block.
// The first runs whatever it takes, or it could never run.
Result<void> run_all(Workspace& workspace, const GroupConfig& config, BlockNumber number,
                     std::span<const Transaction* const> transactions, ExecutedBlock& block) {
  std::uint64_t gas_used = 0;
  std::uint32_t log_count = 0;
  for (std::uint32_t place = 0; place < transactions.size(); ++place) {
    workspace.journal.begin_transaction();
    auto receipt = run_transaction(workspace, config, *transactions[place]);
    if (!receipt) return pass(receipt);
    const bool fits = place == 0 || gas_used + receipt->gas_used <= config.block_gas_limit;
    workspace.journal.end_transaction(fits);
    if (!fits) break;
    gas_used += receipt->gas_used;
    receipt->block_number = number;
    receipt->transaction_index = place;
    receipt->cumulative_gas_used = gas_used;
    receipt->first_log_index = log_count;
    log_count += static_cast<std::uint32_t>(receipt->logs.size());
    block.run.push_back(place);
    block.receipts.push_back(std::move(*receipt));
  }
  block.header.gas_used = gas_used;
  return {};
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

void fill_header(const BlockContext& context, std::span<const Transaction* const> transactions, ExecutedBlock& block) {
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
  std::vector<Hash> transaction_hashes, receipt_hashes;
  for (const std::uint32_t place : block.run) transaction_hashes.push_back(transactions[place]->hash);
  for (const Receipt& receipt : block.receipts) receipt_hashes.push_back(receipt_hash(config.suite, receipt));
  header.transactions_root = merkle_root(config.suite, std::move(transaction_hashes));
  header.receipts_root = merkle_root(config.suite, std::move(receipt_hashes));
  header.state_root = state::write_set_root(config.suite, *block.diff);
  const GroupConfig& next = block.next_config ? *block.next_config : config;
  header.extra_data = tars::encode(header_extra(context, next, block.run.size(), transactions.size()));
  block.header_hash = header_hash(config.suite, header);
}

}  // namespace

Result<ExecutedBlock> execute_block(const BlockContext& context, std::span<const Transaction* const> transactions,
                                    const state::StateReader& parent) {
  Workspace workspace(context, parent);
  ExecutedBlock block;
  if (auto ran = run_all(workspace, *context.config, context.head.number, transactions, block); !ran) return pass(ran);
  auto diff = workspace.journal.diff();
  if (!diff) return pass(diff);
  block.diff = std::make_shared<const state::StateDiff>(std::move(*diff));
  fill_header(context, transactions, block);
  return block;
}

}  // namespace hanse::executor
