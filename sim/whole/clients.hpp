// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Clients of the simulated chain. Each has an account, sends signed transactions to nodes of its choice (transfers, a
// deployment, contract calls, wrong ones), waits for receipts, sends again what was not answered, and reads. What it is
// told and shown goes to the ChainWatch. One of them is a rogue that sends two transactions for one nonce to two nodes.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/whole/vote_watch.hpp"
#include "sim/whole/schedule.hpp"

#include "protocol/transaction.hpp"

namespace hanse::whole {

class World;

class Clients {
 public:
  explicit Clients(World& world);
  const std::vector<Address>& addresses() const { return addresses_; }   // to be funded
  void start();
  void send_last();                          // each one more, once everything has healed
  std::optional<std::string> still_waiting() const;   // for what; none: everything sent was answered

 private:
  struct Sent {
    EncodedTransaction encoded;
    Hash hash;
    TimeUs at = 0;
  };
  struct Client {
    std::size_t number = 0;
    KeyPair key;
    TransactionKind kind = TransactionKind::web3;
    bool rogue = false;
    std::uint64_t sent_count = 0;            // web3: the next nonce
    std::vector<Sent> open;
    std::optional<Hash> deployment;
    std::optional<Address> contract;         // of its deployment, once told
  };
  void act(std::size_t number);
  void send_new(Client& client);
  void send_rivals(Client& client);
  void send_invalid(Client& client);
  void send_overdue(Client& client);
  void submit(Client& client, const Sent& sent);
  void submitted(std::size_t client, const Hash& hash, const Result<Hash>& reply);
  void told(std::size_t client, const Hash& hash);
  void read(Client& client);
  Transaction next_transaction(Client& client);
  Transaction transfer_of(const Client& client, std::uint64_t nonce, std::uint64_t amount) const;
  Sent sign(const Client& client, const Transaction& tx) const;
  std::optional<NodeNumber> some_node();
  BlockNumber block_limit() const;

  World& world_;
  std::vector<Client> clients_;
  std::vector<Address> addresses_;
  std::vector<Sent> repeats_;                // a few that were sent, to be sent again
  std::map<std::pair<NodeNumber, std::uint64_t>, BlockNumber> seen_;   // head by node and life: reads never go back
};

}  // namespace hanse::whole
