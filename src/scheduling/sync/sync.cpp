// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/sync/sync.hpp"

#include <algorithm>

#include "base/plant.hpp"
#include "base/probe.hpp"

namespace hanse::sync {
namespace {

constexpr BlockNumber kClaimMax = BlockNumber{1} << 62;   // sums with a claim do not overflow

bool is_block(const CertifiedBlock& block, BlockNumber number) {
  return block.proposal.head.number == number && block.certificate.number == number;
}

// Exactly what was asked for, or a beginning of it: the other side bounds its replies by bytes.
bool answers(const std::vector<CertifiedBlock>& blocks, BlockNumber first, std::uint32_t count) {
  if (blocks.empty() || blocks.size() > count) return false;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (!is_block(blocks[i], first + static_cast<BlockNumber>(i))) return false;
  return true;
}

std::size_t size_of(const CertifiedBlock& block) {
  std::size_t bytes = sizeof(block) + block.proposal.payload.size();
  for (const EncodedTransaction& tx : block.transactions) bytes += sizeof(tx) + tx.bytes.size();
  for (const IndexedSignature& signature : block.certificate.signatures)
    bytes += sizeof(signature) + signature.signature.size();
  return bytes;
}

}  // namespace

Sync::Sync(SyncLimits limits, BlockNumber appended) : limits_(limits), decided_(appended), handed_on_(appended) {}

void Sync::on_status(const NodeId& peer, BlockNumber number, TimeMs now) {
  now_ = std::max(now_, now);
  number = std::clamp<BlockNumber>(number, 0, kClaimMax);
  PeerState& state = peers_[peer];
  // Statuses may overtake one another on the way, so a little less than before is not a lie.
  if (number + limits_.blocks_per_request_max < state.claimed) penalise(peer, now);
  state.claimed = std::max(state.claimed, number);
}

void Sync::on_peer(const NodeId& peer, bool connected) {
  PeerState& state = peers_[peer];
  state.connected = connected;
  if (connected) return;
  state.claimed = 0;
  std::erase_if(flights_, [&peer](const Flight& flight) { return flight.peer == peer; });
}

void Sync::on_blocks(const NodeId& peer, std::vector<CertifiedBlock> blocks, TimeMs now) {
  now_ = std::max(now_, now);
  const auto flight = std::ranges::find(flights_, peer, &Flight::peer);
  if (flight == flights_.end()) return;   // not asked for, or too late: somebody else was asked
  const Flight asked = *flight;
  if (!blocks.empty() && blocks.front().proposal.head.number != asked.first) return;   // a copy of an earlier reply
  flights_.erase(flight);
  if (!answers(blocks, asked.first, asked.count)) return penalise(peer, now);
  PeerState& state = peers_[peer];
  state.range = std::min(state.range * 2, limits_.blocks_per_request_max);
  for (CertifiedBlock& block : blocks) {
    const BlockNumber number = block.proposal.head.number;
    if (number <= handed_on_ || waiting_.contains(number)) continue;
    const std::size_t bytes = size_of(block);
    bytes_waiting_ += bytes;
    waiting_.emplace(number, Waiting{std::move(block), peer, bytes});
  }
}

void Sync::on_decided(BlockNumber number) {
  decided_ = std::max(decided_, number);
  handed_on_ = std::max(handed_on_, number);
  while (!waiting_.empty() && waiting_.begin()->first <= number) drop_waiting(waiting_.begin());
  while (!handed_from_.empty() && handed_from_.begin()->first <= number) {
    peers_[handed_from_.begin()->second].penalty = 0;
    handed_from_.erase(handed_from_.begin());
  }
  std::erase_if(flights_, [number](const Flight& flight) { return flight.first + flight.count - 1 <= number; });
}

void Sync::on_refused(BlockNumber number, TimeMs now) {
  now_ = std::max(now_, now);
  const auto sender = handed_from_.find(number);
  if (sender == handed_from_.end()) return;   // decided meanwhile, or refused before
  const NodeId peer = sender->second;
  handed_on_ = number - 1;
  handed_from_.erase(sender, handed_from_.end());
  drop_waiting_of(peer);
  penalise(peer, now);
}

void Sync::penalise(const NodeId& peer, TimeMs now) {
  PROBE(peer_left_out);
  PeerState& state = peers_[peer];
  state.penalty = std::clamp(state.penalty * 2, limits_.penalty_ms_min, limits_.penalty_ms_max);
  state.excluded_until = now + state.penalty;
  state.claimed = 0;
  state.range = std::max(state.range / 2, 1u);
  std::erase_if(flights_, [&peer](const Flight& flight) { return flight.peer == peer; });
}

std::map<BlockNumber, Sync::Waiting>::iterator Sync::drop_waiting(std::map<BlockNumber, Waiting>::iterator block) {
  bytes_waiting_ -= block->second.bytes;
  return waiting_.erase(block);
}

void Sync::drop_waiting_of(const NodeId& peer) {
  for (auto block = waiting_.begin(); block != waiting_.end();)
    block = block->second.from == peer ? drop_waiting(block) : std::next(block);
}

bool Sync::is_in_flight(BlockNumber number) const {
  return std::ranges::any_of(flights_, [number](const Flight& flight) {
    return number >= flight.first && number < flight.first + flight.count;
  });
}

Sync::Gap Sync::next_gap(BlockNumber from) const {
  const BlockNumber last = std::min(decided_ + limits_.blocks_waiting_max, highest_known());
  const auto is_missing = [this](BlockNumber number) { return !waiting_.contains(number) && !is_in_flight(number); };
  while (from <= last && !is_missing(from)) ++from;
  Gap gap{from, 0};
  while (from <= last && gap.count < limits_.blocks_per_request_max && is_missing(from)) ++from, ++gap.count;
  return gap;
}

// The peer that was asked least among those that claim the block and owe nothing.
std::map<NodeId, Sync::PeerState>::iterator Sync::peer_for(BlockNumber number) {
  auto best = peers_.end();
  for (auto peer = peers_.begin(); peer != peers_.end(); ++peer) {
    if (!in_good_standing(peer->second) || peer->second.claimed < number) continue;
    if (std::ranges::find(flights_, peer->first, &Flight::peer) != flights_.end()) continue;
    if (best == peers_.end() || peer->second.asked_count < best->second.asked_count) best = peer;
  }
  return best;
}

// True when it is time to fetch: far behind, catching up already, or a small gap that votes did not close.
bool Sync::patience_is_over(TimeMs now) {
  if (highest_known() <= handed_on_) {
    catching_up_ = false;
    decided_seen_ = -1;
    return false;
  }
  if (decided_seen_ != decided_) decided_seen_ = decided_, stuck_since_ = now;
  if (behind() || now - stuck_since_ >= limits_.patience_ms) catching_up_ = true;
  return catching_up_;
}

std::vector<FetchBlocks> Sync::fetch(TimeMs now) {
  now_ = std::max(now_, now);
  std::vector<NodeId> late;
  for (const Flight& flight : flights_)
    if (flight.deadline <= now && !PLANTED(sync_waits_for_ever)) late.push_back(flight.peer);
  for (const NodeId& peer : late) penalise(peer, now);

  std::vector<FetchBlocks> requests;
  if (!patience_is_over(now)) return requests;
  BlockNumber from = handed_on_ + 1;
  while (flights_.size() < limits_.requests_in_flight_max) {
    Gap gap = next_gap(from);
    if (gap.count == 0) break;
    if (bytes_waiting_ >= limits_.bytes_waiting_max) {
      if (gap.first != handed_on_ + 1) break;
      gap.count = 1;
    }
    const auto peer = peer_for(gap.first);
    if (peer == peers_.end()) break;
    PeerState& state = peer->second;
    if (state.range == 0) state.range = limits_.blocks_per_request_max;
    const auto claimed_count = static_cast<std::uint64_t>(state.claimed - gap.first + 1);
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>({gap.count, state.range, claimed_count}));
    ++state.asked_count;
    flights_.push_back({peer->first, gap.first, count, now + limits_.request_timeout_ms});
    requests.push_back({peer->first, gap.first, count});
    from = gap.first + count;
  }
  return requests;
}

std::optional<CertifiedBlock> Sync::take_next() {
  const auto next = waiting_.find(handed_on_ + 1);
  if (next == waiting_.end()) return std::nullopt;
  CertifiedBlock block = std::move(next->second.block);
  handed_from_[++handed_on_] = next->second.from;
  drop_waiting(next);
  return block;
}

BlockNumber Sync::highest_known() const {
  BlockNumber highest = decided_;
  for (const auto& [id, peer] : peers_)
    if (in_good_standing(peer)) highest = std::max(highest, peer.claimed);
  return highest;
}

bool Sync::behind() const { return highest_known() - decided_ > limits_.blocks_per_request_max; }

}  // namespace hanse::sync
