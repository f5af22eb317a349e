// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the PBFT core asks for. Some effects go to the host as they are (group/events.hpp passes them on); the last group
// is answered by GroupCore itself.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/scheduling.hpp"
#include "scheduling/consensus/pbft/messages.hpp"

namespace hanse::pbft {

// ---- records of the consensus log ----
struct VoteRecord {                 // the PrePrepare or Prepare that leaves next
  std::variant<PrePrepare, Prepare> vote;
  static void fields(auto& self, auto&& field) { field(1, self.vote); }
};
struct PreparedRecord {             // stands before a Commit leaves. The host stores the bodies with it.
  Proposal proposal;
  PreparedCertificate prepared;
  Hash header;                      // the header hash voted
  static void fields(auto& self, auto&& field) { field(1, self.proposal), field(2, self.prepared), field(3, self.header); }
};
struct ViewRecord {                 // before anything of (epoch, view) leaves; with the NewView when entered by one
  Epoch epoch = 0;
  View view = 0;
  std::optional<NewView> entered_by;
  static void fields(auto& self, auto&& field) { field(1, self.epoch), field(2, self.view), field(3, self.entered_by); }
};
// The host writes it into a new log when the old one was lost; the ViewRecord with which the replica votes again supersedes
// it. The question is a random number: what answers it was said after the loss (lost_votes.hpp).
struct VotesLostRecord {
  std::uint64_t question = 0;
  static void fields(auto& self, auto&& field) { field(1, self.question); }
};
using Record = std::variant<VoteRecord, PreparedRecord, ViewRecord, VotesLostRecord>;

// The block that makes a record superfluous once it is durable in the ledger. None for a ViewRecord or VotesLostRecord:
// only the next ViewRecord supersedes it.
std::optional<BlockNumber> number_of(const Record& record);

// ---- carried out by the host ----
struct SendVote { std::optional<NodeId> to; Message message; };       // none: to every sealer, and back to this core
struct Persist { std::uint64_t position = 0; Record record; };        // positions rise by one
struct SignatureCheck { NodeId signer; Hash digest; Bytes signature; };
struct Verify { std::uint64_t token = 0; std::vector<SignatureCheck> checks; };   // good when all are
struct Execute { Proposal proposal; };                                // its parent was executed or is in the ledger
struct Discard { Hash proposal; };                                    // its overlay is no longer needed
struct Halt { std::string reason; };                                  // nothing is voted any more; a person is needed
struct Note { std::string text; };                                    // a line for the log (view changes, sync)

// ---- answered by GroupCore ----
struct Consider { Proposal proposal; };        // get its bodies, check what needs no state; then on_considered()
struct Forget { Hash proposal; };              // undecided and given up: its transactions wait again
struct FetchProposal { Hash proposal; std::vector<NodeId> from; };   // known by its hash alone; then on_proposal()
struct AnswerDecided { NodeId to; BlockNumber number = 0; };         // somebody votes for what is decided here
struct Decide {                                // in order of numbers, once each; executed with the certified header
  Proposal proposal;
  Certificate certificate;
  ExecutionSummary summary;
};
struct RefuseCertified { BlockNumber number = 0; };   // a block from sync was not what it claimed

using Effect = std::variant<SendVote, Persist, Verify, Execute, Discard, Halt, Note, Consider, Forget, FetchProposal,
                            AnswerDecided, Decide, RefuseCertified>;
using Effects = std::vector<Effect>;

}  // namespace hanse::pbft
