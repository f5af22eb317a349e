// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// How many connections each address has open, so that one address cannot take all of them. An IPv6 client owns a /64 at
// least, so its first eight bytes count. Any thread. For sources of this room.
#pragma once

#include <map>
#include <mutex>

#include "access/net/io_context.hpp"

namespace hanse::net {

class OriginCount {
 public:
  explicit OriginCount(std::size_t max) : max_(max) {}

  // Held for as long as the connection is. Empty: the address has its number already. The count outlives its tickets.
  using Ticket = std::shared_ptr<void>;   // shared so that a copyable callback may hold it
  Ticket take(const Tcp::socket& socket) {
    const std::string origin = origin_of(socket);
    const std::lock_guard lock(mutex_);
    std::size_t& count = open_[origin];
    if (count >= max_) return {};
    ++count;
    return Ticket(this, [origin](OriginCount* self) { self->give_back(origin); });
  }

 private:
  static std::string origin_of(const Tcp::socket& socket) {
    ErrorCode error;
    const auto address = socket.remote_endpoint(error).address();
    if (address.is_v4()) return address.to_string();
    if (address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
  }
  void give_back(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(origin);
    if (--found->second == 0) open_.erase(found);
  }

  const std::size_t max_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> open_;
};

}  // namespace hanse::net
