// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <simdjson.h>

#include "access/sdk/client.hpp"
#include "base/hex.hpp"

namespace hanse::sdk {
namespace {

template <std::size_t N>
bool read_fixed(const simdjson::dom::object& object, std::string_view key, FixedBytes<N>& value) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return false;
  const auto bytes = fixed_from_hex<N>(text);
  if (bytes) value = *bytes;
  return bytes.has_value();
}

bool read_quantity(const simdjson::dom::object& object, std::string_view key, std::uint64_t& value) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return false;
  const auto quantity = U256::from_quantity(text);
  if (!quantity || !quantity->fits_u64()) return false;
  value = quantity->limbs[0];
  return true;
}

}  // namespace

Result<Web3Receipt> read_web3_receipt(std::string json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  Web3Receipt receipt;
  std::uint64_t status = 0, number = 0;
  Address contract;
  const bool good = parser.parse(json).get(object) == simdjson::SUCCESS &&
                    read_fixed(object, "transactionHash", receipt.transaction_hash) &&
                    read_quantity(object, "status", status) && read_quantity(object, "blockNumber", number) &&
                    read_quantity(object, "gasUsed", receipt.gas_used);
  if (!good) return fail(Code::bad_encoding, "not a receipt: {}", json.substr(0, 200));
  if (read_fixed(object, "contractAddress", contract)) receipt.contract_address = contract;
  receipt.succeeded = status == 1;
  receipt.block_number = static_cast<BlockNumber>(number);
  receipt.json = std::move(json);
  return receipt;
}

}  // namespace hanse::sdk
