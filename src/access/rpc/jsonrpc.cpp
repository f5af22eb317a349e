// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/jsonrpc.hpp"

#include <simdjson.h>

#include <atomic>
#include <memory>
#include <vector>

#include "codec/json_writer.hpp"

namespace hanse::rpc {
namespace {

using simdjson::dom::element;

constexpr std::size_t kParserBytesKept = 256u << 10;   // a parser that grew beyond it is not kept for the next request

// The tree of a body, in the parser that this thread keeps when it is free (a reply that arrives at once may bring the
// next body while this one is being read), else in one of its own. Handlers copy what they keep.
class ParsedBody {
 public:
  explicit ParsedBody(std::string_view body)
      : lent_(!kept_.lent && body.size() <= kParserBytesKept), parser_(lent_ ? kept_.parser : own_) {
    if (lent_) kept_.lent = true;
    error_ = parser_.parse(body.data(), body.size()).get(root_);
  }
  ~ParsedBody() {
    if (lent_) kept_.lent = false;
  }
  ParsedBody(const ParsedBody&) = delete;
  ParsedBody& operator=(const ParsedBody&) = delete;

  bool ok() const { return error_ == simdjson::SUCCESS; }
  std::string why() const { return simdjson::error_message(error_); }
  const element& root() const { return root_; }

 private:
  struct Kept {
    simdjson::dom::parser parser;
    bool lent = false;
  };
  static thread_local Kept kept_;

  bool lent_;
  simdjson::dom::parser own_;
  simdjson::dom::parser& parser_;
  simdjson::error_code error_ = simdjson::SUCCESS;
  element root_;
};
thread_local ParsedBody::Kept ParsedBody::kept_;

std::string envelope(std::string_view id, const Outcome& outcome) {
  JsonWriter json(64 + id.size() + (outcome ? outcome->size() : outcome.error().message.size()));
  json.begin_object().key("jsonrpc").raw("\"2.0\"").key("id").raw(id);
  if (outcome) return json.key("result").raw(*outcome).end_object().take();
  const RpcError& error = outcome.error();
  json.key("error").begin_object().key("code").number(std::int64_t{error.code}).key("message").text(error.message);
  if (!error.data.empty()) json.key("data").raw(error.data);
  return json.end_object().end_object().take();
}

// A request, as far as its envelope goes.
struct Request {
  std::string id;                  // JSON text; empty: none was sent
  std::string_view method;
  simdjson::dom::array params;
  bool has_params = false;
  std::string wrong;               // why it is none
};

Request read_request(const element& value) {
  Request request;
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    request.wrong = "an object expected";
    return request;
  }
  bool version = false;
  for (const auto [key, item] : object) {
    if (key == "jsonrpc") {
      std::string_view text;
      version = item.get(text) == simdjson::SUCCESS && text == "2.0";
    } else if (key == "id") {
      if (item.is_array() || item.is_object() || item.is_bool()) request.wrong = "id: a number or a string expected";
      else request.id = simdjson::minify(item);
    } else if (key == "method") {
      if (item.get(request.method) != simdjson::SUCCESS) request.wrong = "method: a string expected";
    } else if (key == "params" && !item.is_null()) {
      if (item.get(request.params) != simdjson::SUCCESS) request.wrong = "params: a list expected";
      request.has_params = true;
    }
  }
  if (!version) request.wrong = "jsonrpc: \"2.0\" expected";
  else if (request.wrong.empty() && request.method.empty()) request.wrong = "method: missing";
  return request;
}

// The answers of a batch as they come in, in any order and from any thread. Shared by the replies of its requests: the
// last one sends.
class Batch {
 public:
  Batch(std::size_t count, std::size_t bytes_max, BodyReply reply)
      : answers_(count), left_(count), bytes_max_(bytes_max), reply_(std::move(reply)) {}

  void answer(std::size_t place, std::string text) {
    if (bytes_.fetch_add(text.size()) + text.size() <= bytes_max_) answers_[place] = std::move(text);
    else too_large_ = true;
    if (left_.fetch_sub(1) == 1) finish();
  }

 private:
  void finish() {
    if (too_large_) {
      return reply_(envelope("null", refuse(-32003, fmt::format("the answer to this batch is larger than {} bytes; send "
                                                                "smaller batches", bytes_max_))));
    }
    std::string all;
    all.reserve(bytes_ + answers_.size() + 2);
    for (const std::string& answer : answers_) {
      if (answer.empty()) continue;             // a notification
      all += all.empty() ? '[' : ',';
      all += answer;
    }
    if (!all.empty()) all += ']';
    reply_(std::move(all));
  }

  std::vector<std::string> answers_;            // each written by one reply, read after the last
  std::atomic<std::size_t> left_;
  std::atomic<std::size_t> bytes_ = 0;
  std::atomic<bool> too_large_ = false;
  const std::size_t bytes_max_;
  BodyReply reply_;
};

void answer_request(const JsonRpcRules& rules, const Dispatch& dispatch, const element& value, BodyReply reply) {
  Request request = read_request(value);
  if (!request.wrong.empty())
    return reply(envelope(request.id.empty() ? "null" : request.id, refuse(kInvalidRequest, "invalid request: " + request.wrong)));
  const bool silent = request.id.empty() && rules.notifications;
  if (request.id.empty()) request.id = "0";
  Params params(request.has_params ? &request.params : nullptr);
  dispatch(request.method, params, [silent, id = std::move(request.id), reply = std::move(reply)](Outcome outcome) mutable {
    reply(silent ? std::string() : envelope(id, outcome));
  });
}

}  // namespace

void JsonRpc::handle(std::string_view body, BodyReply reply) const {
  const ParsedBody parsed(body);
  if (!parsed.ok()) return reply(envelope("null", refuse(kParseError, "parse error: " + parsed.why())));
  simdjson::dom::array list;
  if (parsed.root().get(list) != simdjson::SUCCESS) return answer_request(rules_, dispatch_, parsed.root(), std::move(reply));

  const std::size_t count = list.size();
  if (count == 0 || count > rules_.batch_count_max) {
    return reply(envelope("null", refuse(kInvalidRequest, count == 0 ? "invalid request: an empty batch"
                                                          : fmt::format("invalid request: {} requests in a batch; at most {} "
                                                                        "are taken", count, rules_.batch_count_max))));
  }
  const auto batch = std::make_shared<Batch>(count, rules_.batch_reply_bytes_max, std::move(reply));
  std::size_t place = 0;
  for (const element item : list) {
    answer_request(rules_, dispatch_, item, [batch, place](std::string text) { batch->answer(place, std::move(text)); });
    ++place;
  }
}

}  // namespace hanse::rpc
