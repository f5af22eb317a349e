// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_server.hpp"

#include <future>

#include "access/net/http_connection.hpp"

namespace hanse::net {
namespace {

constexpr std::chrono::milliseconds kSweepInterval{100};
constexpr std::chrono::milliseconds kAcceptPause{50};   // after an error such as "too many open files"

}  // namespace

struct HttpServer::Parts : std::enable_shared_from_this<Parts> {
  Parts(IoPool& pool, HttpServerConfig config, HttpHandler handler, Tcp::acceptor listening)
      : io(pool), shared(std::make_shared<HttpShared>(std::move(config))), acceptor(std::move(listening)) {
    shared->handler = std::move(handler);
    ErrorCode ignored;
    port = acceptor.local_endpoint(ignored).port();
    for (std::size_t i = 0; i < pool.size(); ++i)
      sides.push_back(std::make_unique<HttpLoopSide>(HttpLoopSide{&pool.at(i), {}, std::chrono::steady_clock::now()}));
  }

  void accept();
  void sweep(HttpLoopSide& side);
  void on_each_loop(std::function<void(HttpLoopSide&)> action);   // and waits for all of them

  IoPool& io;
  std::shared_ptr<HttpShared> shared;
  Tcp::acceptor acceptor;                             // lives on loop 0
  std::uint16_t port = 0;
  std::vector<std::unique_ptr<HttpLoopSide>> sides;   // one a loop
  std::size_t turn = 0;
};

void HttpServer::Parts::accept() {
  HttpLoopSide& side = *sides[turn++ % sides.size()];
  acceptor.async_accept(side.loop->context().io, [self = shared_from_this(), &side](ErrorCode error, Tcp::socket socket) {
    if (self->shared->stopping) return;
    if (error) return self->io.at(0).after(kAcceptPause, [self] { if (!self->shared->stopping) self->accept(); });
    if (self->shared->connection_count < self->shared->config.connection_count_max) {
      if (auto ticket = self->shared->origins.take(socket)) {
        auto connection = std::make_shared<HttpConnection>(self->shared, std::move(ticket), side, std::move(socket));
        side.loop->post([connection = std::move(connection)] { connection->start(); });
      }
    }
    self->accept();
  });
}

void HttpServer::Parts::sweep(HttpLoopSide& side) {
  side.now = std::chrono::steady_clock::now();
  const std::vector present(side.connections.begin(), side.connections.end());   // closing erases
  for (const auto& connection : present) connection->check_deadlines();
  side.loop->after(kSweepInterval, [weak = weak_from_this(), &side] {
    if (const auto self = weak.lock()) self->sweep(side);
  });
}

void HttpServer::Parts::on_each_loop(std::function<void(HttpLoopSide&)> action) {
  for (auto& side : sides) {
    std::promise<void> done;
    side->loop->post([&] {
      action(*side);
      done.set_value();
    });
    done.get_future().wait();
  }
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(IoPool& io, HttpServerConfig config, HttpHandler handler) {
  auto acceptor = listen_on(io.at(0), config.host, config.port);
  if (!acceptor) return pass(acceptor);
  auto parts = std::make_shared<Parts>(io, std::move(config), std::move(handler), std::move(*acceptor));
  for (auto& side : parts->sides) side->loop->post([parts, &side = *side] { parts->sweep(side); });
  io.at(0).post([parts] { parts->accept(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

HttpServer::HttpServer(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpServer::~HttpServer() { stop(); }

void HttpServer::stop() {
  if (parts_->shared->stopping.exchange(true)) return;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(parts_->shared->config.drain_ms_max);
  parts_->io.at(0).post([parts = parts_] {
    ErrorCode ignored;
    parts->acceptor.close(ignored);
  });
  const auto for_all = [this](void (HttpConnection::*action)()) {
    parts_->on_each_loop([action](HttpLoopSide& side) {
      const std::vector present(side.connections.begin(), side.connections.end());
      for (const auto& connection : present) ((*connection).*action)();
    });
  };
  for_all(&HttpConnection::drain);
  while (parts_->shared->connection_count != 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  for_all(&HttpConnection::close);
  for (std::size_t count; (count = parts_->shared->connection_count) != 0;) parts_->shared->connection_count.wait(count);
}

std::uint16_t HttpServer::port() const { return parts_->port; }

std::size_t HttpServer::answer_bytes() const { return parts_->shared->answer_bytes; }
std::size_t HttpServer::connection_count() const { return parts_->shared->connection_count; }

}  // namespace hanse::net
