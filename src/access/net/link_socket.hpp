// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a Link keeps beside its protocol: the socket, its buffers and its clocks.
#pragma once

#include <chrono>

#include "access/net/io_context.hpp"
#include "access/net/link.hpp"
#include "access/net/rate_limit.hpp"

namespace hanse::net {

struct Link::Socket {
  explicit Socket(Tcp::socket connected) : tcp(std::move(connected)), opened(std::chrono::steady_clock::now()) {}

  std::string remote() const {
    ErrorCode error;
    const auto endpoint = tcp.remote_endpoint(error);
    return error ? "a peer that has gone" : fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
  }

  Tcp::socket tcp;
  Bytes ciphertext = Bytes(64u << 10);   // as it came
  Bytes plaintext = Bytes(16u << 10);    // one record
  Bytes outgoing;                        // ciphertext that is being written
  std::chrono::steady_clock::time_point opened, ticked = opened, heard = opened, said = opened;
  TokenBucket bucket{0, opened};
};

}  // namespace hanse::net
