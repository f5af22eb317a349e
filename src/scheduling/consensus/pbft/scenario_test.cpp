// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Every file of scenarios/ holds. The runner stands here, in the test: the words are in scenario.hpp.
#include "scheduling/consensus/pbft/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/hex.hpp"
#include "scheduling/consensus/pbft/pbft.hpp"

namespace hanse::pbft {
namespace {

const GroupName kGroup{Suite::standard, "chain0", "group0"};
Hash named(std::string_view text) { return keccak256(as_bytes(text)); }
NodeId node_id(NodeIndex index) {
  NodeId id;
  id.bytes[0] = static_cast<std::uint8_t>(index + 1);
  return id;
}

// A stand-in that a node makes for itself alone: its index and the digest.
Bytes sign(NodeIndex node, const Hash& digest) {
  Bytes out{static_cast<std::uint8_t>(node)};
  append(out, digest);
  return out;
}

struct Pending {
  NodeIndex from, to;
  Message message;
};

std::string kind_of(const Message& message) {
  static const char* const kNames[] = {"pre_prepare", "prepare", "commit", "view_change", "new_view"};
  return kNames[message.index()];
}

class World {
 public:
  Result<void> run_line(const std::string& line);

 private:
  struct Node {
    std::unique_ptr<Pbft> core;
    std::vector<Record> records;
    Start start;
    std::map<BlockNumber, Decide> decided;
    std::map<BlockNumber, Hash> prepared, committed;    // votes that left, per number, the last
    bool byzantine = false;
  };
  using Words = std::vector<std::string>;

  void add_nodes(std::size_t count);
  void carry_out(NodeIndex node, Effects effects);
  void answer(NodeIndex node, Effect& effect);
  void send(NodeIndex from, std::optional<NodeIndex> to, const Message& message);
  void hand(const Pending& one);
  void hand_decided(NodeIndex from, NodeIndex to);
  ExecutionSummary execute(const Proposal& proposal);
  Result<void> forge(const Words& words);
  NewView forged_new_view(const Words& words, NodeIndex from, View view);
  Result<void> expect(const Words& words);
  bool holds(const Words& words, NodeIndex node, bool negated) const;

  static std::string option(const Words& words, const std::string& key, const std::string& fallback = "");
  static std::vector<NodeIndex> list(const std::string& text);
  static std::optional<std::vector<NodeIndex>> after(const Words& words, const std::string& word);
  bool matches(const Words& words, const Pending& one) const;
  std::vector<Pending> take(const Words& words);
  Proposal proposal_of(const Words& words, NodeIndex proposer, View view);

  std::vector<Node> nodes_;
  std::vector<Pending> pending_;
  std::map<NodeIndex, std::map<View, ViewChange>> view_changes_;   // sent, for forged NewViews
  std::map<std::string, Hash> proposals_;                          // by name
  std::map<Hash, Proposal> bodies_;
  std::set<Hash> ends_epoch_;                                      // payload hashes
  GroupConfig config_;
  TimeMs now_ = 1'000;
};

void World::add_nodes(std::size_t count) {
  for (NodeIndex i = 0; i < count; ++i) config_.sealers.push_back({node_id(i), 1});
  nodes_.resize(count);
  for (NodeIndex i = 0; i < count; ++i) {
    nodes_[i].start = {config_, node_id(i), {0, named("genesis"), named("genesis"), 1, {}}, {}, {}, 1};
    nodes_[i].core = std::make_unique<Pbft>(nodes_[i].start, Limits{});
    Effects effects;
    nodes_[i].core->start(effects);
    nodes_[i].core->on_tick(now_, {}, 0, false, effects);
    carry_out(i, std::move(effects));
  }
  proposals_["genesis"] = named("genesis");
}

void World::carry_out(NodeIndex node, Effects effects) {
  for (auto& effect : effects) answer(node, effect);
}

ExecutionSummary World::execute(const Proposal& proposal) {
  ExecutionSummary out;
  out.proposal = proposal_hash(kGroup.suite, kGroup.chain_id, kGroup.group_id, proposal.head);
  out.header = named("header of " + to_hex(out.proposal));
  if (ends_epoch_.contains(proposal.head.payload_hash)) {
    out.next_config = config_;
    out.next_config->epoch = proposal.head.epoch + 1;
  }
  return out;
}

void World::answer(NodeIndex node, Effect& effect) {
  auto& self = nodes_[node];
  Effects more;
  if (auto* persist = std::get_if<Persist>(&effect)) {
    self.records.push_back(persist->record);
  } else if (auto* vote = std::get_if<SendVote>(&effect)) {
    std::optional<NodeIndex> to;
    for (NodeIndex i = 0; vote->to && i < nodes_.size(); ++i)
      if (node_id(i) == *vote->to) to = i;
    send(node, to, vote->message);
  } else if (auto* verify = std::get_if<Verify>(&effect)) {
    const bool good = std::ranges::all_of(verify->checks, [](const SignatureCheck& check) {
      return check.signature == sign(check.signer.bytes[0] - 1, check.digest);
    });
    self.core->on_verified(verify->token, good, more);
  } else if (auto* consider = std::get_if<Consider>(&effect)) {
    self.core->on_considered(execute(consider->proposal).proposal, more);
  } else if (auto* execution = std::get_if<Execute>(&effect)) {
    self.core->on_executed(execute(execution->proposal), more);
  } else if (auto* fetch = std::get_if<FetchProposal>(&effect)) {
    if (auto it = bodies_.find(fetch->proposal); it != bodies_.end()) self.core->on_proposal(it->second, more);
  } else if (auto* behind = std::get_if<AnswerDecided>(&effect)) {
    hand_decided(node, behind->to.bytes[0] - 1);
  } else if (auto* decide = std::get_if<Decide>(&effect)) {
    const auto& head = decide->proposal.head;
    self.start.head = {head.number, decide->summary.proposal, decide->summary.header, head.time_ms, decide->certificate};
    if (decide->summary.next_config) self.start.config = *decide->summary.next_config;
    self.decided.emplace(head.number, *decide);
  }
  carry_out(node, std::move(more));
}

// What block sync does for the one behind.
void World::hand_decided(NodeIndex from, NodeIndex to) {
  for (const auto& [number, one] : nodes_[from].decided) {
    if (!nodes_[to].core || !nodes_[to].core->takes_certified(one.certificate)) continue;
    Effects effects;
    nodes_[to].core->on_certified(one.proposal, one.certificate, effects);
    carry_out(to, std::move(effects));
  }
}

void World::send(NodeIndex from, std::optional<NodeIndex> to, const Message& message) {
  if (auto* one = std::get_if<Prepare>(&message)) nodes_[from].prepared[one->number] = one->proposal;
  if (auto* one = std::get_if<Commit>(&message)) nodes_[from].committed[one->number] = one->proposal;
  if (auto* one = std::get_if<ViewChange>(&message)) view_changes_[from][one->list.view] = *one;
  if (auto* one = std::get_if<PrePrepare>(&message)) {
    const Hash hash = execute(one->proposal).proposal;
    bodies_[hash] = one->proposal;
  }
  for (NodeIndex i = 0; i < nodes_.size(); ++i)
    if (i != from && (!to || *to == i)) pending_.push_back({from, i, message});
  if (!to || *to == from) hand({from, from, message});
}

void World::hand(const Pending& one) {
  if (!nodes_[one.to].core) return;
  Effects effects;
  nodes_[one.to].core->on_vote(node_id(one.from), one.message, sign(one.from, digest_of(kGroup, one.message)), effects);
  carry_out(one.to, std::move(effects));
}

// ---------------------------------------------------------------------------------------------------------------- words

std::string World::option(const Words& words, const std::string& key, const std::string& fallback) {
  for (const auto& word : words)
    if (word.starts_with(key + "=")) return word.substr(key.size() + 1);
  return fallback;
}

std::vector<NodeIndex> World::list(const std::string& text) {
  std::vector<NodeIndex> out;
  std::stringstream in(text);
  for (std::string one; std::getline(in, one, ',');) out.push_back(static_cast<NodeIndex>(std::stoul(one)));
  return out;
}

std::optional<std::vector<NodeIndex>> World::after(const Words& words, const std::string& word) {
  auto it = std::ranges::find(words, word);
  if (it == words.end() || it + 1 == words.end()) return std::nullopt;
  return list(*(it + 1));
}

bool World::matches(const Words& words, const Pending& one) const {
  static const std::set<std::string> kKinds{"pre_prepare", "prepare", "commit", "view_change", "new_view"};
  if (words.size() > 1 && kKinds.contains(words[1]) && words[1] != kind_of(one.message)) return false;
  auto among = [](const auto& nodes, NodeIndex node) {
    return !nodes || std::ranges::find(*nodes, node) != nodes->end();
  };
  return among(after(words, "from"), one.from) && among(after(words, "to"), one.to);
}

std::vector<Pending> World::take(const Words& words) {
  std::vector<Pending> taken, left;
  for (auto& one : pending_) (matches(words, one) ? taken : left).push_back(std::move(one));
  pending_ = std::move(left);
  return taken;
}

Proposal World::proposal_of(const Words& words, NodeIndex proposer, View view) {
  const std::string name = option(words, "name");
  Proposal out;
  out.payload = to_bytes(named(name));
  const View first = std::stoull(option(words, "first_view", std::to_string(view)));
  out.head = {0, std::stoll(option(words, "block")), proposals_[option(words, "parent", "genesis")], now_ + 1, proposer,
              first, payload_hash_of(kGroup.suite, out.payload)};
  return out;
}

NewView World::forged_new_view(const Words& words, NodeIndex from, View view) {
  ClaimList empty{0, view, 0, named("genesis"), {}};
  NewView out{0, view, {{from, empty, sign(from, claim_list_digest(kGroup, empty))}}, {}, {}};
  for (NodeIndex node : list(option(words, "lists"))) {
    const auto& sent = view_changes_.at(node).at(view);
    out.lists.push_back({node, sent.list, sign(node, claim_list_digest(kGroup, sent.list))});
    if (sent.decided_proof) out.decided_proof = sent.decided_proof;
  }
  for (const auto& winner : winners(out.lists))
    for (const auto& one : out.lists)
      if (auto it = std::ranges::find(one.list.claims, winner); it != one.list.claims.end() && one.node != from) {
        out.proofs.push_back(view_changes_.at(one.node).at(view).proofs[it - one.list.claims.begin()]);
        break;
      }
  return out;
}

Result<void> World::forge(const Words& words) {
  const NodeIndex from = list(option(words, "from")).at(0);
  const View view = std::stoull(option(words, "view", "0"));
  const BlockNumber number = std::stoll(option(words, "block", "0"));
  const Hash proposal = proposals_[option(words, "name")];
  std::optional<Message> message;
  if (words[1] == "pre_prepare") {
    const auto one = proposal_of(words, from, view);
    const Hash hash = execute(one).proposal;
    proposals_[option(words, "name")] = hash;
    bodies_[hash] = one;
    message = PrePrepare{view, one};
  } else if (words[1] == "prepare") {
    message = Prepare{0, view, number, proposal};
  } else if (words[1] == "commit") {
    message = Commit{0, view, number, proposal, named("header of " + to_hex(proposal))};
  } else if (words[1] == "view_change") {
    message = ViewChange{{0, view, 0, named("genesis"), {}}, {}, {}};
  } else if (words[1] == "new_view") {
    message = forged_new_view(words, from, view);
  }
  if (!message) return fail(Code::bad_request, "nothing of that kind can be forged");
  for (NodeIndex to : list(option(words, "to"))) hand({from, to, *message});
  return {};
}

bool World::holds(const Words& words, NodeIndex node, bool negated) const {
  const auto& what = words[negated ? 2 : 1];
  const auto& one = nodes_[node];
  const BlockNumber number = std::stoll(option(words, "block", "0"));
  const std::string name = option(words, "name");
  auto is = [&](const auto& map, auto&& hash) {
    auto it = map.find(number);
    return it != map.end() && (name.empty() || hash(it->second) == proposals_.at(name));
  };
  if (what == "view") return one.core->in_view() && one.core->view() == std::stoull(words[2]);
  if (what == "asks") return !one.core->in_view() && one.core->view() == std::stoull(words[2]);
  if (what == "epoch") return one.core->epoch() == std::stoull(words[2]);
  if (what == "undecided") return !one.decided.contains(number);
  if (what == "decided") return is(one.decided, [](const Decide& d) { return d.summary.proposal; });
  if (what == "prepared") return is(one.prepared, [](const Hash& h) { return h; });
  if (what == "committed") return is(one.committed, [](const Hash& h) { return h; });
  return false;
}

Result<void> World::expect(const Words& words) {
  const bool negated = words[1] == "not";
  auto nodes = after(words, "on");
  if (!nodes) nodes = after(words, "by");
  if (!nodes) return fail(Code::bad_request, "on or by which nodes?");
  for (NodeIndex node : *nodes)
    if (holds(words, node, negated) == negated) return fail(Code::bad_request, "does not hold at node {}", node);
  return {};
}

Result<void> World::run_line(const std::string& line) {
  std::stringstream in(line);
  Words words;
  for (std::string word; in >> word && word[0] != '#';) words.push_back(word);
  if (words.empty()) return {};
  const std::string& verb = words[0];
  if (verb == "nodes") {
    add_nodes(std::stoul(words[1]));
  } else if (verb == "byzantine") {
    nodes_[list(words[1])[0]].core.reset();
  } else if (verb == "ends_epoch") {
    ends_epoch_.insert(payload_hash_of(kGroup.suite, to_bytes(named(words[1]))));
  } else if (verb == "propose") {
    const NodeIndex node = list(words[1])[0];
    if (!nodes_[node].core->may_propose()) return fail(Code::bad_request, "node {} may not propose", node);
    Effects effects;
    nodes_[node].core->propose(to_bytes(named(words[2])), effects);
    proposals_[words[2]] = *nodes_[node].core->tip();
    carry_out(node, std::move(effects));
  } else if (verb == "deliver" && words.size() == 1) {
    for (int i = 0; i < 10'000 && !pending_.empty(); ++i)
      for (const auto& one : std::exchange(pending_, {})) hand(one);
  } else if (verb == "deliver") {
    for (const auto& one : take(words)) hand(one);
  } else if (verb == "drop") {
    take(words);
  } else if (verb == "forge") {
    return forge(words);
  } else if (verb == "tick") {
    now_ += std::stoll(words[1]);
    const auto only = after(words, "on");
    for (NodeIndex i = 0; i < nodes_.size(); ++i) {
      if (!nodes_[i].core || (only && std::ranges::find(*only, i) == only->end())) continue;
      Effects effects;
      nodes_[i].core->on_tick(now_, 1, 0, false, effects);
      carry_out(i, std::move(effects));
    }
  } else if (verb == "crash") {
    nodes_[list(words[1])[0]].core.reset();
  } else if (verb == "restart") {
    const NodeIndex node = list(words[1])[0];
    auto& one = nodes_[node];
    one.start.records.clear();
    for (const auto& record : one.records)
      if (auto number = number_of(record); !number || *number > one.start.head.number) one.start.records.push_back(record);
    one.core = std::make_unique<Pbft>(one.start, Limits{});
    Effects effects;
    one.core->start(effects);
    one.core->on_tick(now_, {}, 0, false, effects);
    carry_out(node, std::move(effects));
  } else if (verb == "expect") {
    return expect(words);
  } else {
    return fail(Code::bad_request, "unknown word");
  }
  return {};
}

}  // namespace

Result<void> run_scenario(std::string_view text) {
  World world;
  std::stringstream in{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (auto done = world.run_line(line); !done)
      return fail(Code::bad_request, "line {}: {}: {}", number, line, done.error().text);
  }
  return {};
}

class Scenario : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenario, Holds) {
  std::ifstream in(GetParam());
  std::stringstream text;
  text << in.rdbuf();
  const auto result = run_scenario(text.str());
  EXPECT_TRUE(result) << result.error().text;
}

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = HANSE_SOURCE_DIR "/src/scheduling/consensus/pbft/scenarios";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, Scenario, testing::ValuesIn(scenario_files()),
                         [](const auto& info) { return info.param.stem().string(); });

}  // namespace hanse::pbft
