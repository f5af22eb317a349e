// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/incoming.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kMessagesMax = 4'000;
constexpr std::size_t kBytesMax = 128u << 20;   // of what waits; a single message may be up to kEnvelopeBytesMax

}  // namespace

Incoming::Incoming(pbft::GroupName group, IncomingRoutes routes, Work& work, Counter& dropped, Log log)
    : group_(std::move(group)), routes_(std::move(routes)), work_(work), dropped_(dropped), log_(std::move(log)),
      messages_(kMessagesMax), thread_([this] { run(); }) {}

Incoming::~Incoming() {
  messages_.close();
  thread_.join();
}

void Incoming::push(const NodeId& from, Bytes message) {
  const std::size_t bytes = message.size();
  if (bytes_ + bytes > kBytesMax) return dropped_.add();
  bytes_ += bytes;                              // before the consumer can take it away again
  if (messages_.push({from, std::move(message)})) return;
  bytes_ -= bytes;
  dropped_.add();
}

void Incoming::run() {
  std::vector<Message> messages;
  std::vector<Decoded> decoded;
  while (messages_.pop_all(messages)) {
    for (const Message& message : messages) bytes_ -= message.bytes.size();
    decoded.clear();
    for (const Message& message : messages) decoded.push_back({message.from, fail(Code::internal, "not decoded")});
    work_.for_each(messages.size(), [&](std::size_t i) { decode(messages[i], decoded[i]); });
    for (Decoded& message : decoded) route(message);
  }
}

void Incoming::decode(const Message& message, Decoded& out) const {
  out.envelope = decode_envelope(message.bytes);
  if (!out.envelope) return;
  const auto* vote = std::get_if<SignedVote>(&*out.envelope);
  if (!vote) return;
  const auto good = verify(group_.suite, message.from, pbft::digest_of(group_, vote->message), vote->signature);
  if (!good) out.envelope = pass(good);
}

void Incoming::route(Decoded& message) {
  if (!message.envelope) {
    dropped_.add();
    log_.debug("a message from another node is dropped: {}", message.envelope.error().text);
    return;
  }
  Envelope& envelope = *message.envelope;
  if (auto* vote = std::get_if<SignedVote>(&envelope)) {
    routes_.to_core(group::VoteReceived{message.from, std::move(vote->message), std::move(vote->signature)});
  } else if (auto* signature = std::get_if<HeaderSignature>(&envelope)) {
    routes_.header_signature(message.from, std::move(*signature));
  } else {
    auto& peer = std::get<group::PeerMessage>(envelope);
    if (auto* bodies = std::get_if<group::Bodies>(&peer)) routes_.to_admission(AdmitFromPeer{message.from, std::move(*bodies)});
    else if (auto* blocks = std::get_if<group::BlockReply>(&peer)) routes_.to_admission(AdmitBlocks{message.from, std::move(*blocks)});
    else if (const auto* request = std::get_if<group::BodyRequest>(&peer)) routes_.body_request(message.from, *request);
    else routes_.to_core(group::PeerReceived{message.from, std::move(peer)});
  }
}

}  // namespace hanse::node
