// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What sealers say to each other. Every message is signed by its sender over digest_of(message), which binds the
// message type, chain, group, epoch, view and number; the host verifies that signature before a core sees the message.
// Proofs that travel beside a message (marked so) are outside the digest: they prove themselves.
#pragma once

#include <variant>
#include <vector>

#include "protocol/proposal.hpp"

namespace hanse::pbft {

struct PrePrepare {
  View view = 0;
  Proposal proposal;
  bool operator==(const PrePrepare&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.view), field(2, self.proposal); }
};

struct Prepare {
  Epoch epoch = 0;
  View view = 0;
  BlockNumber number = 0;
  Hash proposal;
  bool operator==(const Prepare&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.view), field(3, self.number), field(4, self.proposal);
  }
};

struct Commit {
  Epoch epoch = 0;
  View view = 0;
  BlockNumber number = 0;
  Hash proposal;
  Hash header;
  bool operator==(const Commit&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.view), field(3, self.number), field(4, self.proposal), field(5, self.header);
  }
};

// A quorum of equal Prepares.
struct PreparedCertificate {
  Epoch epoch = 0;
  View view = 0;
  BlockNumber number = 0;
  Hash proposal;
  std::vector<IndexedSignature> signatures;
  bool operator==(const PreparedCertificate&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.view), field(3, self.number), field(4, self.proposal);
    field(5, self.signatures);
  }
};

// "This number is prepared here, in this view, and my log says so."
struct Claim {
  BlockNumber number = 0;
  View view = 0;
  Hash proposal;
  bool operator==(const Claim&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.number), field(2, self.view), field(3, self.proposal); }
};

struct ClaimProof {
  ProposalHead head;                 // its hash is the claim's; names the parent
  PreparedCertificate prepared;
  bool operator==(const ClaimProof&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.head), field(2, self.prepared); }
};

// The signed part of a ViewChange.
struct ClaimList {
  Epoch epoch = 0;
  View view = 0;                     // the view asked for
  BlockNumber decided = 0;           // the last decided number d
  Hash decided_proposal;
  std::vector<Claim> claims;         // rising numbers, all above d
  bool operator==(const ClaimList&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.view), field(3, self.decided), field(4, self.decided_proposal);
    field(5, self.claims);
  }
};

struct ViewChange {
  ClaimList list;
  std::optional<Certificate> decided_proof;   // beside; of list.decided, none when it is the epoch's first parent
  std::vector<ClaimProof> proofs;             // beside; one for each claim, in order
  bool operator==(const ViewChange&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.list), field(2, self.decided_proof), field(3, self.proofs);
  }
};

struct SignedClaimList {
  NodeIndex node = 0;
  ClaimList list;
  Bytes signature;
  bool operator==(const SignedClaimList&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.node), field(2, self.list), field(3, self.signature); }
};

struct NewView {
  Epoch epoch = 0;
  View view = 0;
  std::vector<SignedClaimList> lists;         // a quorum, of distinct sealers
  std::optional<Certificate> decided_proof;   // of the highest `decided` in the lists
  std::vector<ClaimProof> proofs;             // one for each proposal that is proposed again, rising numbers
  bool operator==(const NewView&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.view), field(3, self.lists), field(4, self.decided_proof);
    field(5, self.proofs);
  }
};

using Message = std::variant<PrePrepare, Prepare, Commit, ViewChange, NewView>;

struct GroupName {                            // what every digest is bound to
  Suite suite = Suite::standard;
  std::string chain_id;
  std::string group_id;
};
Hash prepare_digest(const GroupName& group, const Prepare& vote);
Hash commit_digest(const GroupName& group, const Commit& vote);
Hash claim_list_digest(const GroupName& group, const ClaimList& list);
Hash digest_of(const GroupName& group, const Message& message);

}  // namespace hanse::pbft
