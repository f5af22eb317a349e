// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_client.hpp"

#include <boost/asio/write.hpp>

#include <deque>
#include <future>

#include "access/net/connect.hpp"

namespace hanse::net {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kSweepInterval{20};
constexpr std::size_t kReadBytes = 64u << 10;

struct Call {
  std::string request;
  HttpClient::Callback callback;
  Clock::time_point deadline;
};

}  // namespace

struct HttpClient::Shared {
  HttpClientConfig config;
  std::string authority;                      // "host:port"
  std::atomic<std::size_t> pending_count = 0;
};

// Lives on one loop. Calls move from waiting_ to sent_ when they are written, and end from the front of sent_.
class HttpClient::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Shared> shared, IoLoop& loop)
      : loop_(loop), shared_(std::move(shared)), socket_(loop.context().io), parser_(shared_->config.limits),
        buffer_(kReadBytes, '\0') {}

  IoLoop& loop() { return loop_; }
  std::size_t pending_count() const { return pending_count_; }
  void expect_call() { ++pending_count_; }   // any thread; add() follows

  void add(Call call);
  void close(Error reason);   // ends every call with it

 private:
  void connect();
  void on_connected(Result<Tcp::socket> socket);
  void write();
  void read();
  void on_read(ErrorCode error, std::size_t count);
  void end(Call call, Result<HttpResponse> result);
  void sweep();
  Error lost(std::string_view why) const {
    return {Code::unreachable, fmt::format("{}: {}", shared_->authority, why)};
  }

  IoLoop& loop_;
  std::shared_ptr<Shared> shared_;
  std::atomic<std::size_t> pending_count_ = 0;
  Tcp::socket socket_;
  std::uint64_t incarnation_ = 0;   // operations of an earlier socket are recognised by it
  enum class State { closed, connecting, open } state_ = State::closed;
  bool sweeping_ = false;
  std::deque<Call> waiting_, sent_;
  std::string writing_;
  HttpResponseParser parser_;
  std::string buffer_;
  std::size_t end_ = 0;
};

void HttpClient::Connection::add(Call call) {
  waiting_.push_back(std::move(call));
  if (!std::exchange(sweeping_, true)) sweep();
  if (state_ == State::closed) return connect();
  if (state_ == State::open) write();
}

void HttpClient::Connection::connect() {
  state_ = State::connecting;
  connect_to(loop_, shared_->config.host, shared_->config.port,
             [self = shared_from_this(), incarnation = incarnation_](Result<Tcp::socket> socket) {
               if (incarnation == self->incarnation_) self->on_connected(std::move(socket));
             });
}

void HttpClient::Connection::on_connected(Result<Tcp::socket> socket) {
  if (!socket) return close(socket.error());
  socket_ = std::move(*socket);
  state_ = State::open;
  read();
  write();
}

void HttpClient::Connection::write() {
  if (!writing_.empty()) return;
  while (!waiting_.empty() && sent_.size() < shared_->config.pipeline_count_max) {
    writing_ += waiting_.front().request;
    waiting_.front().request = {};
    sent_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (writing_.empty()) return;
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), incarnation = incarnation_](ErrorCode error, std::size_t) {
                      if (incarnation != self->incarnation_) return;
                      if (error) return self->close(self->lost(error.message()));
                      self->writing_.clear();
                      self->write();
                    });
}

void HttpClient::Connection::read() {
  socket_.async_read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
                          [self = shared_from_this(), incarnation = incarnation_](ErrorCode error, std::size_t count) {
                            if (incarnation == self->incarnation_) self->on_read(error, count);
                          });
}

void HttpClient::Connection::on_read(ErrorCode error, std::size_t count) {
  end_ += count;
  std::size_t begin = 0;
  bool stays = !error;
  while (stays && begin < end_ && !sent_.empty()) {
    const auto used = parser_.put({buffer_.data() + begin, end_ - begin});
    if (!used) return close(lost("the answer is not HTTP, or is larger than the limit"));
    begin += *used;
    if (!parser_.done()) break;
    stays = parser_.keep_alive();
    Call call = std::move(sent_.front());
    sent_.pop_front();
    const std::uint64_t incarnation = incarnation_;
    end(std::move(call), parser_.take());
    if (incarnation != incarnation_) return;
  }
  if (error == asio::error::eof && !sent_.empty()) {   // a body may last until the connection's end
    parser_.put_end();
    if (parser_.done()) {
      Call call = std::move(sent_.front());
      sent_.pop_front();
      end(std::move(call), parser_.take());
    }
  }
  if (!stays || (begin < end_ && sent_.empty()))
    return close(lost(error ? error.message() : "the server closed the connection"));
  if (begin == 0 && end_ == buffer_.size()) return close(lost("the answer's head is longer than the limit"));
  std::memmove(buffer_.data(), buffer_.data() + begin, end_ - begin);
  end_ -= begin;
  read();
  write();
}

void HttpClient::Connection::close(Error reason) {
  ++incarnation_;
  state_ = State::closed;
  ErrorCode ignored;
  socket_.close(ignored);
  end_ = 0;
  writing_.clear();
  parser_ = HttpResponseParser(shared_->config.limits);
  for (std::deque<Call>* calls : {&sent_, &waiting_})
    for (Call& call : std::exchange(*calls, {})) end(std::move(call), std::unexpected(reason));
}

void HttpClient::Connection::end(Call call, Result<HttpResponse> result) {
  --pending_count_;
  --shared_->pending_count;
  call.callback(std::move(result));
}

void HttpClient::Connection::sweep() {
  const auto now = Clock::now();
  const auto overdue = [now](const std::deque<Call>& calls) { return !calls.empty() && calls.front().deadline < now; };
  if (overdue(sent_) || (sent_.empty() && overdue(waiting_))) {
    Call late = std::move(sent_.empty() ? waiting_.front() : sent_.front());
    (sent_.empty() ? waiting_ : sent_).pop_front();
    end(std::move(late), fail(Code::timeout, "{} did not answer within {} ms", shared_->authority,
                              shared_->config.timeout_ms));
    close(lost("closed, because an earlier answer did not come in time"));
  }
  if (waiting_.empty() && sent_.empty()) {
    sweeping_ = false;
    return;
  }
  loop_.after(kSweepInterval, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->sweep();
  });
}

HttpClient::HttpClient(IoPool& io, HttpClientConfig config) : shared_(std::make_shared<Shared>()) {
  shared_->authority = fmt::format("{}:{}", config.host, config.port);
  shared_->config = std::move(config);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, shared_->config.connection_count); ++i)
    connections_.push_back(std::make_shared<Connection>(shared_, io.next()));
}

HttpClient::~HttpClient() {
  for (const auto& connection : connections_) {
    std::promise<void> closed;
    connection->loop().post([&] {
      connection->close({Code::unreachable, "the client was closed"});
      closed.set_value();
    });
    closed.get_future().wait();
  }
}

void HttpClient::send(std::string request, Callback callback) {
  if (shared_->pending_count.fetch_add(1) >= shared_->config.queue_count_max) {
    --shared_->pending_count;
    return callback(fail(Code::rate_limited, "{} calls to {} are pending already", shared_->config.queue_count_max,
                         shared_->authority));
  }
  const auto& connection = *std::ranges::min_element(connections_, {}, [](const auto& c) { return c->pending_count(); });
  connection->expect_call();
  Call call{std::move(request), std::move(callback), Clock::now() + std::chrono::milliseconds(shared_->config.timeout_ms)};
  connection->loop().post([connection, call = std::move(call)]() mutable { connection->add(std::move(call)); });
}

void HttpClient::post(std::string_view target, std::string_view body, Callback callback) {
  send(fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", target,
                   shared_->authority, body.size(), body),
       std::move(callback));
}

void HttpClient::get(std::string_view target, Callback callback) {
  send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, shared_->authority), std::move(callback));
}

Result<HttpResponse> HttpClient::post_and_wait(std::string_view target, std::string_view body) {
  std::promise<Result<HttpResponse>> answer;
  post(target, body, [&answer](Result<HttpResponse> result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

Result<HttpResponse> HttpClient::get_and_wait(std::string_view target) {
  std::promise<Result<HttpResponse>> answer;
  get(target, [&answer](Result<HttpResponse> result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

}  // namespace hanse::net
