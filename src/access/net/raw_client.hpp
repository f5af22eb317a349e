// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A plain blocking socket for tests and benchmarks: says exactly the bytes it is told to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "base/check.hpp"

namespace hanse::net {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1") : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    CHECK(::inet_pton(AF_INET, from, &address.sin_addr) == 1);
    CHECK(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const timeval patience{10, 0};   // a test that would hang fails instead
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  RawClient(const RawClient&) = delete;
  ~RawClient() { ::close(socket_); }

  bool say(std::string_view bytes) {   // false: the other side has closed
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void reset() {                       // what follows is closed with a RST
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  void finish() { ::shutdown(socket_, SHUT_WR); }

  // Reads until `count` occurrences of `text` have come, or the other side closed.
  std::string hear(std::string_view text, std::size_t count = 1) {
    std::string heard = std::exchange(rest_, {});
    std::size_t from = 0;
    for (;;) {
      for (std::size_t at; count > 0 && (at = heard.find(text, from)) != std::string::npos; --count)
        from = at + text.size();
      if (count == 0) {
        rest_ = heard.substr(from);
        heard.resize(from);
        return heard;
      }
      if (!receive(heard)) return heard;
    }
  }
  std::string hear_all() {   // until the other side closes
    std::string heard = std::exchange(rest_, {});
    while (receive(heard)) {}
    return heard;
  }

 private:
  bool receive(std::string& heard) {
    char chunk[65536];
    const ssize_t count = ::recv(socket_, chunk, sizeof chunk, 0);
    if (count <= 0) return false;
    heard.append(chunk, static_cast<std::size_t>(count));
    return true;
  }
  int socket_;
  std::string rest_;
};

}  // namespace hanse::net
