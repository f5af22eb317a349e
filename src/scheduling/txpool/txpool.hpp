// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The transaction pool, a core: knows transactions by their summaries (bodies are in the host), refuses what must not
// wait, and chooses what is sealed next. Order of sealing: arrival, and for web3 senders rising nonces without a gap.
// "Held" is wider than "pending": bodies asked for by a proposal are held even when the pool is full.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/scheduling.hpp"

namespace hanse::txpool {

struct PoolLimits {
  std::size_t count_max = 15'000;              // that wait when a client's is taken; peers may bring twice as many
  std::size_t bytes_max = 256u << 20;          // of encoded bodies
  std::size_t per_sender_max = 1'000;          // web3: nonces a sender may have waiting
  TimeMs expiry_ms = 600'000;
  std::uint64_t nonce_gap_max = 1'000;         // web3: how far above the account nonce
};

// Blocks decided so far, as far as admission looks back.
struct DecidedBlock {
  BlockNumber number = 0;
  std::vector<Hash> hashes;                    // run
  std::vector<Hash> nonce_keys;                // native ones of them
};

class TxPool {
 public:
  TxPool(const GroupConfig& config, PoolLimits limits, BlockNumber head, std::span<const DecidedBlock> recent);
  ~TxPool();
  TxPool(TxPool&&) noexcept;

  // Admission in the order of the FISCO BCOS reference (chain, group and signature were checked before): known hash in
  // pool or chain, pool nonce, ledger nonce and block limit, balance, pool full. nullopt: it waits now. A second
  // transaction of a sender with a nonce that waits is refused (nonce_used): summaries carry no price to outbid with.
  // `asked`: it is held even if it may not wait, as long as a live proposal (proposed() comes first) lists it.
  std::optional<Code> add(const TxSummary& tx, TimeMs now, bool from_client, bool asked);

  bool holds(const Hash& hash) const;          // its body is at hand
  bool waits(const Hash& hash) const;          // held, and may be sealed here in time
  bool is_needed(const Hash& hash) const;      // held, or listed by a live proposal
  const TxSummary* find(const Hash& hash) const;
  std::vector<Hash> missing(std::span<const Hash> hashes) const;   // not held

  // Up to `count_max` transactions with at most `gas_max` in sum (the first always fits) for a proposal of block
  // `number` whose undecided ancestors are known through proposed(). Nothing is marked.
  std::vector<Hash> seal(BlockNumber number, std::size_t count_max, std::uint64_t gas_max) const;
  // What of `sealed` can follow `ancestors`, the undecided proposals that it extends, oldest first. A live proposal that is
  // none of them takes nonces, too, but what would follow there has a gap here and would be spent on a failure.
  std::vector<Hash> that_follow(std::span<const Hash> ancestors, std::vector<Hash> sealed) const;
  bool can_seal(BlockNumber number, std::size_t count) const;   // that many, gas aside; cheap to ask when too few wait

  // The stateless rule "nothing that was run in an ancestor": true when none of `hashes` is in a decided block, is twice
  // in the list, has no block limit that allows `number`, or uses a native nonce of a decided block or of the list. Of
  // hashes that are not held only the first two are known. Undecided ancestors are the caller's affair.
  bool may_run(BlockNumber number, std::span<const Hash> hashes) const;

  // Life of proposals. Listed transactions are not sealed again until their proposal is dropped or decided.
  void proposed(const Hash& proposal, std::span<const Hash> hashes);
  void dropped(const Hash& proposal);          // cut by a view change or an epoch's end: they wait again, keeping age
  // `not_run` wait again, keeping their age. Answers client transactions that can no longer run (nonce used, passed
  // block limit): they left the pool.
  std::vector<std::pair<Hash, Code>> decided(const DecidedBlock& block, const Hash& proposal,
                                             std::span<const Hash> not_run,
                                             std::span<const std::pair<Address, std::uint64_t>> nonces);

  std::vector<std::pair<Hash, Code>> expire(TimeMs now);   // client ones, pool_timeout; also how time goes on in here
  // Transactions that are held no more, or were refused, and were not decided: their bodies can go. Since the last call.
  std::vector<Hash> take_released();
  void set_config(const GroupConfig& config);  // a new epoch

  // When the oldest transaction that could be included now arrived (never moves while it waits); none if there is none.
  std::optional<TimeMs> oldest_includable_since() const;
  // Client transactions of this node that wait longer than `age`: to be gossiped again (bounded).
  std::vector<Hash> to_gossip_again(TimeMs now, TimeMs age, std::size_t count_max);

  std::size_t size() const;                    // waiting, proposed ones included
  std::size_t bytes() const;
  std::uint64_t pending_nonce(const Address& sender, std::uint64_t account_nonce) const;   // after the waiting ones

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hanse::txpool
