// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a group host counts, with the group as a label.
#pragma once

#include "base/metrics.hpp"

namespace hanse::node {

constexpr char kMemoryBytes[] = "hanse_memory_bytes";
constexpr char kMemoryBytesHelp[] = "Memory that a part of the budget takes now (memory_budget.hpp).";

struct GroupMetrics {
  GroupMetrics(Registry& registry, const std::string& group)
      : labels{{"group", group}},
        block_number(registry.gauge("hanse_block_number", "The last block in the ledger.", labels)),
        view(registry.gauge("hanse_view", "The view of consensus.", labels)),
        epoch(registry.gauge("hanse_epoch", "The epoch of the configuration.", labels)),
        pending(registry.gauge("hanse_pending_transactions", "Transactions in the pool.", labels)),
        peers(registry.gauge("hanse_peers", "Connected members of the group.", labels)),
        halted(registry.gauge("hanse_halted", "1 when this node has stopped voting.", labels)),
        votes_lost(registry.gauge("hanse_votes_lost", "1 while this node is silent because its disk was replaced.", labels)),
        disk_failing(registry.gauge("hanse_disk_failing", "1 while the disk refuses writes.", labels)),
        inbox_size(registry.gauge("hanse_inbox_size", "Events that wait for the group thread.", labels)),
        writer_size(registry.gauge("hanse_writer_queue_size", "Writes that wait for the disk.", labels)),
        execution_size(registry.gauge("hanse_execution_queue_size", "Proposals that wait for execution.", labels)),
        admission_size(registry.gauge("hanse_admission_queue_size", "Messages with transactions that wait.", labels)),
        store_cache_bytes(memory_of(registry, "store_cache")),
        write_buffer_bytes(memory_of(registry, "store_write_buffers")),
        pool_bytes(memory_of(registry, "pool")),
        spare_body_bytes(memory_of(registry, "spare_bodies")),
        code_bytes(registry.gauge(kMemoryBytes, kMemoryBytesHelp, {{"part", "code"}})),   // of all groups
        transactions(registry.counter("hanse_transactions_total", "Transactions that ran in a block.", labels)),
        failed_transactions(registry.counter("hanse_failed_transactions_total", "Those with a failure receipt.", labels)),
        blocks_in_parts(registry.counter("hanse_blocks_in_parts_total", "Blocks that several threads executed at once.", labels)),
        refused_transactions(registry.counter("hanse_refused_transactions_total", "Refused at admission.", labels)),
        dropped_messages(registry.counter("hanse_dropped_messages_total",
                                          "Messages of other nodes that were malformed, unsigned or too many.", labels)),
        view_changes(registry.counter("hanse_view_changes_total", "Views that were entered.", labels)),
        block_seconds(registry.histogram("hanse_block_seconds", "From a proposal's time to its block in the ledger.",
                                         kSecondsBounds, labels)) {}

  const Labels labels;
  Gauge &block_number, &view, &epoch, &pending, &peers, &halted, &votes_lost, &disk_failing;
  Gauge &inbox_size, &writer_size, &execution_size, &admission_size;
  Gauge &store_cache_bytes, &write_buffer_bytes, &pool_bytes, &spare_body_bytes, &code_bytes;
  Counter &transactions, &failed_transactions, &blocks_in_parts, &refused_transactions, &dropped_messages, &view_changes;
  Histogram& block_seconds;

 private:
  Gauge& memory_of(Registry& registry, std::string part) {
    return registry.gauge(kMemoryBytes, kMemoryBytesHelp, {labels.front(), {"part", std::move(part)}});
  }
};

}  // namespace hanse::node
