// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A link that says to a gateway what no gateway would, and a gateway to say it to.
#pragma once

#include "access/gateway/admission.hpp"
#include "access/gateway/test_nodes.hpp"
#include "access/net/link.hpp"

namespace hanse::gateway {

inline std::shared_ptr<const net::FrameBody> body_of(Bytes bytes) {
  return std::make_shared<const net::FrameBody>(std::make_shared<const Bytes>(std::move(bytes)));
}

// A link to the gateway, with the frames that came over it.
class Impostor {
 public:
  Impostor(const net::TestCertificates& files, const std::string& certificate, std::uint16_t port) {
    net::LinkConfig config;
    config.tls = *net::TlsContext::from_files(files.path("ca.crt"), files.path(certificate + ".crt"), files.path(certificate + ".key"));
    own_certificate_ = config.tls->certificate_hash();
    net::Link::dial(io_.next(), "127.0.0.1", port, config, [this](Result<std::shared_ptr<net::Link>> made) {
      CHECK(made);
      (*made)->start({[this](net::Frame frame) { note([&] { frames_.push_back(std::move(frame)); }); },
                      [this](const Error&) { note([&] { closed_ = true, link_.reset(); }); }});
      note([&] { link_ = *made; });
    });
    CHECK(wait([&] { return link_ || closed_; }));
  }
  ~Impostor() {
    if (const auto link = link_) link->close({});
    wait([&] { return closed_; });
  }
  bool wait(auto&& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), condition);
  }
  bool wait_for_close() { return wait([&] { return closed_; }); }
  void say(std::uint8_t kind, Bytes body, std::string_view group_id = "") {
    Bytes head{kind};
    append(head, as_bytes(group_id));
    std::unique_lock lock(mutex_);
    const auto link = link_;                   // none: the gateway has closed it already
    lock.unlock();
    if (link) link->send(head, body_of(std::move(body)));
  }
  bool hear(std::uint8_t kind) {
    return wait([&] { return std::ranges::any_of(frames_, [&](const net::Frame& frame) { return frame.head[0] == kind; }); });
  }
  SessionView view() const {
    return {link_->session_key(), net::TlsRole::dialed, own_certificate_, link_->peer().certificate_hash};
  }
  // A true hello of a node, for the session `view`.
  Bytes hello(const TestNode& node, const SessionView& view) const {
    Hello hello{.chain_id = "chain0"};
    for (const auto& [group_id, key] : node.keys) {
      GroupClaim claim{group_id, key.suite, key.public_key, {}};
      claim.proof = sign(key, claim_digest(view, hello, claim));
      hello.claims.push_back(claim);
    }
    return encode(hello);
  }

 private:
  void note(auto&& change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<net::Link> link_;
  std::vector<net::Frame> frames_;
  bool closed_ = false;
  Hash own_certificate_;
  net::IoPool io_{1};
};

inline constexpr std::uint8_t kHello = 1, kWelcome = 2, kMessage = 3, kBye = 4;

struct Attacked {
  Attacked() {
    files.issue("a"), files.issue("b");
    a.join("group0"), b.join("group0");
    make_members({&a, &b});
    CHECK(a.start(files, {}));
  }
  bool is_refused(Impostor& impostor, const std::string& reason) {
    return impostor.wait_for_close() && a.gateway->stats().refused[reason] == 1 && a.gateway->stats().sessions == 0;
  }
  net::TestCertificates files;
  TestNode a{"a"}, b{"b"};
};

}  // namespace hanse::gateway
