// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/clients.hpp"

#include "base/hex.hpp"
#include "codec/tars.hpp"
#include "sim/whole/contracts.hpp"
#include "sim/whole/world.hpp"

namespace hanse::whole {
namespace {

constexpr TimeUs kOverdue = 500'000;
constexpr std::uint32_t kReceiptMs = 3'000;

KeyPair account_key(Suite suite, std::size_t number) {
  SecretKey secret;
  secret.bytes[30] = 7;
  secret.bytes[31] = static_cast<std::uint8_t>(number + 1);
  return *KeyPair::from_secret(suite, secret);
}

}  // namespace

Clients::Clients(World& world) : world_(world) {
  const Suite suite = world.plan().config.suite;
  for (std::size_t number = 0; number < 4; ++number) {
    const bool native = suite == Suite::sm || number % 2 == 1;
    clients_.push_back({number, account_key(suite, number), native ? TransactionKind::native : TransactionKind::web3, number >= 2 && world.plan().load.rival_percent > 0});
    addresses_.push_back(address_of(suite, clients_.back().key.public_key));
  }
}

void Clients::start() {
  for (Client& client : clients_)
    world_.schedule().after(between(world_.prng(), 1'000, world_.plan().load.interval), [this, number = client.number] { act(number); });
}

std::optional<NodeNumber> Clients::some_node() {
  const NodeNumber first = world_.prng().below(world_.nodes().size());
  for (NodeNumber i = 0; i < world_.nodes().size(); ++i) {
    const NodeNumber node = (first + i) % world_.nodes().size();
    if (world_.nodes()[node]->up()) return node;
  }
  return std::nullopt;
}

BlockNumber Clients::block_limit() const {
  const auto& blocks = world_.chain().blocks();
  const BlockNumber head = blocks.empty() ? 0 : blocks.rbegin()->first;
  return head + static_cast<BlockNumber>(world_.plan().config.block_limit_span) * 3 / 4;
}

void Clients::act(std::size_t number) {
  Client& client = clients_[number];
  Prng& prng = world_.prng();
  const LoadPlan& load = world_.plan().load;
  send_overdue(client);
  if (!world_.healed()) {
    const auto percent = [&](int share) { return prng.chance(static_cast<std::uint64_t>(share), 100); };
    if (percent(load.invalid_percent)) send_invalid(client);
    if (percent(load.repeat_percent) && !repeats_.empty()) submit(client, repeats_[prng.below(repeats_.size())]);
    if (client.rogue) send_rivals(client);
    else if (client.open.size() < static_cast<std::size_t>(load.open_max)) send_new(client);
  }
  read(client);
  world_.schedule().after(between(prng, load.interval / 2, load.interval * 3 / 2), [this, number] { act(number); });
}

void Clients::send_new(Client& client) {
  const Sent sent = sign(client, next_transaction(client));
  ++client.sent_count;
  client.open.push_back(sent);
  if (repeats_.size() < 64) repeats_.push_back(sent);
  submit(client, sent);
}

void Clients::send_last() {
  for (Client& client : clients_)
    if (!client.rogue) {
      client.open.push_back(sign(client, transfer_of(client, client.sent_count++, 1)));
      submit(client, client.open.back());
    }
}

// Two transactions, one nonce: at most one of them may ever run.
void Clients::send_rivals(Client& client) {
  const auto node = some_node();
  if (!node) return;
  std::uint64_t nonce = ++client.sent_count / 3;
  if (client.kind == TransactionKind::web3) {
    const auto row = world_.nodes()[*node]->host().view()->get(state::account_key(addresses_[client.number]));
    if (!row) return;
    nonce = *row ? tars::decode<state::Account>(**row).value().nonce : 0;
  }
  for (std::uint64_t amount = 1; amount <= 2; ++amount) submit(client, sign(client, transfer_of(client, nonce, amount)));
}

void Clients::send_invalid(Client& client) {
  Prng& prng = world_.prng();
  Transaction tx = transfer_of(client, client.sent_count + prng.below(3), 5);
  if (prng.chance(1, 4)) tx.chain_id = 1;
  if (prng.chance(1, 4)) tx.block_limit = 0;
  if (prng.chance(1, 4)) tx.gas_limit = 1ull << 40;
  Sent sent = sign(client, tx);
  Bytes& bytes = sent.encoded.bytes;
  bytes[prng.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + prng.below(255));
  if (prng.chance(1, 8)) bytes.resize(prng.below(bytes.size()));
  submit(client, sent);
}

void Clients::send_overdue(Client& client) {
  for (std::size_t i = 0; i < client.open.size(); ++i) {
    if (world_.schedule().now() - client.open[i].at < kOverdue) continue;
    client.open[i].at = world_.schedule().now();
    submit(client, Sent(client.open[i]));
  }
}

void Clients::submit(Client& client, const Sent& sent) {
  const auto node = some_node();
  if (!node) return;
  world_.trace("client {} sends {} to node {}", client.number, to_hex(sent.hash).substr(0, 8), *node);
  Node& at = *world_.nodes()[*node];
  const auto alive = [this, node = *node, life = at.life()] {
    return world_.nodes()[node]->up() && world_.nodes()[node]->life() == life;
  };
  at.service().handle(port::SubmitTransaction{sent.encoded},
                      [this, alive, number = client.number, hash = sent.hash](Result<Hash> reply) {
                        if (alive()) submitted(number, hash, reply);
                      });
  at.service().handle(port::WaitReceipt{sent.hash, kReceiptMs},
                      [this, alive, node = *node, number = client.number](Result<port::TransactionView> reply) {
                        if (!alive() || !reply) return;
                        world_.trace("client {} is told of {} nonce {}: {}", number,
                                     to_hex(reply->transaction.hash).substr(0, 8), reply->transaction.nonce,
                                     reply->receipt ? fmt::format("{} {}", reply->receipt->status, reply->receipt->message) : "nothing");
                        world_.chain().told(node, *world_.nodes()[node]->host().view(), *reply);
                        told(number, reply->transaction.hash);
                      });
}

// A native transaction that is refused may never run any more: its block limit has passed. Others are sent again.
void Clients::submitted(std::size_t number, const Hash& hash, const Result<Hash>& reply) {
  Client& client = clients_[number];
  if (reply) return;
  world_.trace("client {} is refused {}: {}", number, to_hex(hash).substr(0, 8), reply.error().text);
  const Code code = reply.error().code;
  if (client.rogue && code == Code::nonce_used) world_.probes().hit(Probe::rival_refused);
  if (client.kind == TransactionKind::native && (code == Code::block_limit_failed || code == Code::nonce_used))
    std::erase_if(client.open, [&](const Sent& sent) { return sent.hash == hash; });
}

void Clients::told(std::size_t number, const Hash& hash) {
  Client& client = clients_[number];
  if (client.deployment == hash) client.contract = world_.chain().told_of(hash)->receipt->contract_address;
  std::erase_if(client.open, [&](const Sent& sent) { return sent.hash == hash; });
}

std::optional<std::string> Clients::still_waiting() const {
  for (const Client& client : clients_)
    if (!client.open.empty())
      return fmt::format("client {} for {}", client.number, to_hex(client.open.front().hash).substr(0, 8));
  return std::nullopt;
}

Transaction Clients::transfer_of(const Client& client, std::uint64_t nonce, std::uint64_t amount) const {
  Transaction tx;
  tx.kind = client.kind;
  tx.to = addresses_[(client.number + amount) % addresses_.size()];
  tx.value = U256(amount);
  tx.gas_limit = 100'000;
  tx.gas_price = tx.max_priority_fee = world_.plan().config.gas_price;
  if (tx.kind == TransactionKind::native) {
    tx.type = 1;
    tx.nonce_text = fmt::format("{} of {}", nonce, client.number);
    tx.block_limit = block_limit();
  } else {
    tx.type = 2;
    tx.nonce = nonce;
    tx.chain_id = world_.plan().config.web3_chain_id;
  }
  return tx;
}

Transaction Clients::next_transaction(Client& client) {
  Prng& prng = world_.prng();
  Transaction tx = transfer_of(client, client.sent_count, 1 + prng.below(3));
  if (!client.deployment && client.sent_count == 1) {
    tx.to.reset();
    tx.value = {};
    tx.gas_limit = 2'500'000;
    tx.input = client.number == 0 ? token_code() : hash_keeper_code();
    client.deployment = sign(client, tx).hash;
  } else if (client.contract && prng.chance(1, 2)) {
    tx.value = {};
    tx.to = client.contract;
    tx.gas_limit = prng.chance(1, 10) ? 30'000 : 300'000;   // now and then too little
    tx.input = token_transfer(addresses_[prng.below(addresses_.size())], prng.chance(1, 10) ? ~0ull : prng.below(100));
  }
  return tx;
}

Clients::Sent Clients::sign(const Client& client, const Transaction& tx) const {
  const GroupConfig& config = world_.plan().config;
  Bytes bytes = tx.kind == TransactionKind::web3
                    ? sign_web3_transaction(client.key, tx)
                    : sign_native_transaction(client.key, tx, config.chain_id, config.group_id);
  Sent sent{{tx.kind, std::move(bytes)}, {}, world_.schedule().now()};
  sent.hash = decode_transaction(config.suite, sent.encoded.kind, sent.encoded.bytes)->hash;
  return sent;
}

void Clients::read(Client& client) {
  const auto number = some_node();
  if (!number) return;
  Node& node = *world_.nodes()[*number];
  const auto view = node.host().view();
  const BlockNumber head = view->head().number;
  world_.chain().shown(*number, head, view->head().header);
  BlockNumber& seen = seen_[{*number, node.life()}];
  if (head < seen) world_.violations().add("reads", "node {} shows block {} after {}", *number, head, seen);
  seen = head;
  const Address& address = addresses_[world_.prng().below(addresses_.size())];
  if (const auto row = view->get(state::account_key(address))) {
    const state::Account account = *row ? tars::decode<state::Account>(**row).value() : state::Account{};
    world_.chain().read_account(*number, head, address, account.nonce, account.balance);
  }
  if (client.number != 0 || !client.contract) return;
  node.service().handle(port::CallContract{address, client.contract, {}, token_balance_of(address), 200'000, {}},
                        [this, node = *number, address, contract = *client.contract](Result<port::CallContract::Reply> reply) {
                          if (!reply || reply->status != 0 || reply->output.size() != 32) return;
                          const Hash slot = token_slot(world_.plan().config.suite, address);
                          world_.chain().read_slot(node, reply->block, contract, slot, U256::from_be(reply->output));
                        });
}

}  // namespace hanse::whole
