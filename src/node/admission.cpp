// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/admission.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "node/summarize.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kJobsMax = 20'000;
constexpr std::size_t kClientJobsMax = 4'000;     // beyond, a client waits longer than it would for another try
constexpr std::size_t kBytesMax = 128u << 20;     // of what waits
constexpr std::size_t kBatchMax = 256;            // jobs taken together: the first must not wait long for the last
constexpr std::size_t kLanes = 8, kTogetherMax = 32;      // signers recovered at once; a longer piece gains a tenth
constexpr auto kTryAgain = std::chrono::milliseconds(1);

std::span<EncodedTransaction> transactions_of(AdmitFromClient& job) { return {&job.transaction, 1}; }
std::span<EncodedTransaction> transactions_of(AdmitFromPeer& job) { return job.bodies.transactions; }

std::size_t bytes_in(std::span<const EncodedTransaction> transactions) {
  std::size_t bytes = 0;
  for (const EncodedTransaction& tx : transactions) bytes += sizeof(tx) + tx.bytes.size();
  return bytes;
}
std::size_t bytes_in(const AdmissionJob& job) {
  if (const auto* client = std::get_if<AdmitFromClient>(&job)) return bytes_in({&client->transaction, 1});
  if (const auto* peer = std::get_if<AdmitFromPeer>(&job)) return bytes_in(peer->bodies.transactions);
  std::size_t bytes = 0;
  for (const CertifiedBlock& block : std::get<AdmitBlocks>(job).reply.blocks)
    bytes += block.proposal.payload.size() + bytes_in(block.transactions);
  return bytes;
}

}  // namespace

Admission::Admission(Suite suite, const ledger::Ledger& ledger, BodyStore& bodies, Runtime& runtime,
                     GroupMetrics& metrics, AdmissionRoutes routes, Log log)
    : suite_(suite), ledger_(ledger), bodies_(bodies), runtime_(runtime), metrics_(metrics), routes_(std::move(routes)),
      log_(std::move(log)), jobs_(kJobsMax) {
  jobs_.start(runtime, LaneKind::admission, [this] { return turn(); });
}

Admission::~Admission() { jobs_.stop(); }

bool Admission::push(AdmissionJob&& job) {
  if (std::holds_alternative<AdmitFromClient>(job) && jobs_.size() >= kClientJobsMax) return false;
  const std::size_t bytes = bytes_in(job);
  if (bytes_ + bytes > kBytesMax) return false;
  bytes_ += bytes;                                  // before the consumer can take it away again
  if (jobs_.push(std::move(job))) return true;
  bytes_ -= bytes;
  return false;
}

std::chrono::milliseconds Admission::turn() {
  if (routes_.core_is_behind()) return kTryAgain;
  if (in_hand_.empty()) {
    std::vector<AdmissionJob> jobs;
    jobs_.take_all(jobs);
    for (const AdmissionJob& job : jobs) bytes_ -= bytes_in(job);
    std::ranges::move(jobs, std::back_inserter(in_hand_));
  }
  metrics_.admission_size.set(static_cast<double>(in_hand_.size()));
  if (in_hand_.empty()) return kUntilWoken;
  const auto batch_end = in_hand_.begin() + static_cast<std::ptrdiff_t>(std::min(kBatchMax, in_hand_.size()));
  std::vector<AdmissionJob> batch(std::move_iterator(in_hand_.begin()), std::move_iterator(batch_end));
  in_hand_.erase(in_hand_.begin(), batch_end);
  take(batch);
  return kAtOnce;
}

void Admission::take(std::vector<AdmissionJob>& jobs) {
  std::vector<Item> items;
  std::vector<std::size_t> ends;                    // of each job's items
  for (AdmissionJob& job : jobs) {
    if (auto* blocks = std::get_if<AdmitBlocks>(&job)) {
      for (CertifiedBlock& block : blocks->reply.blocks)
        for (EncodedTransaction& tx : block.transactions) items.push_back({&tx, true, {}, {}});
    } else {
      auto* client = std::get_if<AdmitFromClient>(&job);
      for (EncodedTransaction& tx : client ? transactions_of(*client) : transactions_of(std::get<AdmitFromPeer>(job)))
        items.push_back({&tx, false, {}, {}});
    }
    ends.push_back(items.size());
  }
  const auto view = ledger_.view();
  const bool together = suite_ == Suite::standard;  // the other suite gains nothing by it
  runtime_.for_each_piece(items.size(), together ? kLanes : 1, together ? kTogetherMax : 1, [&](std::size_t from, std::size_t end) {
    const std::span<Item> piece = std::span(items).subspan(from, end - from);
    decode(piece);
    for (Item& item : piece) check(item, *view);
  });
  std::size_t first = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::span<Item> own(items.data() + first, ends[i] - first);
    std::visit([&](auto& job) { finish(job, own); }, jobs[i]);
    first = ends[i];
  }
  if (!from_clients_.empty()) routes_.to_core(group::TransactionsAdmitted{std::exchange(from_clients_, {}), {}, false});
}

void Admission::decode(std::span<Item> items) const {
  std::vector<Item*> waiting;                       // for their signers
  std::vector<UnverifiedTransaction> parsed;
  for (Item& item : items) {
    // A web3 transaction that is already held need not be recovered again: its bytes are its identity.
    if (item.encoded->kind == TransactionKind::web3 && suite_ == Suite::standard &&
        item.encoded->bytes.size() <= kTransactionBytesMax) {
      if (Body held = bodies_.find(keccak256(item.encoded->bytes))) {
        item.body = std::move(held);
        continue;
      }
    }
    auto one = parse_transaction(suite_, std::move(*item.encoded));
    if (!one) {
      item.body = pass(one);
      continue;
    }
    waiting.push_back(&item);
    parsed.push_back(std::move(*one));
  }
  std::vector<SignedDigest> signatures;
  signatures.reserve(parsed.size());
  for (const UnverifiedTransaction& one : parsed) signatures.push_back({one.digest, one.signature});
  const auto signers = recover_all(suite_, signatures);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    auto tx = with_signer(suite_, std::move(parsed[i]), signers[i]);
    if (tx) waiting[i]->body = std::make_shared<const Transaction>(std::move(*tx));
    else waiting[i]->body = pass(tx);
  }
}

void Admission::check(Item& item, const ledger::LedgerView& view) const {
  if (!item.body || item.in_block) return;
  if (const auto good = check_transaction(view.config(), **item.body); !good) {
    item.body = pass(good);
    return;
  }
  auto summary = summarize(**item.body, view);
  if (summary) item.summary = std::move(*summary);
  else item.body = pass(summary);
}

void Admission::finish(AdmitFromClient& job, std::span<Item> items) {
  Item& item = items.front();
  if (!item.body) metrics_.refused_transactions.add();
  else bodies_.add({&*item.body, 1});
  const bool good = item.body.has_value();
  job.decoded(std::move(item.body));                // the waiter stands before the core answers
  if (good) from_clients_.push_back(std::move(item.summary));
}

void Admission::finish(AdmitFromPeer& job, std::span<Item> items) {
  std::vector<Body> bodies;
  std::vector<TxSummary> summaries;
  for (Item& item : items) {
    if (!item.body) {
      metrics_.refused_transactions.add();
      log_.debug("a transaction from another node is refused: {}", item.body.error().text);
      continue;
    }
    bodies.push_back(std::move(*item.body));
    summaries.push_back(std::move(item.summary));
  }
  bodies_.add(bodies);
  if (!summaries.empty()) routes_.to_core(group::TransactionsAdmitted{std::move(summaries), job.from, job.bodies.asked});
}

void Admission::finish(AdmitBlocks& job, std::span<Item> items) {
  std::vector<Body> bodies;
  for (Item& item : items)
    if (item.body) bodies.push_back(std::move(*item.body));
  bodies_.add_spare(bodies);
  for (CertifiedBlock& block : job.reply.blocks) block.transactions.clear();   // from here on they are in the store
  routes_.to_core(group::PeerReceived{job.from, std::move(job.reply)});
}

}  // namespace hanse::node
