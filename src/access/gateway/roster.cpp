// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/roster.hpp"

#include <random>

#include "access/net/address.hpp"
#include "base/hex.hpp"

namespace hanse::gateway {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kIoThreads = 2;
constexpr std::chrono::milliseconds kTick{50};
constexpr std::uint64_t kTicksPerRefresh = 10;        // how soon a change of membership is noticed
constexpr std::chrono::milliseconds kSupersededMax{2000};
constexpr std::chrono::milliseconds kProvenAfter{1000};   // a session that lasted so long ends the back-off
constexpr std::uint64_t kRefusalLinesPerSecond = 10;

std::uint64_t random_number() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

Instance random_instance() {
  Bytes bytes;
  append_be(bytes, random_number());
  append_be(bytes, random_number());
  return Instance::of(bytes);
}

bool share_a_node(const Session& a, const Session& b) {
  for (const ProvedGroup& left : a.groups())
    for (const ProvedGroup& right : b.groups())
      if (left.group_index == right.group_index && left.node_id == right.node_id) return true;
  return false;
}

}  // namespace

Roster::Roster(std::shared_ptr<const net::TlsContext> tls, GatewayConfig config, std::vector<GroupMembership> groups,
               Registry& metrics, Log log)
    : io_(kIoThreads), local_(std::move(config), std::move(groups)), metrics_(metrics), prng_(random_number()),
      refusal_lines_(kRefusalLinesPerSecond, Clock::now()) {
  local_.certificate = tls->certificate_hash();
  local_.instance = random_instance();
  local_.log = log.with("gateway");
  link_config_.tls = std::move(tls);
}

Result<std::unique_ptr<Roster>> Roster::start(GatewayConfig config, std::vector<GroupMembership> groups, Registry& metrics,
                                              Log log) {
  auto tls = net::TlsContext::from_files(config.ca_file, config.cert_file, config.key_file);
  if (!tls) return pass(tls);
  auto lists = AccessLists::parse(config.allow, config.deny);
  if (!lists) return pass(lists);
  std::unique_ptr<Roster> roster(new Roster(*tls, std::move(config), std::move(groups), metrics, std::move(log)));
  Local& local = roster->local_;
  local.lists = std::make_shared<const AccessLists>(std::move(*lists));
  for (const GroupMembership& group : local.groups) {
    if (group.group_id.empty() || group.group_id.size() > kGroupIdBytesMax)
      return fail(Code::bad_config, "a group id of {} bytes, 1 to {} are allowed", group.group_id.size(), kGroupIdBytesMax);
    local.message_heads.push_back(message_head(group.group_id));
  }
  if (local.groups.size() > kClaimCountMax || local.config.chain_id.size() > 255)
    return fail(Code::bad_config, "more than {} groups, or a chain id of more than 255 bytes", kClaimCountMax);
  if (auto targets = roster->read_targets(); !targets) return pass(targets);
  if (const auto own = (*tls)->check_own_certificate(); !own)
    local.log.warn("peers will refuse us: {}", own.error().text);

  roster->tables_.resize(local.groups.size());
  roster->link_config_.body_bytes_max = local.config.frame_bytes_max;
  roster->link_config_.queue_bytes_max = local.config.queue_bytes_max;
  roster->link_config_.bytes_per_second_max = local.config.peer_bytes_per_second_max;
  auto listener = net::LinkListener::start(
      roster->io_, local.config.listen_host, local.config.listen_port, roster->link_config_,
      [roster = roster.get()](Result<std::shared_ptr<net::Link>> link) {
        if (!link) return roster->note_failed_link(link.error());
        roster->begin_session(std::move(*link), {});
      });
  if (!listener) return pass(listener);
  roster->listener_ = std::move(*listener);
  roster->home().post([roster = roster.get()] { roster->tick(); });
  return roster;
}

Roster::~Roster() {
  listener_.reset();
  std::unique_lock lock(live_mutex_);
  stopping_ = true;
  for (const auto& session : live_) session->close("the gateway stops");
  live_changed_.wait(lock, [this] { return live_.empty(); });   // a link closes within half a second
  lock.unlock();
  io_.stop();
}

Result<void> Roster::read_targets() {
  for (const std::string& address : local_.config.peers) {
    auto parsed = net::parse_host_port(address);
    if (!parsed) return fail(Code::bad_config, "peers: {}", parsed.error().text);
    targets_.push_back({address, std::move(parsed->host), parsed->port});
  }
  return {};
}

std::optional<std::size_t> Roster::group_index(const std::string& group_id) const {
  for (std::size_t i = 0; i < local_.groups.size(); ++i)
    if (local_.groups[i].group_id == group_id) return i;
  return {};
}

void Roster::send(const std::string& group_id, const NodeId& to, std::shared_ptr<const Bytes> message) {
  const auto index = group_index(group_id);
  std::shared_ptr<Session> session;
  if (index) {
    std::lock_guard lock(tables_mutex_);
    if (const auto found = tables_[*index].find(to); found != tables_[*index].end()) session = found->second;
  }
  if (session && local_.groups[*index].is_member(to))
    session->send(*index, std::make_shared<const net::FrameBody>(std::move(message)));
  else
    local_.not_connected_drops.fetch_add(1, std::memory_order_relaxed);
}

void Roster::broadcast(const std::string& group_id, std::shared_ptr<const Bytes> message) {
  const auto index = group_index(group_id);
  if (!index) return;
  const Table table = [&] { std::lock_guard lock(tables_mutex_); return tables_[*index]; }();
  const auto body = std::make_shared<const net::FrameBody>(std::move(message));
  for (const auto& [node_id, session] : table)
    if (local_.groups[*index].is_member(node_id)) session->send(*index, body);
}

std::vector<NodeId> Roster::connected(const std::string& group_id) const {
  std::vector<NodeId> ids;
  const auto index = group_index(group_id);
  if (!index) return ids;
  std::lock_guard lock(tables_mutex_);
  for (const auto& entry : tables_[*index]) ids.push_back(entry.first);
  return ids;
}

// Set before it is posted: a hello that was judged by the old lists is admitted on the home loop after what is posted here,
// or was before; admit() judges the former again.
void Roster::set_lists(AccessLists lists) {
  {
    std::lock_guard lock(local_.lists_mutex);
    local_.lists = std::make_shared<const AccessLists>(std::move(lists));
  }
  home().post([this] {
    for (const auto& [certificate, admitted] : std::map(admitted_)) is_let_in(*admitted.session);
  });
}

bool Roster::is_let_in(Session& session) {
  const auto lists = local_.access_lists();
  for (const ProvedGroup& proved : session.groups())
    if (auto listed = lists->check(proved.node_id); !listed) return session.refuse(std::move(listed.error())), false;
  return true;
}

GatewayStats Roster::stats() const {
  const net::LinkCounters& counters = *link_config_.counters;
  GatewayStats stats{.sessions = session_count_,
                     .bytes_in = counters.bytes_in,
                     .bytes_out = counters.bytes_out,
                     .frames_in = counters.frames_in,
                     .frames_out = counters.frames_out,
                     .queue_full_drops = counters.queue_full_drops,
                     .not_connected_drops = local_.not_connected_drops,
                     .not_member_drops = local_.not_member_drops};
  std::lock_guard lock(refusals_mutex_);
  for (std::size_t i = 0; i < kRefusalCount; ++i) stats.refused[std::string(name_of(static_cast<Refusal>(i)))] = refused_[i];
  return stats;
}

void Roster::note_refusal(const Refused& refused) {
  std::lock_guard lock(refusals_mutex_);
  ++refused_[static_cast<std::size_t>(refused.reason)];
  if (refused.reason == Refusal::duplicate || refused.reason == Refusal::itself)
    return local_.log.debug("refused {}", refused.text);
  if (refusal_lines_.take(1, Clock::now()).count() == 0)
    local_.log.warn("refused {} reason={}", refused.text, name_of(refused.reason));
}

void Roster::note_failed_link(const Error& error) {
  switch (error.code) {
    case Code::bad_certificate: return note_refusal({Refusal::certificate, error.text});
    case Code::timeout: return note_refusal({Refusal::timeout, error.text});
    case Code::unreachable: return local_.log.debug("lost during TLS: {}", error.text);
    default: return note_refusal({Refusal::broken, error.text});
  }
}

void Roster::begin_session(std::shared_ptr<net::Link> link, std::optional<std::size_t> target) {
  const auto session = std::make_shared<Session>(local_, *this, std::move(link), target);
  {
    std::lock_guard lock(live_mutex_);
    if (stopping_) return session->close("the gateway stops");
    live_.insert(session);
  }
  session->start();
}

void Roster::tick() {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const Target& target = targets_[i];
    const bool connected = target.certificate && admitted_.contains(*target.certificate);
    if (!target.is_self && !connected && target.plan.is_due(Clock::now())) dial(i);
  }
  if (++tick_count_ % kTicksPerRefresh == 0) {
    end_sessions_without_membership();
    refresh();
    metrics_.publish(stats());
  }
  home().after(kTick, [this] { tick(); });
}

void Roster::dial(std::size_t index) {
  Target& target = targets_[index];
  target.plan.begin();
  net::Link::dial(io_.next(), target.host, target.port, link_config_, [this, index](Result<std::shared_ptr<net::Link>> link) {
    if (!link) return home().post([this, index, error = link.error()] { dial_failed(index, error); });
    home().post([this, index, certificate = (*link)->peer().certificate_hash] {
      targets_[index].certificate = certificate;
      targets_[index].is_self = certificate == local_.certificate;
    });
    begin_session(std::move(*link), index);
  });
}

void Roster::dial_failed(std::size_t index, const Error& error) {
  Target& target = targets_[index];
  target.plan.end(false, Clock::now(), chance());
  if (error.code == Code::bad_certificate) return note_refusal({Refusal::certificate, error.text});
  if (std::exchange(target.last_problem, error.text) != error.text) local_.log.info("cannot reach {}; trying on", error.text);
}

// The session that both sides keep when each has dialled the other.
bool Roster::is_preferred(const Session& session) const {
  return session.is_dialed() == (local_.certificate < session.certificate());
}

void Roster::offer(std::shared_ptr<Session> session) {
  home().post([this, session = std::move(session)] {
    const auto present = admitted_.find(session->certificate());
    if (present != admitted_.end() && present->second.session->instance() == session->instance()) {
      const Session& other = *present->second.session;
      if (other.is_dialed() || is_preferred(other))
        return session->refuse({Refusal::duplicate, "another session with this process is kept"});
    }
    session->proceed();
  });
}

void Roster::make_way_for_nodes_of(const Session& arrived) {
  for (auto at = admitted_.begin(); at != admitted_.end();) {
    const auto [certificate, other] = *at++;
    if (certificate == arrived.certificate() || !share_a_node(*other.session, arrived)) continue;
    local_.log.warn("{} takes over a node key from {}", arrived.describe(), other.session->describe());
    remove(certificate, "another process uses the same node key");
  }
}

// What becomes of a session that both sides agreed on, given the one that stands for the same process.
Roster::Place Roster::place_of(const Session& arrived, const std::shared_ptr<Session>& present) {
  if (present->instance() != arrived.instance()) {
    remove(arrived.certificate(), "the process has restarted");
    return Place::stands;
  }
  if (present->is_dialed() == arrived.is_dialed()) {   // who dialled twice knows best
    present->close("it has connected again");
    return Place::stands;
  }
  if (!is_preferred(*present)) {
    end_later(present);
    return Place::stands;
  }
  return arrived.is_dialed() ? Place::in_use_by_peer : Place::none;
}

void Roster::end_later(std::shared_ptr<Session> session) {
  home().after(kSupersededMax, [session = std::move(session)] { session->close("another session took over"); });
}

void Roster::admit(std::shared_ptr<Session> session) {
  home().post([this, session = std::move(session)] {
    if (!is_let_in(*session)) return;
    make_way_for_nodes_of(*session);
    const auto present = admitted_.find(session->certificate());
    const Place place = present == admitted_.end() ? Place::stands : place_of(*session, present->second.session);
    if (place == Place::none)
      return session->refuse({Refusal::duplicate, "another session with this process is kept"});
    session->outcome = Session::Outcome::agreed;
    if (place == Place::in_use_by_peer) {
      session->open();
      return end_later(session);
    }
    if (!session->is_dialed()) session->welcome();
    admitted_[session->certificate()] = {session, Clock::now()};
    if (session->target()) targets_[*session->target()].last_problem.clear();
    local_.log.info("connected to {}", session->describe());
    refresh();
    session->open();
  });
}

void Roster::gone(std::shared_ptr<Session> session, const Error& why) {
  {
    std::lock_guard lock(live_mutex_);
    live_.erase(session);
    live_changed_.notify_all();
    if (stopping_) return;
  }
  home().post([this, session = std::move(session), why] {
    const auto now = Clock::now();
    const auto at = admitted_.find(session->certificate());
    const bool stood = at != admitted_.end() && at->second.session == session;
    const bool was_open = stood && now - at->second.since > kProvenAfter;
    if (session->target()) targets_[*session->target()].plan.end(was_open, now, chance());
    if (!stood) return note_ended_early(*session, why);
    local_.log.info("lost {}: {}", session->describe(), why.text);
    admitted_.erase(at);
    refresh();
  });
}

void Roster::note_ended_early(const Session& session, const Error& why) {
  if (session.outcome != Session::Outcome::open_question) return;   // told already, or another session stands
  if (!session.target()) return note_refusal_by_peer(session, why);
  if (std::exchange(targets_[*session.target()].last_problem, why.text) != why.text) note_refusal_by_peer(session, why);
}

void Roster::note_refusal_by_peer(const Session& session, const Error& why) {
  std::lock_guard lock(refusals_mutex_);
  if (refusal_lines_.take(1, Clock::now()).count() == 0) local_.log.warn("not let in by {}: {}", session.describe(), why.text);
}

void Roster::remove(const Hash& certificate, std::string why) {
  const auto at = admitted_.find(certificate);
  at->second.session->close(std::move(why));
  admitted_.erase(at);
  refresh();
}

void Roster::end_sessions_without_membership() {
  for (const auto& [certificate, admitted] : admitted_) {
    const bool is_member = std::ranges::any_of(admitted.session->groups(), [this](const ProvedGroup& proved) {
      return local_.groups[proved.group_index].is_member(proved.node_id);
    });
    if (!is_member) admitted.session->refuse({Refusal::no_common_group, "it is a member of no group of ours any more"});
  }
}

// Makes the tables from the sessions that stand and from membership as it is now, and tells the groups what changed.
void Roster::refresh() {
  std::vector<Table> fresh(local_.groups.size());
  for (const auto& [certificate, admitted] : admitted_)
    for (const ProvedGroup& proved : admitted.session->groups())
      if (local_.groups[proved.group_index].is_member(proved.node_id)) fresh[proved.group_index][proved.node_id] = admitted.session;
  session_count_ = admitted_.size();
  std::vector<Table> before = fresh;
  {
    std::lock_guard lock(tables_mutex_);
    before.swap(tables_);
  }
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    for (const auto& entry : before[i])
      if (!fresh[i].contains(entry.first)) tell_peer(i, entry.first, false);
    for (const auto& entry : fresh[i])
      if (!before[i].contains(entry.first)) tell_peer(i, entry.first, true);
  }
}

void Roster::tell_peer(std::size_t group_index, const NodeId& peer, bool connected) {
  const GroupMembership& group = local_.groups[group_index];
  metrics_.set_connected(group.group_id, peer, connected);
  group.on_peer(peer, connected);
}

double Roster::chance() { return static_cast<double>(prng_.below(1u << 30)) / (1u << 30); }

}  // namespace hanse::gateway
