// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/params.hpp"

#include <simdjson.h>

#include <algorithm>

namespace hanse::rpc {
namespace {

using simdjson::dom::element;

constexpr std::size_t kFilterItemsMax = 1'000;      // addresses, and alternatives of one topic
constexpr std::size_t kTopicsMax = 4;

const std::pair<std::string_view, BlockWord> kBlockWords[] = {
    {"latest", BlockWord::latest},       {"pending", BlockWord::pending},   {"safe", BlockWord::safe},
    {"finalized", BlockWord::finalized}, {"earliest", BlockWord::earliest},
};

}  // namespace

Params::Params(const simdjson::dom::array* array) : array_(array) {}

std::size_t Params::size() const { return array_ ? array_->size() : 0; }

bool Params::has(std::size_t place) const {
  if (!array_) return false;
  const auto value = array_->at(place);
  return value.error() == simdjson::SUCCESS && !value.value_unsafe().is_null();
}

std::optional<element> Params::at(std::size_t place, std::string_view name) {
  if (has(place)) return array_->at(place).value_unsafe();
  wrong(name, fmt::format("missing: it is parameter {}", place + 1));
  return std::nullopt;
}

void Params::wrong(std::string_view name, std::string_view why) {
  if (!error_) error_ = RpcError{kInvalidParams, fmt::format("invalid params: {}: {}", name, why), {}};
}

void Params::refuse_if_present(std::size_t place, std::string_view what) {
  if (has(place)) wrong(what, "not supported");
}

std::string Params::text(std::size_t place, std::string_view name) {
  const auto value = at(place, name);
  return value ? std::string(text_of(*value, name)) : std::string();
}

bool Params::boolean_or(std::size_t place, std::string_view name, bool absent) {
  if (!has(place)) return absent;
  bool value = absent;
  if (array_->at(place).value_unsafe().get(value) != simdjson::SUCCESS) wrong(name, "true or false expected");
  return value;
}

std::int64_t Params::integer(std::size_t place, std::string_view name) {
  std::int64_t number = 0;
  const auto value = at(place, name);
  if (value && value->get(number) != simdjson::SUCCESS) wrong(name, "an integer expected");
  return number;
}

std::uint64_t Params::quantity(std::size_t place, std::string_view name) {
  const auto value = at(place, name);
  return value ? quantity64_of(*value, name) : 0;
}

Bytes Params::bytes(std::size_t place, std::string_view name) {
  const auto value = at(place, name);
  return value ? bytes_of(*value, name) : Bytes();
}

Hash Params::slot(std::size_t place, std::string_view name) {
  const auto value = at(place, name);
  if (!value) return {};
  std::string digits(text_of(*value, name));
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.erase(0, 2);
  if (digits.size() > 64) wrong(name, "at most 32 bytes expected");
  if (!ok()) return {};
  const auto slot = fixed_from_hex<32>(std::string(64 - digits.size(), '0') + digits);
  if (!slot) wrong(name, slot.error().text);
  return slot ? *slot : Hash{};
}

BlockParam Params::block_or_latest(std::size_t place, std::string_view name) {
  return has(place) ? block(place, name) : BlockParam(BlockWord::latest);
}

BlockParam Params::block(std::size_t place, std::string_view name) {
  const auto value = at(place, name);
  return value ? block_of(*value, name) : BlockParam(BlockWord::latest);
}

std::vector<double> Params::numbers(std::size_t place, std::string_view name) {
  std::vector<double> numbers;
  if (!has(place)) return numbers;
  simdjson::dom::array list;
  if (array_->at(place).value_unsafe().get(list) != simdjson::SUCCESS || list.size() > 100) {
    wrong(name, "a list of at most 100 numbers expected");
    return numbers;
  }
  for (const element item : list) {
    double number = 0;
    if (item.get(number) != simdjson::SUCCESS) wrong(name, "a number expected");
    numbers.push_back(number);
  }
  return numbers;
}

port::CallContract Params::contract_call(std::size_t place) {
  port::CallContract call;
  const auto value = at(place, "transaction");
  if (!value) return call;
  simdjson::dom::object object;
  if (value->get(object) != simdjson::SUCCESS) {
    wrong("transaction", "an object expected");
    return call;
  }
  std::optional<Bytes> data, input;
  for (const auto [key, item] : object) {
    if (item.is_null()) continue;
    if (key == "from") call.from = address_of(item, "from");
    else if (key == "to") call.to = address_of(item, "to");
    else if (key == "value") call.value = quantity_of(item, "value");
    else if (key == "gas") call.gas_limit = quantity64_of(item, "gas");
    else if (key == "gasPrice" || key == "maxFeePerGas") call.gas_price = quantity_of(item, key);
    else if (key == "data") data = bytes_of(item, "data");
    else if (key == "input") input = bytes_of(item, "input");
  }
  if (data && input && *data != *input) wrong("data", "differs from input; send one of the two");
  call.input = input ? std::move(*input) : data ? std::move(*data) : Bytes();
  return call;
}

LogFilterParam Params::log_filter(std::size_t place) {
  LogFilterParam filter;
  const auto value = at(place, "filter");
  if (!value) return filter;
  simdjson::dom::object object;
  if (value->get(object) != simdjson::SUCCESS) {
    wrong("filter", "an object expected");
    return filter;
  }
  bool range = false;
  for (const auto [key, item] : object) {
    if (item.is_null()) continue;
    if (key == "fromBlock") filter.first = block_of(item, "fromBlock"), range = true;
    else if (key == "toBlock") filter.last = block_of(item, "toBlock"), range = true;
    else if (key == "blockHash") filter.block = hash_of(item, "blockHash");
    else if (key == "address") filter.addresses = addresses_of(item);
    else if (key == "topics") filter.topics = topics_of(item);
  }
  if (filter.block && range) wrong("blockHash", "cannot be combined with fromBlock or toBlock");
  return filter;
}

std::string_view Params::text_of(const element& value, std::string_view name) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) wrong(name, "a string expected");
  return text;
}

Bytes Params::bytes_of(const element& value, std::string_view name) {
  auto bytes = from_hex(text_of(value, name));
  if (!bytes) wrong(name, bytes.error().text);
  return bytes ? std::move(*bytes) : Bytes();
}

U256 Params::quantity_of(const element& value, std::string_view name) {
  std::uint64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return U256(number);
  const auto quantity = U256::from_quantity(text_of(value, name));
  if (!quantity) wrong(name, quantity.error().text);
  return quantity ? *quantity : U256();
}

std::uint64_t Params::quantity64_of(const element& value, std::string_view name) {
  const U256 quantity = quantity_of(value, name);
  if (!quantity.fits_u64()) wrong(name, "does not fit in 64 bits");
  return quantity.limbs[0];
}

Hash Params::hash_of(const element& value, std::string_view name) {
  const auto hash = fixed_from_hex<32>(text_of(value, name));
  if (!hash) wrong(name, hash.error().text);
  return hash ? *hash : Hash{};
}

Address Params::address_of(const element& value, std::string_view name) {
  const auto address = fixed_from_hex<20>(text_of(value, name));
  if (!address) wrong(name, address.error().text);
  return address ? *address : Address{};
}

BlockParam Params::block_of(const element& value, std::string_view name) {
  simdjson::dom::object object;
  if (value.get(object) == simdjson::SUCCESS) {
    for (const auto [key, item] : object) {
      if (key == "blockHash") return hash_of(item, name);
      if (key == "blockNumber") return block_of(item, name);
    }
    wrong(name, "blockNumber or blockHash expected");
    return BlockWord::latest;
  }
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    for (const auto& [word, meaning] : kBlockWords)
      if (text == word) return meaning;
    if (text.size() == 66) return hash_of(value, name);
  }
  const std::uint64_t number = quantity64_of(value, name);
  if (number > static_cast<std::uint64_t>(std::numeric_limits<BlockNumber>::max())) wrong(name, "out of range");
  return static_cast<BlockNumber>(number);
}

std::vector<Address> Params::addresses_of(const element& value) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) return {address_of(value, "address")};
  std::vector<Address> addresses;
  if (list.size() > kFilterItemsMax) wrong("address", fmt::format("more than {} addresses", kFilterItemsMax));
  for (const element item : list) {
    if (!ok()) break;
    addresses.push_back(address_of(item, "address"));
  }
  return addresses;
}

std::vector<std::vector<Hash>> Params::topics_of(const element& value) {
  std::vector<std::vector<Hash>> topics;
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS || list.size() > kTopicsMax) {
    wrong("topics", fmt::format("a list of at most {} expected", kTopicsMax));
    return topics;
  }
  for (const element position : list) {
    std::vector<Hash>& any_of = topics.emplace_back();
    simdjson::dom::array alternatives;
    if (position.is_null()) continue;
    if (position.get(alternatives) != simdjson::SUCCESS) {
      any_of.push_back(hash_of(position, "topics"));
      continue;
    }
    if (alternatives.size() > kFilterItemsMax) wrong("topics", fmt::format("more than {} alternatives", kFilterItemsMax));
    for (const element item : alternatives) {
      if (!ok()) break;
      if (item.is_null()) {   // null among the alternatives: any topic
        any_of.clear();
        break;
      }
      any_of.push_back(hash_of(item, "topics"));
    }
  }
  return topics;
}

}  // namespace hanse::rpc
