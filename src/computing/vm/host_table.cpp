// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/vm/host_table.hpp"

#include "computing/vm/addresses.hpp"

namespace hanse::vm {
namespace {

using state::Journal;
using state::Load;

static_assert(int(Load::warm) == BRIDGE_WARM && int(Load::cold) == BRIDGE_COLD && int(Load::skipped) == BRIDGE_SKIPPED &&
              int(Load::fault) == BRIDGE_FAULT);
static_assert(int(state::Move::done) == BRIDGE_MOVED && int(state::Move::out_of_funds) == BRIDGE_OUT_OF_FUNDS &&
              int(state::Move::overflow) == BRIDGE_OVERFLOW && int(state::Move::collision) == BRIDGE_COLLISION);

Journal& journal(void* host) { return static_cast<Evm*>(host)->journal(); }
Address address_at(const bridge_address* at) { return same_bytes<Address>(*at); }
U256 word_at(const bridge_word* at) { return same_bytes<U256>(*at); }
void put(bridge_word* at, const U256& value) { *at = same_bytes<bridge_word>(value); }

std::int32_t account(void* host, const bridge_address* at, std::uint32_t flags, bridge_account* out) {
  const Journal::AccountState* found = nullptr;
  const bool with_code = flags & BRIDGE_WITH_CODE;
  const Load load = journal(host).load(address_at(at), flags & BRIDGE_SKIP_IF_COLD, with_code, found);
  if (found == nullptr) return static_cast<std::int32_t>(load);
  put(&out->balance, found->balance);
  out->nonce = found->nonce;
  const bool is_codeless = found->code_hash.is_zero() && !found->is_empty();
  out->code_hash = same_bytes<bridge_hash>(is_codeless ? journal(host).empty_code_hash() : found->code_hash);
  out->code = with_code && found->code ? static_cast<const bridge_code*>(found->code->analysed.get()) : nullptr;
  out->is_empty = found->is_empty();
  return static_cast<std::int32_t>(load);
}

std::int32_t sload(void* host, const bridge_address* at, const bridge_word* key, std::int32_t skip, bridge_word* out) {
  U256 value;
  const Load load = journal(host).load_slot(address_at(at), word_at(key), skip, value);
  put(out, value);
  return static_cast<std::int32_t>(load);
}

std::int32_t sstore(void* host, const bridge_address* at, const bridge_word* key, const bridge_word* value,
                    std::int32_t skip, bridge_word* before) {
  Journal::Before values;
  const Load load = journal(host).store_slot(address_at(at), word_at(key), word_at(value), skip, values);
  put(before, values.original);
  put(before + 1, values.present);
  return static_cast<std::int32_t>(load);
}

void tload(void* host, const bridge_address* at, const bridge_word* key, bridge_word* out) {
  put(out, journal(host).load_transient(address_at(at), word_at(key)));
}

void tstore(void* host, const bridge_address* at, const bridge_word* key, const bridge_word* value) {
  journal(host).store_transient(address_at(at), word_at(key), word_at(value));
}

void log(void* host, const bridge_address* at, const bridge_hash* topics, std::size_t topic_count,
         const std::uint8_t* data, std::size_t size) {
  LogEntry entry{.address = address_at(at)};
  for (std::size_t i = 0; i < topic_count; ++i) entry.topics.push_back(same_bytes<Hash>(topics[i]));
  entry.data = to_bytes(BytesView(data, size));
  journal(host).add_log(std::move(entry));
}

std::int32_t selfdestruct(void* host, const bridge_address* at, const bridge_address* heir, std::int32_t skip) {
  const auto result = journal(host).self_destruct(address_at(at), address_at(heir), skip);
  if (result.load == Load::skipped || result.load == Load::fault) return static_cast<std::int32_t>(result.load);
  return static_cast<std::int32_t>(result.load) | (result.had_value ? BRIDGE_HAD_VALUE : 0) |
         (result.heir_exists ? BRIDGE_HEIR_EXISTS : 0) | (result.destroyed_before ? BRIDGE_DESTROYED_BEFORE : 0);
}

std::uint64_t checkpoint(void* host) { return journal(host).checkpoint(); }
void revert(void* host, std::uint64_t mark) { journal(host).revert(mark); }

std::int32_t transfer(void* host, const bridge_address* from, const bridge_address* to, const bridge_word* value) {
  return static_cast<std::int32_t>(journal(host).transfer(address_at(from), address_at(to), word_at(value)));
}

std::int32_t create(void* host, const bridge_address* caller, const bridge_address* created, const bridge_word* value,
                    std::uint64_t* mark) {
  return static_cast<std::int32_t>(
      journal(host).create(address_at(caller), address_at(created), word_at(value), *mark));
}

void set_balance(void* host, const bridge_address* at, const bridge_word* balance) {
  journal(host).set_balance(address_at(at), word_at(balance));
}

void set_nonce(void* host, const bridge_address* at, std::uint64_t nonce) {
  journal(host).set_nonce(address_at(at), nonce);
}

void set_code(void* host, const bridge_address* at, const bridge_code* code, const std::uint8_t* bytes,
              std::size_t size) {
  std::shared_ptr<const void> owned(code, [](const void* c) { bridge_code_free(static_cast<const bridge_code*>(c)); });
  journal(host).set_code(address_at(at), {bytes, size}, std::move(owned));
}

void warm(void* host, const bridge_address* at, const bridge_word* keys, std::size_t key_count) {
  const Journal::AccountState* found = nullptr;
  U256 value;
  journal(host).load(address_at(at), false, false, found);
  for (std::size_t i = 0; i < key_count; ++i) journal(host).load_slot(address_at(at), word_at(keys + i), false, value);
}

void warm_precompiles(void* host, const bridge_address* addresses, std::size_t count) {
  std::vector<Address> list(count);
  for (std::size_t i = 0; i < count; ++i) list[i] = address_at(addresses + i);
  journal(host).set_precompiles(list);
}

void hash(void* host, const std::uint8_t* data, std::size_t size, bridge_hash* out) {
  *out = same_bytes<bridge_hash>(hash_of(journal(host).suite(), {data, size}));
}

void create_address(void* host, const bridge_address* caller, std::uint64_t nonce, const bridge_word* salt,
                    const std::uint8_t* init_code, std::size_t size, bridge_address* out) {
  const Suite suite = journal(host).suite();
  const Address from = address_at(caller);
  *out = same_bytes<bridge_address>(salt == nullptr
                                        ? created_address(suite, from, nonce)
                                        : created_address(suite, from, word_at(salt).to_be(), {init_code, size}));
}

}  // namespace

Callee callee_of(const bridge_callee& callee) {
  return {.to = same_bytes<Address>(callee.to),
          .from = same_bytes<Address>(callee.from),
          .value = same_bytes<U256>(callee.value),
          .input = {callee.input, callee.input_size},
          .gas = callee.gas,
          .depth = callee.depth,
          .is_static = callee.is_static != 0,
          .is_delegated = callee.is_delegated != 0};
}

const bridge_host& HostTable::callbacks() {
  static const bridge_host table{
      .account = account,
      .sload = sload,
      .sstore = sstore,
      .tload = tload,
      .tstore = tstore,
      .log = log,
      .selfdestruct = selfdestruct,
      .block_hash =
          [](void* host, std::uint64_t number, bridge_hash* out) -> std::int32_t {
            const auto& block_hash = static_cast<Evm*>(host)->block_.block_hash;
            *out = same_bytes<bridge_hash>(block_hash ? block_hash(static_cast<BlockNumber>(number)) : Hash{});
            return BRIDGE_WARM;
          },
      .checkpoint = checkpoint,
      .revert = revert,
      .transfer = transfer,
      .create = create,
      .set_balance = set_balance,
      .set_nonce = set_nonce,
      .set_code = set_code,
      .warm = warm,
      .warm_precompiles = warm_precompiles,
      .hash = hash,
      .created_address = create_address,
      .route =
          [](void* host, const bridge_address* at) -> std::int32_t {
            const auto& route = static_cast<Evm*>(host)->contracts_.route;
            return static_cast<std::int32_t>(route ? route(address_at(at)) : Route::evm);
          },
      .native =
          [](void* host, const bridge_callee* callee, bridge_answer* out) {
            Evm& evm = *static_cast<Evm*>(host);
            Answer answer{.status = Answered::failed};
            if (!callee->is_delegated) answer = evm.contracts_.run(callee_of(*callee), evm);
            evm.native_output_ = std::move(answer.output);
            *out = {static_cast<std::int32_t>(answer.status), answer.gas_used, evm.native_output_.data(),
                    evm.native_output_.size()};
          },
  };
  return table;
}

}  // namespace hanse::vm
