// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_connection.hpp"

#include <boost/asio/write.hpp>

#include "base/check.hpp"

namespace hanse::net {
namespace {

constexpr std::size_t kReadBytes = 16u << 10;      // also the longest head that fits, whatever the limits say
constexpr std::size_t kJoinBodyBytesMax = 4u << 10;  // a shorter body is copied behind its head: one buffer to write
constexpr std::chrono::seconds kLingerMax{1};

// The reply that a handler holds. It knows the connection weakly: a client that has gone leaves nothing behind.
class Answer {
 public:
  Answer(std::weak_ptr<HttpConnection> connection, std::uint64_t slot_number)
      : connection_(std::move(connection)), slot_number_(slot_number) {}
  Answer(Answer&&) = default;
  ~Answer() {
    if (!connection_.expired())
      (*this)({.status = 500, .content_type = "text/plain", .body = "the request was dropped\n"});
  }
  void operator()(HttpResponse response) {
    const auto connection = std::exchange(connection_, {}).lock();
    if (!connection) return;
    if (connection->loop().is_current()) return connection->answer(slot_number_, std::move(response));
    connection->loop().post([connection, number = slot_number_, response = std::move(response)]() mutable {
      connection->answer(number, std::move(response));
    });
  }

 private:
  std::weak_ptr<HttpConnection> connection_;
  std::uint64_t slot_number_;
};

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpShared> shared, OriginCount::Ticket ticket, HttpLoopSide& side,
                               Tcp::socket socket)
    : presence_(std::move(shared), std::move(ticket)), shared_(*presence_), side_(side), socket_(std::move(socket)),
      parser_(shared_.config.limits), buffer_(kReadBytes, '\0') {}

HttpConnection::~HttpConnection() {
  CHECK(closed_);
  count_answer_bytes(0, answer_bytes_);
}

void HttpConnection::count_answer_bytes(std::size_t added, std::size_t gone) {
  answer_bytes_ += added - gone;
  shared_.answer_bytes += added - gone;
}

void HttpConnection::start() {
  ErrorCode error;
  socket_.set_option(Tcp::no_delay(true), error);
  const auto remote = socket_.remote_endpoint(error);
  if (!error) peer_ = fmt::format("{}:{}", remote.address().to_string(), remote.port());
  idle_since_ = side_.now;
  side_.connections.insert(shared_from_this());
  if (shared_.stopping) return close();
  read();
}

void HttpConnection::close() {
  if (closed_) return;
  closed_ = true;
  side_.connections.erase(shared_from_this());
  ErrorCode ignored;
  socket_.shutdown(Tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);   // pending operations return with an error and let go of this
}

void HttpConnection::read() {
  if (reading_ || closed_ || (is_full() && !lingering_)) return;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  reading_ = true;
  socket_.async_read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
                          [self = shared_from_this()](ErrorCode error, std::size_t count) {
                            self->on_read(error, count);
                          });
}

void HttpConnection::on_read(ErrorCode error, std::size_t count) {
  reading_ = false;
  if (closed_) return;
  if (error) {   // a client may close its sending side and still wait for answers
    ending_ = true;
    if (error != asio::error::eof || lingering_ || unanswered() == 0) close();
    return;
  }
  if (ending_) {
    begin_ = end_ = 0;   // what follows the last request we take is thrown away
  } else {
    end_ += count;
    parse();
  }
  read();
}

void HttpConnection::parse() {
  parsing_ = true;
  while (begin_ < end_ && !ending_ && !is_full()) {
    if (!parser_.started()) request_since_ = side_.now;
    const auto used = parser_.put({buffer_.data() + begin_, end_ - begin_});
    if (!used) {
      refuse(used.error());
      break;
    }
    begin_ += *used;
    if (parser_.done()) {
      dispatch();
      continue;
    }
    if (parser_.take_expects_continue()) go_on();
    if (begin_ == 0 && end_ == buffer_.size()) refuse(431);   // one line fills the buffer
    break;
  }
  parsing_ = false;
  write();
}

void HttpConnection::go_on() {
  slots_.push_back({.ready = true, .head = "HTTP/1.1 100 Continue\r\n\r\n"});
  count_answer_bytes(slots_.back().bytes(), 0);
}

void HttpConnection::dispatch() {
  slots_.push_back({.close_after = !parser_.keep_alive(), .http_1_0 = parser_.is_http_1_0()});
  if (slots_.back().close_after) ending_ = true;
  HttpRequest request = parser_.take();
  slots_.back().without_body = request.method == "HEAD";
  request.peer = peer_;
  const std::uint64_t number = first_slot_number_ + slots_.size() - 1;
  shared_.handler(std::move(request), Answer(weak_from_this(), number));
}

void HttpConnection::refuse(HttpStatus status) {
  ending_ = true;
  slots_.push_back({.close_after = true});
  fill(slots_.back(), {.status = status, .content_type = "text/plain", .body = fmt::format("{}\n", reason_phrase(status))});
}

void HttpConnection::answer(std::uint64_t slot_number, HttpResponse response) {
  if (closed_) return;
  CHECK(slot_number >= first_slot_number_ && slot_number - first_slot_number_ < slots_.size());
  if (shared_.answer_bytes + response.body.size() > shared_.config.answer_bytes_all_max)
    response = {.status = 503, .content_type = "text/plain", .body = "too many answers wait for clients that do not read\n"};
  fill(slots_[slot_number - first_slot_number_], std::move(response));
  if (!parsing_) write();
}

void HttpConnection::fill(Slot& slot, HttpResponse response) {
  slot.ready = true;
  slot.close_after |= ending_ && &slot == &slots_.back();
  std::string& head = slot.head;
  head.reserve(256 + (response.body.size() <= kJoinBodyBytesMax ? response.body.size() : 0));
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\nContent-Length: {}\r\n", response.status,
                 reason_phrase(response.status), response.body.size());
  if (!response.content_type.empty()) head.append("Content-Type: ").append(response.content_type).append("\r\n");
  if (slot.close_after)
    head.append("Connection: close\r\n");
  else if (slot.http_1_0)
    head.append("Connection: keep-alive\r\n");
  for (const HttpField& field : response.fields)
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  head.append("\r\n");
  if (!slot.without_body) {
    if (response.body.size() <= kJoinBodyBytesMax)
      head.append(response.body);
    else
      slot.body = std::move(response.body);
  }
  count_answer_bytes(slot.bytes(), 0);
}

void HttpConnection::write() {
  if (closed_ || !writing_.empty()) return;
  std::vector<asio::const_buffer> buffers;
  while (!slots_.empty() && slots_.front().ready) {
    writing_.push_back(std::move(slots_.front()));
    slots_.pop_front();
    ++first_slot_number_;
  }
  if (writing_.empty()) return;
  for (const Slot& slot : writing_) {
    buffers.push_back(asio::buffer(slot.head));
    if (!slot.body.empty()) buffers.push_back(asio::buffer(slot.body));
  }
  write_since_ = side_.now;
  asio::async_write(socket_, buffers,
                    [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_written(error); });
}

void HttpConnection::on_written(ErrorCode error) {
  if (closed_) return;
  if (error) return close();
  const bool last = writing_.back().close_after || (ending_ && slots_.empty());
  for (const Slot& slot : writing_) count_answer_bytes(0, slot.bytes());
  writing_.clear();
  if (last) return linger();
  idle_since_ = side_.now;
  if (begin_ < end_) {
    if (parser_.started()) request_since_ = side_.now;   // it waited for us, not for the client
    parse();
  }
  write();
  read();
}

// Closing at once would reset the connection while the client still sends, and the answer could be lost on its way.
void HttpConnection::linger() {
  ending_ = lingering_ = true;
  linger_since_ = side_.now;
  ErrorCode ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  if (!reading_) read();
}

void HttpConnection::drain() {
  ending_ = true;
  if (unanswered() == 0) close();
}

void HttpConnection::check_deadlines() {
  const auto past = [now = side_.now](auto since, auto limit) { return now - since > limit; };
  const HttpServerConfig& config = shared_.config;
  const auto ms = [](std::uint32_t count) { return std::chrono::milliseconds(count); };
  bool overdue;
  if (lingering_)
    overdue = past(linger_since_, kLingerMax);
  else if (!writing_.empty())
    overdue = past(write_since_, ms(config.write_ms_max));
  else if (parser_.started() && !is_full())
    overdue = past(request_since_, ms(config.request_ms_max));
  else
    overdue = slots_.empty() && past(idle_since_, ms(config.idle_ms_max));
  if (overdue) close();
}

}  // namespace hanse::net
