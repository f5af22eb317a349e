// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/conflict_fields.hpp"

#include <simdjson.h>

namespace hanse::executor {
namespace {

using simdjson::dom::element;

constexpr std::size_t kHeldMax = 16'384;         // contracts, functions and fields together: a few MiB
constexpr std::size_t kAbiBytesMax = 256u << 10;
constexpr std::size_t kFieldsMax = 64;             // of a function
constexpr std::size_t kFunctionsMax = 64;          // of a contract; others are as if not declared
constexpr std::size_t kSelector = 4, kWord = 32;
constexpr std::uint64_t kCaller = 0, kOrigin = 1;  // of env; the others are the same for all of a block

// Zero for what is none.
std::uint64_t number_in(simdjson::simdjson_result<element> item) {
  std::uint64_t number = 0;
  return std::move(item).get(number) == simdjson::SUCCESS ? number : 0;
}

void mix(Meeting& meeting, BytesView bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) meeting.bytes[i % meeting.bytes.size()] ^= bytes[i];
}

}  // namespace

ConflictFields::Functions ConflictFields::parse(Suite suite, BytesView abi) {
  Functions functions;
  simdjson::dom::parser parser(4 * kAbiBytesMax);
  simdjson::dom::array entries;
  if (abi.size() > kAbiBytesMax || parser.parse(abi.data(), abi.size()).get(entries) != simdjson::SUCCESS) return functions;
  for (const element entry : entries) {
    simdjson::dom::array selectors, fields;
    if (entry["selector"].get(selectors) != simdjson::SUCCESS || entry["conflictFields"].get(fields) != simdjson::SUCCESS) continue;
    const std::uint64_t selector = number_in(selectors.at(suite == Suite::standard ? 0 : 1));
    if (selector == 0 || selector > UINT32_MAX || fields.size() > kFieldsMax) continue;
    if (functions.size() == kFunctionsMax) break;
    const auto [place, is_new] = functions.try_emplace(static_cast<std::uint32_t>(selector));
    if (!is_new) continue;                         // one selector, one function
    std::vector<Field>& declared = place->second;
    for (const element item : fields) {
      Field field{.kind = static_cast<Kind>(std::min<std::uint64_t>(number_in(item["kind"]), 5)), .slot = number_in(item["slot"])};
      simdjson::dom::array value;
      if (item["value"].get(value) == simdjson::SUCCESS)
        for (const element one : value)
          if (field.value.size() < kWord) field.value.push_back(number_in(simdjson::simdjson_result<element>(element(one))));
      declared.push_back(std::move(field));
    }
  }
  return functions;
}

// The contract, the field's slot and what tells one thing in it from another. A parameter of dynamic length is known by its
// offset, so that all calls meet in it.
std::optional<Meeting> ConflictFields::meeting(const Field& field, const Transaction& call) {
  if (field.kind == Kind::none) return std::nullopt;
  Meeting place = *call.to;
  for (int i = 0; i < 8; ++i) place.bytes[12 + i] ^= static_cast<std::uint8_t>((field.slot + 1) >> 8 * i);   // where small words leave room
  const std::uint64_t first = field.value.empty() ? 0 : field.value[0];
  if (field.kind == Kind::env && (first == kCaller || first == kOrigin)) return std::nullopt;   // the sender is one anyway
  if (field.kind == Kind::params && first < (call.input.size() - kSelector) / kWord)
    mix(place, BytesView(call.input).subspan(kSelector + first * kWord, kWord));
  if (field.kind == Kind::constant)
    for (std::size_t i = 0; i < field.value.size(); ++i) place.bytes[i % place.bytes.size()] ^= static_cast<std::uint8_t>(field.value[i]);
  return place;
}

std::optional<std::vector<Meeting>> ConflictFields::of(Suite suite, const Transaction& call, const state::StateReader& state) {
  if (!call.to || call.input.size() < kSelector) return std::nullopt;
  auto known = contracts_.find(*call.to);
  if (known == contracts_.end()) {
    const auto abi = state.get(state::table_key("abi", *call.to));
    if (!abi) return std::nullopt;
    Functions functions = *abi ? parse(suite, **abi) : Functions{};
    std::size_t size = 1 + functions.size();
    for (const auto& [selector, fields] : functions) size += fields.size();
    if (held_ + size > kHeldMax) contracts_.clear(), held_ = 0;
    held_ += size;
    known = contracts_.emplace(*call.to, std::move(functions)).first;
  }
  const auto function = known->second.find(read_be<std::uint32_t>(call.input.data()));
  if (function == known->second.end()) return std::nullopt;
  std::vector<Meeting> places;
  for (const Field& field : function->second)
    if (const auto place = meeting(field, call)) places.push_back(*place);
  return places;
}

}  // namespace hanse::executor
