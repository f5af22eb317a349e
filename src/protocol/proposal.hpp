// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What consensus orders and what proves that it did. Consensus knows a proposal only by its head: the payload is opaque
// to it (for a group: the identities of its transactions, 32 bytes each, in order).
#pragma once

#include <vector>

#include "protocol/types.hpp"

namespace hanse {

// The proposal hash covers the head alone; the head covers the payload by its hash, so that a parent can be proved
// without the list.
struct ProposalHead {
  Epoch epoch = 0;
  BlockNumber number = 0;
  Hash parent;             // proposal hash of number − 1 (genesis: its header hash)
  TimeMs time_ms = 0;      // strictly above the parent's
  NodeIndex proposer = 0;
  View first_view = 0;     // v0: the view it was first proposed in, kept when it is proposed again
  Hash payload_hash;

  bool operator==(const ProposalHead&) const = default;
  static void fields(auto& self, auto&& field) {   // docs/WIRE.md §3.2
    field(1, self.epoch), field(2, self.number), field(3, self.parent), field(4, self.time_ms), field(5, self.proposer);
    field(6, self.first_view), field(7, self.payload_hash);
  }
};

struct Proposal {
  ProposalHead head;
  Bytes payload;

  bool operator==(const Proposal&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.head), field(2, self.payload); }
};

struct IndexedSignature {
  NodeIndex node = 0;
  Bytes signature;

  bool operator==(const IndexedSignature&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.node), field(2, self.signature); }
};

// A quorum of Commits, equal in epoch, view, number, proposal and header hash: number is decided. The signatures are
// over commit_digest (scheduling/consensus/pbft/messages.hpp); which nodes and weights count is the epoch's affair.
struct Certificate {
  Epoch epoch = 0;
  View view = 0;
  BlockNumber number = 0;
  Hash proposal;
  Hash header;
  std::vector<IndexedSignature> signatures;

  bool operator==(const Certificate&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.view), field(3, self.number), field(4, self.proposal), field(5, self.header);
    field(6, self.signatures);
  }
};

Hash payload_hash_of(Suite suite, BytesView payload);
// Binds the chain and the group: H(tag, chain, group, head fields).
Hash proposal_hash(Suite suite, std::string_view chain_id, std::string_view group_id, const ProposalHead& head);

}  // namespace hanse
