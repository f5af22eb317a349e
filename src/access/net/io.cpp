// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/io.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "access/net/io_context.hpp"

namespace hanse::net {

IoLoop::IoLoop() : context_(std::make_unique<Context>()) {
  context_->thread = std::thread([io = &context_->io] { io->run(); });
}

IoLoop::~IoLoop() { stop(); }

void IoLoop::stop() {
  context_->io.stop();
  if (context_->thread.joinable()) context_->thread.join();
}

void IoLoop::post(Task task) { asio::post(context_->io, std::move(task)); }

void IoLoop::after(std::chrono::milliseconds delay, Task task) {
  auto timer = std::make_unique<asio::steady_timer>(context_->io, delay);
  asio::steady_timer& waiting = *timer;
  waiting.async_wait([timer = std::move(timer), task = std::move(task)](ErrorCode error) mutable {
    if (!error) task();
  });
}

bool IoLoop::is_current() const { return context_->io.get_executor().running_in_this_thread(); }

IoPool::IoPool(std::size_t thread_count) {
  do {
    loops_.push_back(std::make_unique<IoLoop>());
  } while (loops_.size() < thread_count);
}

IoPool::~IoPool() { stop(); }

void IoPool::stop() {
  for (const auto& loop : loops_) loop->stop();   // all, before the first is gone: tasks may know other loops
}

IoLoop& IoPool::next() { return *loops_[turn_.fetch_add(1, std::memory_order_relaxed) % loops_.size()]; }

Result<Tcp::acceptor> listen_on(IoLoop& loop, const std::string& host, std::uint16_t port) {
  ErrorCode error;
  Tcp::resolver resolver(loop.context().io);
  const auto found = resolver.resolve(host, std::to_string(port), Tcp::resolver::passive, error);
  if (error || found.empty())
    return fail(Code::bad_config, "cannot listen on {}: {}", host, error.message());
  const Tcp::endpoint endpoint = found.begin()->endpoint();
  Tcp::acceptor acceptor(loop.context().io);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return fail(Code::io, "cannot listen on {}:{}: {}; another process may own the port", host, port, error.message());
  return acceptor;
}

}  // namespace hanse::net
