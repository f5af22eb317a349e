// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/envelope.hpp"

#include "codec/tars.hpp"

namespace hanse::node {
namespace {

// Kinds: the alternatives of pbft::Message from kFirstVote on, those of group::PeerMessage from kFirstPeer on.
constexpr std::uint8_t kFirstVote = 0x01;
constexpr std::uint8_t kFirstPeer = 0x10;
constexpr std::uint8_t kHeaderSignature = 0x20;
static_assert(std::variant_size_v<pbft::Message> <= kFirstPeer - kFirstVote);
static_assert(std::variant_size_v<group::PeerMessage> <= kHeaderSignature - kFirstPeer);

template <class Message>
struct VoteBody {
  Message message;
  Bytes signature;
  static void fields(auto& self, auto&& field) { field(1, self.message), field(2, self.signature); }
};
template <class Message>
struct BorrowedVoteBody {
  const Message& message;
  BytesView signature;
  static void fields(auto& self, auto&& field) { field(1, self.message), field(2, self.signature); }
};
struct BorrowedTransaction {   // as EncodedTransaction
  TransactionKind kind = TransactionKind::web3;
  BytesView bytes;
  static void fields(auto& self, auto&& field) { field(1, self.kind), field(2, self.bytes); }
};
struct BorrowedBodies {        // as group::Bodies
  std::vector<BorrowedTransaction> transactions;
  bool asked = false;
  static void fields(auto& self, auto&& field) { field(1, self.transactions), field(2, self.asked); }
};

template <class Value>
Bytes framed(std::uint8_t kind, const Value& value) {
  Bytes out{kind};
  tars::encode_to(out, value);
  return out;
}

Result<void> check_count(std::size_t count, std::size_t max, const char* what) {
  if (count > max) return fail(Code::too_large, "a message of {} {}, at most {} are allowed", count, what, max);
  return {};
}
Result<void> check_bounds(const group::BodyRequest& message) {
  return check_count(message.hashes.size(), kBodiesCountMax, "hashes");
}
Result<void> check_bounds(const group::Bodies& message) {
  return check_count(message.transactions.size(), kBodiesCountMax, "transactions");
}
Result<void> check_bounds(const group::BlockReply& message) {
  return check_count(message.blocks.size(), kBlocksCountMax, "blocks");
}
template <class Message>
Result<void> check_bounds(const Message&) { return {}; }

template <class Message>
Result<Envelope> decode_vote(BytesView body) {
  auto vote = tars::decode<VoteBody<Message>>(body, kItemsBytesMax);
  if (!vote) return pass(vote);
  if (const auto good = check_count(vote->signature.size(), kSignatureBytesMax, "bytes of signature"); !good) return pass(good);
  return SignedVote{std::move(vote->message), std::move(vote->signature)};
}
template <class Message>
Result<Envelope> decode_peer(BytesView body) {
  auto message = tars::decode<Message>(body, kItemsBytesMax);
  if (!message) return pass(message);
  if (const auto good = check_bounds(*message); !good) return pass(good);
  return group::PeerMessage(std::move(*message));
}

// The decoder of alternative `index` of a variant, chosen at run time.
template <class Variant>
struct Alternatives;
template <class... Messages>
struct Alternatives<std::variant<Messages...>> {
  using Decode = Result<Envelope> (*)(BytesView);
  static constexpr std::size_t kCount = sizeof...(Messages);
  static constexpr Decode kVotes[] = {&decode_vote<Messages>...};
  static constexpr Decode kPeers[] = {&decode_peer<Messages>...};
};

}  // namespace

Bytes encode_vote(const pbft::Message& message, BytesView signature) {
  const auto kind = static_cast<std::uint8_t>(kFirstVote + message.index());
  return std::visit([&]<class Message>(const Message& one) {
    return framed(kind, BorrowedVoteBody<Message>{one, signature});
  }, message);
}

Bytes encode_peer(const group::PeerMessage& message) {
  const auto kind = static_cast<std::uint8_t>(kFirstPeer + message.index());
  return std::visit([&](const auto& one) { return framed(kind, one); }, message);
}

Bytes encode_header_signature(const HeaderSignature& signature) { return framed(kHeaderSignature, signature); }

Bytes encode_bodies(std::span<const std::shared_ptr<const Transaction>> transactions, bool asked) {
  BorrowedBodies bodies{{}, asked};
  bodies.transactions.reserve(transactions.size());
  for (const auto& tx : transactions) bodies.transactions.push_back({tx->kind, tx->encoded});
  const auto kind = static_cast<std::uint8_t>(kFirstPeer + group::PeerMessage(group::Bodies{}).index());
  return framed(kind, bodies);
}

Result<Envelope> decode_envelope(BytesView bytes) {
  using Votes = Alternatives<pbft::Message>;
  using Peers = Alternatives<group::PeerMessage>;
  if (bytes.empty()) return fail(Code::bad_frame, "an empty message");
  if (bytes.size() > kEnvelopeBytesMax)
    return fail(Code::too_large, "a message of {} bytes, at most {} are allowed", bytes.size(), kEnvelopeBytesMax);
  const std::uint8_t kind = bytes[0];
  const BytesView body = bytes.subspan(1);
  if (kind >= kFirstVote && kind - kFirstVote < static_cast<int>(Votes::kCount)) return Votes::kVotes[kind - kFirstVote](body);
  if (kind >= kFirstPeer && kind - kFirstPeer < static_cast<int>(Peers::kCount)) return Peers::kPeers[kind - kFirstPeer](body);
  if (kind != kHeaderSignature) return fail(Code::bad_frame, "message kind {} is unknown", kind);
  auto signature = tars::decode<HeaderSignature>(body);
  if (!signature) return pass(signature);
  if (const auto good = check_count(signature->signature.size(), kSignatureBytesMax, "bytes of signature"); !good)
    return pass(good);
  return std::move(*signature);
}

}  // namespace hanse::node
