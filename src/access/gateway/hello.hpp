// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a process says of itself when a TLS session stands (docs/WIRE.md, "Sessions between nodes"): its chain and, for
// each of its groups, a node id with a proof that it holds the node key. A proof is a signature over this very session
// (the key that both sides export from TLS), who speaks (role) and both certificates: it is worth nothing elsewhere.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "access/net/tls.hpp"
#include "protocol/types.hpp"

namespace hanse::gateway {

inline constexpr std::uint16_t kSessionVersion = 1;
inline constexpr std::size_t kClaimCountMax = 128;
inline constexpr std::size_t kGroupIdBytesMax = 200;

// Drawn when a process starts: tells a peer that came back from a second connection of the same one.
using Instance = FixedBytes<16>;

struct GroupClaim {
  std::string group_id;      // 1 to 200 bytes
  Suite suite = Suite::standard;
  NodeId node_id;
  Bytes proof;               // signature of claim_digest by the node key
};

struct Hello {
  std::uint16_t version = kSessionVersion;
  Instance instance;
  std::string chain_id;      // at most 255 bytes
  std::vector<GroupClaim> claims;
};

Bytes encode(const Hello& hello);
Result<Hello> decode_hello(BytesView bytes);   // bad_encoding; nothing may follow the last claim

// The session as the one who makes a proof sees it.
struct SessionView {
  Hash session_key;
  net::TlsRole role = net::TlsRole::dialed;
  Hash own_certificate, peer_certificate;      // SHA-256 of the DER

  SessionView seen_by_peer() const {
    return {session_key, role == net::TlsRole::dialed ? net::TlsRole::accepted : net::TlsRole::dialed, peer_certificate,
            own_certificate};
  }
};

Hash claim_digest(const SessionView& session, const Hello& hello, const GroupClaim& claim);

}  // namespace hanse::gateway
