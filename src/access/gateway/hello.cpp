// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/hello.hpp"

#include "base/check.hpp"

namespace hanse::gateway {
namespace {

constexpr std::string_view kProofTag = "hanse session proof 1";

void append_text(Bytes& out, std::string_view text) {
  CHECK(text.size() <= 255);
  out.push_back(static_cast<std::uint8_t>(text.size()));
  append(out, as_bytes(text));
}

// Takes from the front; once something was missing, everything that follows is empty and complete() is false.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}
  BytesView take(std::size_t count) {
    if (count > rest_.size()) missing_ = true;
    if (missing_) return {};
    const BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  template <class Int>
  Int number() {
    const BytesView bytes = take(sizeof(Int));
    return bytes.empty() ? Int{0} : read_be<Int>(bytes.data());
  }
  template <std::size_t N>
  FixedBytes<N> fixed() {
    const BytesView bytes = take(N);
    return bytes.empty() ? FixedBytes<N>{} : FixedBytes<N>::of(bytes);
  }
  std::string text() { return std::string(as_text(take(number<std::uint8_t>()))); }
  bool missing() const { return missing_; }
  bool complete() const { return !missing_ && rest_.empty(); }

 private:
  BytesView rest_;
  bool missing_ = false;
};

}  // namespace

Bytes encode(const Hello& hello) {
  CHECK(hello.claims.size() <= kClaimCountMax);
  Bytes out;
  append_be(out, hello.version);
  append(out, hello.instance);
  append_text(out, hello.chain_id);
  append_be(out, static_cast<std::uint16_t>(hello.claims.size()));
  for (const GroupClaim& claim : hello.claims) {
    append_text(out, claim.group_id);
    out.push_back(static_cast<std::uint8_t>(claim.suite));
    append(out, claim.node_id);
    append_be(out, static_cast<std::uint8_t>(claim.proof.size()));
    append(out, claim.proof);
  }
  return out;
}

Result<Hello> decode_hello(BytesView bytes) {
  Reader reader(bytes);
  Hello hello;
  hello.version = reader.number<std::uint16_t>();
  if (!reader.missing() && hello.version != kSessionVersion) return hello;   // what follows may mean something else
  hello.instance = reader.fixed<Instance::kSize>();
  hello.chain_id = reader.text();
  const auto count = reader.number<std::uint16_t>();
  if (count > kClaimCountMax) return fail(Code::bad_encoding, "hello: {} groups, {} are allowed", count, kClaimCountMax);
  for (std::size_t i = 0; i < count && !reader.missing(); ++i) {
    GroupClaim claim;
    claim.group_id = reader.text();
    const auto suite = reader.number<std::uint8_t>();
    if (suite > static_cast<std::uint8_t>(Suite::sm)) return fail(Code::bad_encoding, "hello: unknown suite {}", suite);
    claim.suite = static_cast<Suite>(suite);
    claim.node_id = reader.fixed<NodeId::kSize>();
    claim.proof = to_bytes(reader.take(reader.number<std::uint8_t>()));
    if (!reader.missing() && (claim.group_id.empty() || claim.group_id.size() > kGroupIdBytesMax))
      return fail(Code::bad_encoding, "hello: a group id of {} bytes", claim.group_id.size());
    hello.claims.push_back(std::move(claim));
  }
  if (!reader.complete()) return fail(Code::bad_encoding, "hello: {} bytes do not end where they should", bytes.size());
  return hello;
}

Hash claim_digest(const SessionView& session, const Hello& hello, const GroupClaim& claim) {
  Bytes statement = to_bytes(kProofTag);
  append(statement, session.session_key);
  statement.push_back(static_cast<std::uint8_t>(session.role));
  append(statement, session.own_certificate);
  append(statement, session.peer_certificate);
  append(statement, hello.instance);
  append_text(statement, hello.chain_id);
  append_text(statement, claim.group_id);
  append(statement, claim.node_id);
  return hash_of(claim.suite, statement);
}

}  // namespace hanse::gateway
