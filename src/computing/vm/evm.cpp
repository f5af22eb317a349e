// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/vm/evm.hpp"

#include "base/check.hpp"
#include "computing/vm/addresses.hpp"
#include "computing/vm/host_table.hpp"

namespace hanse::vm {
namespace {

struct AccessList {
  std::vector<std::vector<bridge_hash>> slots;   // of each entry
  std::vector<bridge_access> entries;

  explicit AccessList(std::span<const AccessListEntry> list) {
    for (const AccessListEntry& entry : list) {
      auto& keys = slots.emplace_back();
      for (const Hash& slot : entry.slots) keys.push_back(same_bytes<bridge_hash>(slot));
    }
    for (std::size_t i = 0; i < list.size(); ++i)
      entries.push_back({same_bytes<bridge_address>(list[i].address), slots[i].data(), slots[i].size()});
  }
};

std::vector<bridge_authorization> recovered(std::span<const Authorization> authorizations) {
  std::vector<bridge_authorization> list;
  for (const Authorization& each : authorizations) {
    const auto authority = authority_of(each);
    list.push_back({same_bytes<bridge_word>(each.chain_id), same_bytes<bridge_address>(each.address), each.nonce,
                    same_bytes<bridge_address>(authority.value_or(Address{})), authority.has_value()});
  }
  return list;
}

bridge_callee bridge_form(const Callee& callee) {
  return {same_bytes<bridge_address>(callee.to), same_bytes<bridge_address>(callee.from),
          same_bytes<bridge_word>(callee.value), callee.input.data(), callee.input.size(),
          callee.gas, callee.depth, callee.is_static, callee.is_delegated};
}

Outcome outcome_of(const bridge_result& result) {
  Outcome outcome{.ending = static_cast<Ending>(result.ending),
                  .reason = static_cast<Reason>(result.reason),
                  .gas_used = result.gas_used,
                  .output = to_bytes(BytesView(result.output, result.output_size)),
                  .text = std::string(result.text, result.text_size)};
  if (result.has_created) outcome.created = same_bytes<Address>(result.created);
  return outcome;
}

}  // namespace

static_assert(int(Reason::other_halt) == BRIDGE_OTHER_HALT && int(Reason::nonce_too_low) == BRIDGE_NONCE_TOO_LOW &&
              int(Reason::other_rejection) == BRIDGE_OTHER_REJECTION);
static_assert(int(Fork::cancun) == BRIDGE_CANCUN && int(Fork::osaka) == BRIDGE_OSAKA);
static_assert(int(Ending::rejected) == BRIDGE_REJECTED && int(Route::suspend) == BRIDGE_ROUTE_SUSPEND);

void Evm::Free::operator()(bridge_vm* vm) const { bridge_vm_free(vm); }

Evm::Evm(const BlockInfo& block, state::Journal& journal, const Contracts& contracts)
    : block_(block), journal_(journal), contracts_(contracts) {}

Evm::~Evm() = default;

bridge_vm* Evm::push() {
  if (depth_ == vms_.size()) {
    const bridge_config config{.spec = static_cast<std::uint8_t>(block_.fork),
                               .suite_hash = journal_.suite() != Suite::standard,
                               .chain_id = block_.chain_id,
                               .tx_gas_limit_max = block_.tx_gas_limit_max,
                               .block_number = static_cast<std::uint64_t>(block_.number),
                               .timestamp = block_.timestamp_s,
                               .block_gas_limit = block_.gas_limit,
                               .prevrandao = same_bytes<bridge_hash>(block_.prevrandao),
                               .beneficiary = same_bytes<bridge_address>(block_.beneficiary),
                               .base_fee = block_.base_fee};
    vms_.emplace_back(bridge_vm_new(&config, &HostTable::callbacks(), this));
    CHECK(vms_.back() != nullptr);
  }
  return vms_[depth_++].get();
}

// Takes a run that ended off the stack.
Result<std::optional<Outcome>> Evm::settle(bridge_vm* vm, std::int32_t progress) {
  if (progress == BRIDGE_SUSPENDED) return std::nullopt;
  --depth_;
  if (journal_.error()) return std::unexpected(*journal_.error());
  bridge_result result;
  bridge_outcome(vm, &result);
  if (progress == BRIDGE_FAULTED)
    return fail(Code::internal, "the EVM failed: {}", std::string_view(result.text, result.text_size));
  return outcome_of(result);
}

Result<std::optional<Outcome>> Evm::transact(const Message& message) {
  CHECK(depth_ == 0);
  const AccessList access(message.access_list);
  const auto authorizations = recovered(message.authorizations);
  bridge_address to{}, created{};
  if (message.to) to = same_bytes<bridge_address>(*message.to);
  if (message.created) created = same_bytes<bridge_address>(*message.created);
  const bridge_tx tx{.type = message.type,
                     .keep_nonce = message.keep_nonce,
                     .sender_may_have_code = message.sender_may_have_code,
                     .from = same_bytes<bridge_address>(message.from),
                     .to = message.to ? &to : nullptr,
                     .created = message.created ? &created : nullptr,
                     .nonce = message.nonce,
                     .gas_limit = message.gas_limit,
                     .gas_price = same_bytes<bridge_word>(message.gas_price),
                     .value = same_bytes<bridge_word>(message.value),
                     .input = message.input.data(),
                     .input_size = message.input.size(),
                     .access_list = access.entries.data(),
                     .access_count = access.entries.size(),
                     .authorizations = authorizations.data(),
                     .authorization_count = authorizations.size()};
  bridge_vm* vm = push();
  return settle(vm, bridge_transact(vm, &tx));
}

Result<std::optional<Outcome>> Evm::call(const Callee& callee) {
  if (depth_ >= kRunsMax)
    return Outcome{.ending = Ending::halted, .reason = Reason::call_too_deep, .gas_used = callee.gas,
                   .text = "too many calls within calls of native contracts"};
  const bridge_callee form = bridge_form(callee);
  bridge_vm* vm = push();
  return settle(vm, bridge_call(vm, &form));
}

Result<std::optional<Outcome>> Evm::resume(const Answer& answer) {
  CHECK(depth_ > 0);
  const bridge_answer form{static_cast<std::int32_t>(answer.status), answer.gas_used, answer.output.data(),
                           answer.output.size()};
  bridge_vm* vm = vms_[depth_ - 1].get();
  return settle(vm, bridge_resume(vm, &form));
}

Callee Evm::pending() const {
  CHECK(depth_ > 0);
  bridge_callee callee;
  CHECK(bridge_pending(vms_[depth_ - 1].get(), &callee) == 1);
  return callee_of(callee);
}

void Evm::abandon() {
  CHECK(depth_ > 0);
  bridge_abandon(vms_[--depth_].get());
}

std::shared_ptr<const void> analyse_code(BytesView code) {
  const bridge_code* analysed = bridge_code_new(code.data(), code.size());
  CHECK(analysed != nullptr);
  return {analysed, [](const void* c) { bridge_code_free(static_cast<const bridge_code*>(c)); }};
}

}  // namespace hanse::vm
