// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The names of the fields that travel, in the order of their tags, so that a report can say which one was changed.
#pragma once

#include <array>
#include <string_view>

#include "scheduling/group/events.hpp"

namespace hanse::sim {

using Names = std::array<std::string_view, 8>;

template <class Struct>
inline constexpr Names kFieldNames = Struct::has_no_names;   // add the new struct below

template <> inline constexpr Names kFieldNames<ProposalHead> = {"epoch", "number", "parent", "time_ms", "proposer", "first_view", "payload_hash"};
template <> inline constexpr Names kFieldNames<Proposal> = {"head", "payload"};
template <> inline constexpr Names kFieldNames<IndexedSignature> = {"node", "signature"};
template <> inline constexpr Names kFieldNames<Certificate> = {"epoch", "view", "number", "proposal", "header", "signatures"};
template <> inline constexpr Names kFieldNames<CertifiedBlock> = {"proposal", "certificate", "transactions"};
template <> inline constexpr Names kFieldNames<EncodedTransaction> = {"kind", "bytes"};
template <> inline constexpr Names kFieldNames<pbft::PrePrepare> = {"view", "proposal"};
template <> inline constexpr Names kFieldNames<pbft::Prepare> = {"epoch", "view", "number", "proposal"};
template <> inline constexpr Names kFieldNames<pbft::Commit> = {"epoch", "view", "number", "proposal", "header"};
template <> inline constexpr Names kFieldNames<pbft::PreparedCertificate> = {"epoch", "view", "number", "proposal", "signatures"};
template <> inline constexpr Names kFieldNames<pbft::Claim> = {"number", "view", "proposal"};
template <> inline constexpr Names kFieldNames<pbft::ClaimProof> = {"head", "prepared"};
template <> inline constexpr Names kFieldNames<pbft::ClaimList> = {"epoch", "view", "decided", "decided_proposal", "claims"};
template <> inline constexpr Names kFieldNames<pbft::ViewChange> = {"list", "decided_proof", "proofs"};
template <> inline constexpr Names kFieldNames<pbft::SignedClaimList> = {"node", "list", "signature"};
template <> inline constexpr Names kFieldNames<pbft::NewView> = {"epoch", "view", "lists", "decided_proof", "proofs"};
template <> inline constexpr Names kFieldNames<group::SyncStatus> = {"number", "header", "epoch", "view"};
template <> inline constexpr Names kFieldNames<group::BlockRequest> = {"first", "count"};
template <> inline constexpr Names kFieldNames<group::BlockReply> = {"blocks"};
template <> inline constexpr Names kFieldNames<group::ProposalRequest> = {"proposal"};
template <> inline constexpr Names kFieldNames<group::ProposalReply> = {"proposal"};
template <> inline constexpr Names kFieldNames<group::BodyRequest> = {"hashes"};
template <> inline constexpr Names kFieldNames<group::Bodies> = {"transactions", "asked"};
template <> inline constexpr Names kFieldNames<group::StandingRequest> = {"question"};
template <> inline constexpr Names kFieldNames<group::StandingReply> = {"question", "epoch", "decided", "view"};

inline constexpr std::string_view kVoteNames[] = {"PrePrepare", "Prepare", "Commit", "ViewChange", "NewView"};
inline constexpr std::string_view kPeerNames[] = {"SyncStatus",    "BlockRequest", "BlockReply", "ProposalRequest",
                                                  "ProposalReply", "BodyRequest",  "Bodies",     "StandingRequest",
                                                  "StandingReply"};
inline std::string_view name_of(const pbft::Message& message) { return kVoteNames[message.index()]; }
inline std::string_view name_of(const group::PeerMessage& message) { return kPeerNames[message.index()]; }

}  // namespace hanse::sim
