// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What is inside an IoLoop. Only sources of this room include this: Asio costs seconds a file.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <thread>

#include "access/net/io.hpp"
#include "base/result.hpp"

namespace hanse::net {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct IoLoop::Context {
  asio::io_context io{1};   // one thread runs it
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::thread thread;
};

// A listening socket with SO_REUSEADDR. Errors: bad_config (the host is not an address or a name that resolves),
// io (names host and port and the cause).
Result<Tcp::acceptor> listen_on(IoLoop& loop, const std::string& host, std::uint16_t port);

}  // namespace hanse::net
