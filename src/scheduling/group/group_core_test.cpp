// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Four GroupCores joined by a queue that loses nothing: what every day looks like. Faults are the simulator's affair.
#include "scheduling/group/group_core.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <limits>
#include <map>
#include <set>

#include "base/check.hpp"
#include "scheduling/group/payload.hpp"

namespace hanse::group {
namespace {

NodeId node_id(std::size_t index) {
  NodeId id;
  id.bytes[0] = static_cast<std::uint8_t>(index + 1);
  return id;
}

Hash named(std::string_view text, std::uint64_t number = 0) {
  return keccak256(as_bytes(std::string(text) + std::to_string(number)));
}

TxSummary transfer(std::uint64_t number) {
  TxSummary tx;
  tx.hash = named("tx", number);
  tx.sender = Address::of(named("sender", number));
  tx.gas_limit = 21'000;
  tx.size = 110;
  return tx;
}

class Cluster {
 public:
  explicit Cluster(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) config_.sealers.push_back({node_id(i), 1});
    nodes_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      nodes_[i].restored = {config_, node_id(i), {0, named("genesis"), named("genesis"), 1, {}}, {}, {}, 1};
      boot(i);
    }
  }

  struct Node {
    std::unique_ptr<GroupCore> core;
    Restored restored;
    std::map<Hash, TxSummary> bodies;
    std::map<BlockNumber, CertifiedBlock> ledger;
    std::vector<Decided> decided;
    std::vector<Verdict> verdicts;
    bool away = false;
    bool disk_stands = false;                                    // nothing is appended
    int votes_sent = 0;
  };

  GroupConfig& config() { return config_; }
  Node& operator[](std::size_t i) { return nodes_[i]; }

  // Its disk is gone: only its key is left, and the mark that it has voted.
  void lose_disk(std::size_t i) {
    nodes_[i] = {};
    nodes_[i].restored = {config_, node_id(i), {0, named("genesis"), named("genesis"), 1, {}}, {}, {VotesLostRecord{77}}, 2};
    boot(i);
  }
  void boot(std::size_t i) {
    nodes_[i].core = std::make_unique<GroupCore>(nodes_[i].restored, GroupLimits{});
    Effects effects;
    nodes_[i].core->start(effects);
    carry_out(i, std::move(effects));
    for (std::size_t peer = 0; peer < nodes_.size(); ++peer)
      if (peer != i) queue_.push_back({i, PeerChanged{node_id(peer), true}});
  }
  void submit(std::size_t i, std::vector<TxSummary> txs) {
    for (const auto& tx : txs) nodes_[i].bodies[tx.hash] = tx;
    queue_.push_back({i, TransactionsAdmitted{std::move(txs), {}, false}});
  }
  void hear(std::size_t to, std::size_t from, pbft::Message message) {
    queue_.push_back({to, VoteReceived{node_id(from), std::move(message), Bytes{1}}});
    settle();
  }
  void hear_status(std::size_t to, std::size_t from, BlockNumber number, Epoch epoch, View view) {
    queue_.push_back({to, PeerReceived{node_id(from), SyncStatus{number, {}, epoch, view}}});
    settle();
  }
  void write(std::size_t i) { queue_.push_back({i, Appended{nodes_[i].restored.head.number}}); }
  void settle() {
    for (int steps = 0; !queue_.empty(); ++steps) {
      CHECK(steps < 1'000'000);
      auto [to, event] = std::move(queue_.front());
      queue_.pop_front();
      step(to, event);
    }
  }
  void tick(TimeMs ms) {
    for (TimeMs end = now_ + ms; now_ < end;) {
      now_ += 10;
      for (std::size_t i = 0; i < nodes_.size(); ++i) queue_.push_back({i, Tick{now_}});
      settle();
    }
  }

 private:
  void step(std::size_t i, const Event& event) {
    if (nodes_[i].away) return;
    Effects effects;
    nodes_[i].core->step(event, effects);
    carry_out(i, std::move(effects));
  }
  void carry_out(std::size_t i, Effects effects) {
    for (auto& effect : effects) std::visit([&](auto& one) { answer(i, one); }, effect);
  }
  template <class Make>
  void to_each(std::size_t from, const std::optional<NodeId>& to, Make make) {
    for (std::size_t peer = 0; peer < nodes_.size(); ++peer)
      if (peer != from && (!to || *to == node_id(peer))) queue_.push_back({peer, make(peer)});
  }

  void answer(std::size_t i, SendVote& e) {
    auto event = [&](std::size_t) -> Event { return VoteReceived{node_id(i), e.message, Bytes{1}}; };
    to_each(i, e.to, event);
    ++nodes_[i].votes_sent;
    if (!e.to) queue_.push_back({i, event(i)});
  }
  void answer(std::size_t i, SendPeer& e) {
    if (auto* request = std::get_if<BodyRequest>(&e.message)) {
      for (std::size_t peer = 0; peer < nodes_.size(); ++peer)
        if (*e.to == node_id(peer)) hand_bodies(peer, i, request->hashes, true);
      return;
    }
    to_each(i, e.to, [&](std::size_t) -> Event { return PeerReceived{node_id(i), e.message}; });
  }
  void hand_bodies(std::size_t from, std::size_t to, const std::vector<Hash>& hashes, bool asked) {
    TransactionsAdmitted event{{}, node_id(from), asked};
    for (const auto& hash : hashes)
      if (nodes_[from].bodies.contains(hash)) event.transactions.push_back(nodes_[from].bodies[hash]);
    if (nodes_[to].away) return;
    for (const auto& tx : event.transactions) nodes_[to].bodies[tx.hash] = tx;
    queue_.push_back({to, std::move(event)});
  }
  void answer(std::size_t i, Gossip& e) {
    for (std::size_t peer = 0; peer < nodes_.size(); ++peer)
      if (peer != i) hand_bodies(i, peer, e.hashes, false);
  }
  void answer(std::size_t i, ServeBlocks& e) {
    BlockReply reply;
    for (auto it = nodes_[i].ledger.lower_bound(e.first); it != nodes_[i].ledger.end() && reply.blocks.size() < e.count; ++it)
      reply.blocks.push_back(it->second);
    to_each(i, e.to, [&](std::size_t) -> Event { return PeerReceived{node_id(i), reply}; });
  }
  void answer(std::size_t i, Persist& e) {
    if (std::holds_alternative<ViewRecord>(e.record))      // as the ledger's log does
      std::erase_if(nodes_[i].restored.records, [](const Record& r) { return !pbft::number_of(r); });
    nodes_[i].restored.records.push_back(e.record), nodes_[i].restored.next_position = e.position + 1;
  }
  void answer(std::size_t i, Verify& e) { queue_.push_back({i, Verified{e.token, true}}); }
  void answer(std::size_t i, Execute& e) {
    ExecutionSummary summary;
    summary.proposal = proposal_hash(config_.suite, config_.chain_id, config_.group_id, e.proposal.head);
    summary.header = keccak256(summary.proposal);
    queue_.push_back({i, Executed{summary}});
  }
  void answer(std::size_t i, Append& e) {
    auto& node = nodes_[i];
    const auto& head = e.proposal.head;
    EXPECT_EQ(head.number, node.restored.head.number + 1);
    node.ledger[head.number] = {e.proposal, e.certificate, {}};
    node.restored.head = {head.number, e.certificate.proposal, e.certificate.header, head.time_ms, e.certificate};
    std::erase_if(node.restored.records, [&](const Record& r) { auto n = pbft::number_of(r); return n && *n <= head.number; });
    if (!node.disk_stands) queue_.push_back({i, Appended{head.number}});
  }
  void answer(std::size_t i, Decided& e) { nodes_[i].decided.push_back(e); }
  void answer(std::size_t i, Verdict& e) { nodes_[i].verdicts.push_back(e); }
  void answer(std::size_t, Halt& e) { ADD_FAILURE() << e.reason; }
  template <class Other>
  void answer(std::size_t, Other&) {}

  GroupConfig config_;
  std::vector<Node> nodes_;
  std::deque<std::pair<std::size_t, Event>> queue_;
  TimeMs now_ = 1'000'000;
};

TEST(GroupCore, DecidesALoneTransactionAtOnce) {
  Cluster cluster(4);
  cluster.tick(20);
  cluster.submit(0, {transfer(1)});
  cluster.settle();                                              // no time passes
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(cluster[i].decided.size(), 1u) << i;
    EXPECT_EQ(cluster[i].decided[0].hashes, std::vector{transfer(1).hash});
  }
}

TEST(GroupCore, FillsBlocksUnderLoad) {
  Cluster cluster(4);
  cluster.tick(20);
  std::vector<TxSummary> txs;
  for (std::uint64_t i = 0; i < 5'000; ++i) txs.push_back(transfer(i));
  cluster.submit(2, txs);
  cluster.tick(200);
  std::set<Hash> seen;
  for (const auto& block : cluster[1].decided) seen.insert(block.hashes.begin(), block.hashes.end());
  EXPECT_EQ(seen.size(), 5'000u);
  EXPECT_LE(cluster[1].decided.size(), 7u);
  EXPECT_EQ(cluster[0].core->pending_count(), 0u);
}

void decide_without_the_last(Cluster& cluster) {
  cluster.tick(20);
  cluster[3].away = true;
  for (std::uint64_t i = 0; i < 60; ++i) {
    cluster.submit(i % 3, {transfer(i)});
    cluster.tick(20);
  }
  cluster.tick(5'000);
}

TEST(GroupCore, AMemberThatWasAwayCatchesUp) {
  Cluster cluster(4);
  decide_without_the_last(cluster);
  const auto number = cluster[0].core->status().decided;
  EXPECT_GT(number, 3);
  cluster[3].away = false;
  cluster.tick(3'000);
  EXPECT_EQ(cluster[3].core->status().decided, number);
  EXPECT_EQ(cluster[3].core->status().head_header, cluster[0].core->status().head_header);
}

// Seed 100000: what is decided lives in memory until it is appended.
TEST(GroupCore, ASlowDiskHoldsUpWhoCatchesUp) {
  Cluster cluster(4);
  decide_without_the_last(cluster);
  cluster[3].away = false;
  cluster[3].disk_stands = true;
  cluster.tick(3'000);
  const auto held_up = cluster[3].core->status();
  EXPECT_EQ(held_up.appended, 0);
  EXPECT_GE(held_up.decided, 8);
  EXPECT_LE(held_up.decided, 16);
  cluster[3].disk_stands = false;
  cluster.write(3);
  cluster.tick(3'000);
  EXPECT_EQ(cluster[3].core->status().decided, cluster[0].core->status().decided);
}

TEST(GroupCore, GoesOnWithoutItsLeader) {
  Cluster cluster(4);
  cluster.tick(20);
  cluster[1].away = true;                                        // leads block 1
  cluster.submit(0, {transfer(1)});
  cluster.tick(3'000);
  EXPECT_EQ(cluster[0].decided.size(), 1u);
  EXPECT_GT(cluster[0].core->status().view, 0u);
}

TEST(GroupCore, IsBuiltAgainFromWhatIsDurable) {
  Cluster cluster(4);
  cluster.tick(20);
  cluster.submit(0, {transfer(1)});
  cluster.tick(50);
  for (std::size_t i = 0; i < 4; ++i) cluster.boot(i);           // all at once
  cluster.tick(100);
  cluster.submit(1, {transfer(2)});
  cluster.tick(2'000);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(cluster[i].core->status().decided, 2) << i;
}

// Blocks, one after the other, from a node that is there.
void decide(Cluster& cluster, std::size_t node, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t i = first; i < first + count; ++i) {
    cluster.submit(node, {transfer(i)});
    cluster.tick(1'500);
  }
}

TEST(GroupCore, WhoLostItsDiskIsSilentUntilNothingItMayHaveVotedForIsUndecided) {
  Cluster cluster(4);
  cluster.tick(20);
  decide(cluster, 0, 0, 3);
  cluster.lose_disk(3);
  cluster.tick(3'000);
  EXPECT_EQ(cluster[3].core->status().decided, 3);
  EXPECT_TRUE(cluster[3].core->status().votes_lost);
  decide(cluster, 0, 100, 15);                                   // number 18: one may have been voted for up to 19
  EXPECT_EQ(cluster[3].core->status().decided, 18);
  EXPECT_EQ(cluster[3].votes_sent, 0);
  cluster.boot(3);                                               // it remembers that it does not remember, and asks again
  decide(cluster, 0, 200, 15);
  EXPECT_EQ(cluster[3].votes_sent, 0);
  decide(cluster, 0, 300, 6);
  EXPECT_FALSE(cluster[3].core->status().votes_lost);
  EXPECT_GT(cluster[3].votes_sent, 0);
  cluster.boot(3);
  EXPECT_FALSE(cluster[3].core->status().votes_lost);
  EXPECT_GT(cluster[3].core->status().view, 0u) << "a view that it cannot have been in";

  cluster[0].away = true;                                        // now its votes are needed
  const auto before = cluster[1].core->status().decided;
  decide(cluster, 1, 400, 4);
  cluster.tick(5'000);
  EXPECT_EQ(cluster[1].core->status().decided, before + 4);
  EXPECT_EQ(cluster[3].core->status().decided, before + 4);
}

// For the sanitizers: sums of what a sealer sent overflowed.
TEST(GroupCore, NumbersAtTheEndOfTheirRangeAreNoTrouble) {
  Cluster cluster(4);
  cluster.tick(20);
  decide(cluster, 0, 0, 2);
  for (const BlockNumber number : {std::numeric_limits<BlockNumber>::max(), std::numeric_limits<BlockNumber>::min(), BlockNumber{-1}}) {
    for (const Epoch epoch : {Epoch{0}, Epoch{1}, ~Epoch{0}}) {
      const View view = epoch == 0 ? 1 : ~View{0};
      cluster.hear(0, 1, pbft::ViewChange{{epoch, view, number, {}, {}}, {}, {}});
      cluster.hear(0, 1, pbft::Prepare{epoch, view, number, {}});
      cluster.hear(0, 1, pbft::Commit{epoch, view, number, {}, {}});
      cluster.hear_status(0, 2, number, epoch, view);
    }
  }
  cluster.tick(100);
  decide(cluster, 0, 10, 2);
  EXPECT_EQ(cluster[0].core->status().decided, 4);
}

TEST(GroupCore, TwoWhoLostTheirDisksDoNotBelieveOneAnother) {
  Cluster cluster(4);
  cluster.tick(20);
  decide(cluster, 0, 0, 30);
  cluster.lose_disk(2);
  cluster.lose_disk(3);
  cluster.tick(20'000);
  EXPECT_EQ(cluster[3].core->status().decided, 30);
  EXPECT_EQ(cluster[2].votes_sent + cluster[3].votes_sent, 0);
}

TEST(GroupCore, RefusesAKnownTransactionWithACode) {
  Cluster cluster(4);
  cluster.tick(20);
  cluster.submit(0, {transfer(1)});
  cluster.tick(50);
  cluster.submit(0, {transfer(1)});
  cluster.tick(50);
  ASSERT_EQ(cluster[0].verdicts.size(), 1u);
  EXPECT_EQ(cluster[0].verdicts[0].code, Code::already_in_chain);
}

}  // namespace
}  // namespace hanse::group
