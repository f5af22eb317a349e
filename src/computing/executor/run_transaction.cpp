// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/run_transaction.hpp"

#include "base/check.hpp"
#include "computing/executor/code_caches.hpp"
#include "computing/vm/addresses.hpp"
#include "protocol/status.hpp"

namespace hanse::executor {
namespace {

vm::BlockInfo block_info(const BlockContext& context) {
  const GroupConfig& config = *context.config;
  return {.fork = config.features.has(Feature::evm_osaka) ? vm::Fork::osaka : vm::Fork::prague,
          .chain_id = config.web3_chain_id,
          .tx_gas_limit_max = config.tx_gas_limit,
          .gas_limit = config.block_gas_limit,
          .number = context.head.number,
          .timestamp_s = static_cast<std::uint64_t>(context.head.time_ms / 1000),
          .prevrandao = hash_of(config.suite, context.parent_header),
          .block_hash = context.block_hash};
}

// What the transaction pays for a unit of gas. Base fee is zero, so that an EIP-1559 transaction pays its tip; a native
// one that names no price pays the group's.
U256 gas_price_of(const GroupConfig& config, const Transaction& tx) {
  if (config.gas_price.is_zero()) return {};
  if (tx.kind == TransactionKind::native) return tx.gas_price.is_zero() ? config.gas_price : tx.gas_price;
  return tx.type < 2 ? tx.gas_price : std::min(tx.gas_price, tx.max_priority_fee);
}

vm::Message message_for(const GroupConfig& config, const Transaction& tx, const U256& gas_price) {
  const bool is_native = tx.kind == TransactionKind::native;
  vm::Message message{.type = is_native ? std::uint8_t{0} : tx.type,
                      .keep_nonce = is_native,
                      .from = tx.sender,
                      .to = tx.to,
                      .nonce = tx.nonce,
                      .gas_limit = is_native && tx.gas_limit == 0 ? config.tx_gas_limit : tx.gas_limit,
                      .gas_price = gas_price,
                      .value = tx.value,
                      .input = tx.input,
                      .access_list = tx.access_list,
                      .authorizations = tx.authorizations};
  if (is_native && !tx.to) message.created = vm::created_address(config.suite, tx.sender, tx.hash, tx.input);
  return message;
}

std::int32_t number_of(Code code) { return static_cast<std::int32_t>(code); }
using hanse::number_of;

Result<void> store_abi(state::Journal& journal, const Transaction& tx, const Address& contract) {
  if (tx.kind != TransactionKind::native || tx.abi.empty()) return {};
  return journal.set_row("abi", contract, to_bytes(tx.abi));
}

}  // namespace

Workspace::Workspace(const BlockContext& context, const state::StateReader& parent)
    : block(block_info(context)), journal(context.config->suite, parent, code_cache()), evm(block, journal, contracts) {}

std::int32_t status_of(const vm::Outcome& outcome) {
  using enum vm::Reason;
  using Status = TransactionStatus;
  if (outcome.ending == vm::Ending::success) return number_of(Status::none);
  if (outcome.ending == vm::Ending::reverted) return number_of(Status::revert_instruction);
  switch (outcome.reason) {
    case out_of_gas:
    case intrinsic_gas: return number_of(Status::out_of_gas);
    case bad_instruction:
    case static_violation: return number_of(Status::bad_instruction);
    case bad_jump: return number_of(Status::bad_jump_destination);
    case stack_underflow: return number_of(Status::stack_underflow);
    case stack_overflow:
    case call_too_deep: return number_of(Status::out_of_stack);
    case address_in_use: return number_of(Status::contract_address_already_used);
    case precompile_failed: return number_of(Status::precompiled_error);
    case no_funds:
    case cannot_pay: return number_of(Status::not_enough_cash);
    case gas_limit_too_high: return number_of(Status::out_of_gas_limit);
    case nonce_too_low:
    case nonce_too_high: return number_of(Code::nonce_used);
    case sender_has_code: return number_of(Code::sender_is_contract);
    case init_code_too_long: return number_of(Code::init_code_too_long);
    default: return number_of(Status::unknown);
  }
}

std::string message_of(const vm::Outcome& outcome) {
  if (outcome.ending != vm::Ending::reverted) return outcome.text;
  // Error(string): selector, offset 32, length, text.
  constexpr std::uint8_t kErrorString[] = {0x08, 0xc3, 0x79, 0xa0};
  const BytesView data = outcome.output;
  if (data.size() < 68 || !equal(data.first(4), kErrorString)) return "reverted";
  const U256 size = U256::from_be(data.subspan(36, 32));
  if (!size.fits_u64() || size.limbs[0] > data.size() - 68) return "reverted";
  return fmt::format("reverted: {}", as_text(data.subspan(68, size.limbs[0])));
}

Result<Receipt> run_transaction(Workspace& workspace, const GroupConfig& config, const Transaction& tx) {
  Receipt receipt{.version = tx.kind == TransactionKind::native ? tx.type : 1};
  const U256 gas_price = gas_price_of(config, tx);
  const bool fits_u128 = (gas_price.limbs[2] | gas_price.limbs[3]) == 0;   // the EVM's own bound
  if (gas_price < config.gas_price || !fits_u128) {
    receipt.status = number_of(TransactionStatus::not_enough_cash);
    receipt.message = fmt::format("offers {} for a unit of gas; the group asks {}", gas_price.to_decimal(),
                                  config.gas_price.to_decimal());
    return receipt;
  }
  auto ended = workspace.evm.transact(message_for(config, tx, gas_price));
  if (!ended) return pass(ended);
  CHECK(ended->has_value());   // no contract is elsewhere
  vm::Outcome& outcome = **ended;
  receipt.status = status_of(outcome);
  receipt.gas_used = outcome.gas_used;
  receipt.effective_gas_price = gas_price;
  receipt.message = message_of(outcome);
  receipt.logs = workspace.journal.take_logs();
  if (outcome.ending == vm::Ending::success && outcome.created) {
    receipt.contract_address = outcome.created;   // the output of a creation is the code, which is in the state
    if (auto stored = store_abi(workspace.journal, tx, *outcome.created); !stored) return pass(stored);
  } else {
    receipt.output = std::move(outcome.output);
  }
  return receipt;
}

}  // namespace hanse::executor
