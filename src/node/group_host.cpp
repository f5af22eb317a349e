// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The group thread: inbox, time, steps. What the steps ask for is carried out in carry_out.cpp.
#include "node/group_host.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "base/plant.hpp"
#include "computing/executor/code_caches.hpp"
#include "node/group_parts.hpp"
#include "node/restore.hpp"

namespace hanse::node {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kInboxMax = 50'000;
constexpr TimeMs kTickMs = 10;              // while something is going on
constexpr TimeMs kIdleTickMs = 100;
constexpr TimeMs kActiveForMs = 2'000;      // after the last event
constexpr TimeMs kFreshMs = 5;              // the core's time may be that old when it handles an event
constexpr TimeMs kExpireMs = 100;           // what is in no hurry is looked after that often
constexpr TimeMs kSubmitPatienceMs = 10'000;
constexpr TimeMs kTryAgainMs = 500;         // until a pool that is full may have room: a block or a few
constexpr TimeMs kReceiptPatienceMsMax = 600'000;

}  // namespace

GroupHost::Parts::Parts(GroupHostConfig given, std::unique_ptr<ledger::Ledger> opened, Runtime& runtime,
                        Registry& registry, Log log)
    : config(std::move(given)),
      name{config.genesis.config.suite, config.genesis.config.chain_id, config.genesis.config.group_id},
      self(config.key.public_key), runtime(runtime), log(log.with("group", config.genesis.config.group_id)),
      metrics(registry, config.genesis.config.group_id), ledger(std::move(opened)), bodies(config.spare_bodies_bytes_max),
      waiters(config.waiters_max), inbox(kInboxMax), clock(runtime.steady_ms(), runtime.wall_ms()),
      jobs(runtime.jobs()), client_jobs(runtime.client_jobs()) {}

void GroupHost::Parts::start(Network given) {
  network = std::move(given);
  writer = std::make_unique<Writer>(
      *ledger, runtime,
      WriterCallbacks{[this](std::span<const ExecutedPtr> blocks) { published(blocks); },
                      [this](std::uint64_t ticket, BlockNumber appended) { inbox.push_answer(Durable{ticket, appended}); },
                      [this](const std::string& reason) {
                        metrics.disk_failing.set(reason.empty() ? 0 : 1);
                        const std::lock_guard lock(status_mutex);
                        disk_trouble = reason;
                      }},
      log);
  execution = std::make_unique<Execution>(runtime, [this](ExecutedPtr one) { inbox.push_answer(std::move(one)); }, log);
  start_incoming();
  inbox.start(runtime, LaneKind::group, [this] { return turn(); });
}

// What these two bring was paid for: they wait while the group thread is behind, and drop what comes when they are full.
void GroupHost::Parts::start_incoming() {
  const auto core_is_behind = [this] { return inbox.full(); };
  const auto to_core = [this](group::Event event) { tell_core(std::move(event)); };
  admission = std::make_unique<Admission>(name.suite, *ledger, bodies, runtime, metrics,
                                          AdmissionRoutes{core_is_behind, to_core}, log);
  incoming = std::make_unique<Incoming>(
      name,
      IncomingRoutes{core_is_behind, to_core,
                     [this](AdmissionJob job) {
                       if (!admission->push(std::move(job))) metrics.dropped_messages.add();
                     },
                     [this](const NodeId& from, const group::BodyRequest& request) { answer_bodies(from, request); },
                     [this](const NodeId& from, HeaderSignature signature) {
                       inbox.push_answer(HeaderSignatureReceived{from, std::move(signature)});
                     }},
      runtime, metrics.dropped_messages, log);
}

void GroupHost::Parts::stop() {
  incoming.reset();
  admission.reset();
  inbox.stop();
  execution.reset();
  writer.reset();
  ledger->settle();
  jobs->wait();
  client_jobs->wait();
}

milliseconds GroupHost::Parts::turn() {
  bool stepped = tick_if_due();
  if (!std::exchange(core_started, true)) {
    core->start(effects);
    carry_out();
    stepped = true;
  }
  inbox.take_all(inputs);
  for (Input& input : inputs) std::visit([this](auto& one) { take(one); }, input);
  stepped |= !inputs.empty();
  inputs.clear();
  for (; !own_votes.empty(); own_votes.pop_front()) step(own_votes.front());
  if (stepped) publish_status();
  return milliseconds(ticked_ms - active_ms < kActiveForMs ? kTickMs : kIdleTickMs);
}

bool GroupHost::Parts::tick_if_due() {
  const TimeMs now = clock.now(runtime.steady_ms(), runtime.wall_ms());
  if (now - ticked_ms < kFreshMs) return false;
  ticked_ms = now;
  step(group::Tick{now});
  if (now - expired_ms >= kExpireMs) {
    expired_ms = now;
    note_damage();
    publish_memory();
    waiters.expire(runtime.steady_ms());
    execute_those_that_waited();
    exchange_header_signatures();
  }
  return true;
}

void GroupHost::Parts::note_damage() {
  const auto broken = damage_noted ? std::nullopt : ledger->broken();
  if (!broken || broken->code != Code::corrupt) return;      // of failed writes the writer tells
  damage_noted = true;
  metrics.disk_failing.set(1);
  log.error("the store is damaged, what cannot be read is not answered: {}", broken->text);
}

void GroupHost::Parts::step(const group::Event& event) {
  core->step(event, effects);
  carry_out();
}

void GroupHost::Parts::take(group::Event& event) {
  active_ms = ticked_ms;
  step(event);
}

void GroupHost::Parts::take(Durable& durable) {
  if (durable.ticket != 0) held.durable_up_to(durable.ticket, [this](Outgoing outgoing) { leave(std::move(outgoing)); });
  while (!appending.empty() && appending.begin()->first <= durable.appended) {
    const ExecutedPtr block = std::move(appending.begin()->second);
    const BlockNumber number = appending.begin()->first;
    appending.erase(appending.begin());
    bodies.stored(block->bodies);
    std::erase_if(executed, [number](const auto& one) { return one.second->proposal.head.number <= number; });
    step(group::Appended{number});
    // Also when a step behind the others; far behind, nobody waits for it.
    if (core_status.self && number + HeaderSignatures::kWindow > core_status.highest_known)
      headers_to_sign[number] = block->block.header_hash;
  }
}

void GroupHost::Parts::take(ExecutedPtr& done) {
  if (executing.erase(done->hash) == 0) return;   // given up meanwhile
  executed[done->hash] = done;
  if (PLANTED(told_at_execution)) waiters.published(*done);
  step(group::Executed{summary_of(*done)});
}

void GroupHost::Parts::take(NonceQuestion& question) {
  question.reply(core->pending_nonce(question.sender, question.account_nonce));
}

void GroupHost::Parts::take(HeaderSignatureReceived& received) {
  header_signatures.keep(received.signature.number, received.from, std::move(received.signature.signature),
                         ledger->view()->head().number);
}

void GroupHost::Parts::take(CheckedHeaderSignature& checked) {
  if (auto list = header_signatures.add(checked, ledger->view()->head().number))
    writer->write(WriteHeaderSignatures{checked.number, std::move(*list)});
}

void GroupHost::Parts::publish_memory() {
  const kv::StoreMemory store = ledger->memory();
  const BodyStore::Memory of_bodies = bodies.memory();
  metrics.store_cache_bytes.set(static_cast<double>(store.cache_bytes));
  metrics.write_buffer_bytes.set(static_cast<double>(store.write_buffer_bytes));
  metrics.pool_bytes.set(static_cast<double>(of_bodies.waiting));
  metrics.spare_body_bytes.set(static_cast<double>(of_bodies.spare));
  metrics.code_bytes.set(static_cast<double>(executor::code_cache_bytes()));
}

void GroupHost::Parts::publish_status() {
  group::GroupStatus status = core->status();
  metrics.block_number.set(static_cast<double>(status.appended));
  if (status.view != core_status.view) metrics.view_changes.add();   // core_status is written by this thread alone
  metrics.view.set(static_cast<double>(status.view));
  metrics.epoch.set(static_cast<double>(status.epoch));
  metrics.pending.set(static_cast<double>(status.pending));
  metrics.halted.set(status.halted ? 1 : 0);
  metrics.votes_lost.set(status.votes_lost ? 1 : 0);
  metrics.inbox_size.set(static_cast<double>(inbox.size()));
  metrics.writer_size.set(static_cast<double>(writer->size()));
  metrics.execution_size.set(static_cast<double>(execution->size()));
  pool_is_full = status.pending >= config.limits.pool.count_max;
  const std::lock_guard lock(status_mutex);
  core_status = std::move(status);
}

// ---------------------------------------------------------------------------------------------------------- GroupHost

GroupHost::GroupHost(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
GroupHost::~GroupHost() { stop(); }

Result<std::unique_ptr<GroupHost>> GroupHost::open(GroupHostConfig config, std::unique_ptr<kv::KvStore> store,
                                                   Runtime& runtime, Registry& metrics, Log log) {
  auto opened = ledger::Ledger::open(std::move(store), config.genesis);
  if (!opened) return pass(opened);
  auto parts = std::make_unique<Parts>(std::move(config), std::move(*opened), runtime, metrics, std::move(log));
  auto restored = restore(*parts->ledger, parts->self, parts->bodies);
  if (!restored) return pass(restored);
  parts->core = std::make_unique<group::GroupCore>(std::move(*restored), parts->config.limits);
  parts->core_status = parts->core->status();
  return std::unique_ptr<GroupHost>(new GroupHost(std::move(parts)));
}

void GroupHost::start(Network network) { parts_->start(std::move(network)); }
void GroupHost::stop() { parts_->stop(); }

void GroupHost::on_message(const NodeId& from, Bytes message) {
  CHECK(parts_->incoming);
  parts_->incoming->push(from, std::move(message));
}
void GroupHost::on_peer(const NodeId& peer, bool connected) {
  parts_->metrics.peers.add(connected ? 1 : -1);
  parts_->log.info("{} {}", to_hex(peer).substr(0, 16), connected ? "connected" : "disconnected");
  parts_->tell_core(group::PeerChanged{peer, connected});   // beyond the bound: a session was paid for by its handshake
}

bool GroupHost::is_member(const NodeId& node) const {
  const auto config = view()->shared_config();
  return std::ranges::any_of(config->sealers, [&](const Sealer& sealer) { return sealer.node == node; }) ||
         std::ranges::find(config->observers, node) != config->observers.end();
}

void GroupHost::submit(EncodedTransaction transaction, ClientWaiters::SubmitReply reply) {
  if (parts_->pool_is_full) {
    parts_->metrics.refused_transactions.add();
    return reply(fail(Code::pool_full, "{} transactions wait at this node: try again in {} ms", parts_->config.limits.pool.count_max,
                      kTryAgainMs));
  }
  const TimeMs until_ms = parts_->runtime.steady_ms() + kSubmitPatienceMs;
  // Shared by the two ends of admission, of which exactly one uses it.
  auto shared = std::make_shared<ClientWaiters::SubmitReply>(std::move(reply));
  AdmissionJob job = AdmitFromClient{std::move(transaction), [this, until_ms, shared](Result<Body> body) {
    if (!body) (*shared)(std::unexpected(body.error()));
    else parts_->waiters.wait_for_pool((*body)->identity, (*body)->hash, until_ms, std::move(*shared));
  }};
  if (!parts_->admission->push(std::move(job)))
    (*shared)(fail(Code::pool_full, "this node is busy: try again in {} ms", kTryAgainMs));
}

void GroupHost::wait_receipt(const Hash& hash, std::uint32_t timeout_ms, ClientWaiters::ReceiptReply reply) {
  const TimeMs patience_ms = std::min<TimeMs>(timeout_ms, kReceiptPatienceMsMax);
  parts_->waiters.wait_for_receipt(hash, parts_->runtime.steady_ms() + patience_ms, std::move(reply));
}

void GroupHost::pending_nonce(const Address& sender, std::uint64_t account_nonce,
                              std::move_only_function<void(std::uint64_t)> reply) {
  NonceQuestion question{sender, account_nonce, std::move(reply)};
  if (parts_->inbox.full()) question.reply(account_nonce);   // what waits in the pool is anybody's guess
  else parts_->inbox.push_answer(std::move(question));
}

std::shared_ptr<const ledger::LedgerView> GroupHost::view() const { return parts_->ledger->view(); }
const BodyStore& GroupHost::bodies() const { return parts_->bodies; }
const GroupHostConfig& GroupHost::config() const { return parts_->config; }
Jobs& GroupHost::client_jobs() { return *parts_->client_jobs; }

GroupHost::Status GroupHost::status() const {
  Status status;
  status.connected = parts_->network.connected ? parts_->network.connected() : std::vector<NodeId>{};
  const std::lock_guard lock(parts_->status_mutex);
  status.core = parts_->core_status;
  status.disk_trouble = parts_->disk_trouble;
  if (const auto broken = broken_store()) status.disk_trouble = broken->text;
  return status;
}

std::optional<Error> GroupHost::broken_store() const { return parts_->ledger->broken(); }

}  // namespace hanse::node
