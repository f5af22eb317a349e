// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/execution.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>

#include "base/check.hpp"
#include "base/plant.hpp"
#include "codec/tars.hpp"
#include "storage/ledger/rows.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kJobsMax = 1024;                       // the core keeps a window of a few in flight
constexpr auto kTryAgain = std::chrono::milliseconds(500);   // after this node's own trouble (disk)

// The first error of several threads.
class Unread {
 public:
  void note(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }
  const std::optional<Error>& error() const { return error_; }   // when they are done

 private:
  std::mutex mutex_;
  std::optional<Error> error_;
};

// A hash that cannot be read is `unread`: the result would be this node's alone.
executor::BlockContext context_of(const ExecutionJob& job, Unread& unread) {
  executor::BlockContext context;
  context.config = job.config.get();
  context.head = job.proposal.head;
  context.proposal = job.hash;
  context.parent_header = job.ancestors.empty() ? job.view->head().header : job.ancestors.front()->block.header_hash;
  context.block_hash = [&job, &unread](BlockNumber number) {
    const BlockNumber newest = job.proposal.head.number - 1;
    if (number > newest || number < 0 || newest - number >= 256) return Hash{};
    const auto back = static_cast<std::size_t>(newest - number);
    if (back < job.ancestors.size()) return job.ancestors[back]->block.header_hash;
    const auto hash = job.view->header_hash(number);
    if (!hash) unread.note(hash.error());
    return hash.value_or(Hash{});
  };
  return context;
}

std::shared_ptr<const state::StateReader> parent_state(const ExecutionJob& job) {
  std::shared_ptr<const state::StateReader> state = job.view;
  if (PLANTED(ancestors_left_out)) return state;
  for (auto ancestor = job.ancestors.rbegin(); ancestor != job.ancestors.rend(); ++ancestor)
    state = std::make_shared<state::Overlay>(std::move(state), (*ancestor)->block.diff);
  return state;
}

}  // namespace

ExecutionSummary summary_of(const ExecutedProposal& executed) {
  const executor::ExecutedBlock& block = executed.block;
  ExecutionSummary summary;
  summary.proposal = executed.hash;
  summary.header = block.header_hash;
  summary.gas_used = block.header.gas_used;
  summary.next_config = block.next_config;
  std::vector<bool> ran(executed.bodies.size());
  std::set<Address> senders;
  for (const std::uint32_t place : block.run) {
    ran[place] = true;
    const Transaction& tx = *executed.bodies[place];
    if (tx.kind == TransactionKind::web3) senders.insert(tx.sender);
    else summary.nonce_keys.push_back(ledger::nonce_key_of(executed.config->suite, tx.nonce_text));
  }
  for (std::size_t place = 0; place < ran.size(); ++place)
    if (!ran[place]) summary.not_run.push_back(executed.bodies[place]->identity);
  for (const Address& sender : senders) {
    const auto changed = block.diff->find(state::account_key(sender));
    if (!changed || !changed->value) continue;
    const auto account = tars::decode<state::Account>(*changed->value);
    CHECK(account.has_value());   // execution wrote it
    summary.nonces.emplace_back(sender, account->nonce);
  }
  return summary;
}

Execution::Execution(Runtime& runtime, std::function<void(ExecutedPtr)> done, Log log)
    : done_(std::move(done)), log_(std::move(log)), jobs_(kJobsMax) {
  const auto [threads, few] = runtime.crew();
  spreading_ = {.threads = threads, .few = few};
  spreading_.for_each = [&runtime](std::size_t count, const auto& each) { runtime.at_once(count, each); };
  jobs_.start(runtime, LaneKind::execution, [this] { return turn(); });
}

Execution::~Execution() {
  stopping_ = true;
  jobs_.stop();
}

void Execution::start(ExecutionJob job) { CHECK(jobs_.push(std::move(job)) || stopping_); }

std::chrono::milliseconds Execution::turn() {
  std::vector<ExecutionJob> jobs;
  jobs_.take_all(jobs);
  std::ranges::move(jobs, std::back_inserter(in_hand_));
  if (in_hand_.empty() || stopping_) return kUntilWoken;
  if (ExecutionJob& job = in_hand_.front(); !*job.discarded && !execute(job)) return kTryAgain;
  in_hand_.pop_front();
  return kAtOnce;
}

bool Execution::execute(ExecutionJob& job) {
  std::vector<const Transaction*> transactions;
  transactions.reserve(job.bodies.size());
  for (const Body& body : job.bodies) transactions.push_back(body.get());
  const auto state = parent_state(job);
  Unread unread;
  auto block = executor::execute_block(context_of(job, unread), transactions, *state, &spreading_);
  if (unread.error() && !PLANTED(unread_is_zero)) block = std::unexpected(*unread.error());
  if (!block) {
    log_.error("block {} cannot be executed here, trying again: {}", job.proposal.head.number, block.error().text);
    return false;
  }
  done_(std::make_shared<const ExecutedProposal>(ExecutedProposal{
      std::move(job.proposal), job.hash, std::move(job.config), std::move(job.bodies), std::move(*block)}));
  return true;
}

}  // namespace hanse::node
