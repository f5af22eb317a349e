// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/connect.hpp"

#include <boost/asio/connect.hpp>

namespace hanse::net {
namespace {

// Owned by its pending operation.
struct Attempt : std::enable_shared_from_this<Attempt> {
  Attempt(asio::io_context& io, std::string name, std::move_only_function<void(Result<Tcp::socket>)> done)
      : socket(io), resolver(io), address(std::move(name)), callback(std::move(done)) {}

  void connect(const std::vector<Tcp::endpoint>& endpoints) {
    asio::async_connect(socket, endpoints, [self = shared_from_this()](ErrorCode error, const Tcp::endpoint&) {
      self->finish(error);
    });
  }
  void finish(ErrorCode error) {
    if (error) return callback(fail(Code::unreachable, "{}: {}", address, error.message()));
    ErrorCode ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    callback(std::move(socket));
  }

  Tcp::socket socket;
  Tcp::resolver resolver;
  std::string address;
  std::move_only_function<void(Result<Tcp::socket>)> callback;
};

}  // namespace

void connect_to(IoLoop& loop, const std::string& host, std::uint16_t port,
                std::move_only_function<void(Result<Tcp::socket>)> callback) {
  const auto attempt =
      std::make_shared<Attempt>(loop.context().io, fmt::format("{}:{}", host, port), std::move(callback));
  ErrorCode error;
  const auto number = asio::ip::make_address(host, error);
  if (!error) return attempt->connect({Tcp::endpoint(number, port)});
  attempt->resolver.async_resolve(host, std::to_string(port), [attempt](ErrorCode failure, Tcp::resolver::results_type found) {
    if (failure) return attempt->finish(failure);
    std::vector<Tcp::endpoint> endpoints;
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
    attempt->connect(endpoints);
  });
}

}  // namespace hanse::net
