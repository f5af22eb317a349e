// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The EVM of one block: transactions and calls over a journal, one after the other, each of which can be suspended at a
// call to a contract that lives elsewhere and be resumed with its answer.
//
// Runs form a stack. A run that is suspended stays on it, and whoever fetches the answer may run further calls above it
// (on the same journal) before resume() goes on with the topmost. A native contract may call back into the EVM in the
// same way, but cannot itself be suspended: when its call is, it abandons it and fails.
//
// An Evm costs about a microsecond to make and belongs to one thread. An Error is this node's own trouble (a read that
// failed, a fault of the interpreter): the journal is then worthless.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "protocol/transaction.hpp"
#include "storage/state/journal.hpp"

struct bridge_vm;

namespace hanse::vm {

// Rules of the EVM; numbers of bridge/hanse_bridge.h.
enum class Fork : std::uint8_t { cancun = 11, prague = 12, osaka = 13 };

struct BlockInfo {
  Fork fork = Fork::osaka;
  std::uint64_t chain_id = 0;
  std::uint64_t tx_gas_limit_max = 0;   // in place of the cap of EIP-7825
  std::uint64_t gas_limit = 0;
  BlockNumber number = 0;
  std::uint64_t timestamp_s = 0;
  Hash prevrandao;
  Address beneficiary;                  // of what transactions pay above the base fee
  std::uint64_t base_fee = 0;           // of a unit of gas; burnt
  std::function<Hash(BlockNumber)> block_hash;
};

struct Callee {
  Address to, from;
  U256 value;
  BytesView input;
  std::uint64_t gas = 0;
  std::uint32_t depth = 0;              // of the called frame; a transaction's first is 0
  bool is_static = false;
  bool is_delegated = false;            // DELEGATECALL or CALLCODE: the code of `to` on the storage of another
};

enum class Answered : std::int32_t { ok = 0, reverted = 1, failed = 2 };
struct Answer {
  Answered status = Answered::ok;
  std::uint64_t gas_used = 0;           // failed: all of the call's gas, whatever stands here
  Bytes output;
};

class Evm;

// Contracts that are not EVM code. An empty `route` sends every address to the EVM. Delegating to a native contract fails:
// `from` would be the caller of the contract that delegates, which has not called the native one.
enum class Route : std::int32_t { evm = 0, native = 1, suspend = 2 };
struct Contracts {
  std::function<Route(const Address&)> route;
  std::function<Answer(const Callee&, Evm&)> run;   // changes of a contract that does not answer ok are undone
};

// A transaction as the EVM sees it.
struct Message {
  std::uint8_t type = 0;                // EIP-2718
  bool keep_nonce = false;              // the sender's nonce is neither checked nor raised
  bool sender_may_have_code = false;
  Address from;
  std::optional<Address> to;            // none: creates a contract
  std::optional<Address> created;       // its address, where it is not the CREATE rule's
  std::uint64_t nonce = 0;
  std::uint64_t gas_limit = 0;
  U256 gas_price;                       // paid for each unit of gas
  U256 value;
  BytesView input;
  std::span<const AccessListEntry> access_list;
  std::span<const Authorization> authorizations;
};

enum class Ending : std::int32_t { success = 0, reverted = 1, halted = 2, rejected = 3 };
// Why it halted or was rejected; numbers of bridge/hanse_bridge.h.
enum class Reason : std::int32_t {
  none = 0, out_of_gas = 1, bad_instruction = 2, bad_jump = 3, stack_underflow = 4, stack_overflow = 5,
  address_in_use = 6, precompile_failed = 7, no_funds = 8, static_violation = 9, code_refused = 10, call_too_deep = 11,
  other_halt = 12,
  nonce_too_low = 32, nonce_too_high = 33, cannot_pay = 34, intrinsic_gas = 35, sender_has_code = 36,
  init_code_too_long = 37, gas_limit_too_high = 38, other_rejection = 39,
};
struct Outcome {
  Ending ending = Ending::success;
  Reason reason = Reason::none;
  std::uint64_t gas_used = 0;
  Bytes output;
  std::optional<Address> created;
  std::string text;                     // why, for a person
};

// A native contract that is called back and calls again takes our stack, not only gas.
constexpr std::size_t kRunsMax = 64;

class Evm {
 public:
  // All three outlive the Evm.
  Evm(const BlockInfo& block, state::Journal& journal, const Contracts& contracts);
  ~Evm();
  Evm(const Evm&) = delete;
  Evm& operator=(const Evm&) = delete;

  // The caller begins and ends the transaction in the journal. None: suspended.
  Result<std::optional<Outcome>> transact(const Message& message);
  // A call within the transaction that runs, upon the journal as it stands. Halts when kRunsMax are on the stack.
  Result<std::optional<Outcome>> call(const Callee& callee);
  Result<std::optional<Outcome>> resume(const Answer& answer);
  // The call at which the topmost run is suspended; `input` lives until it is resumed. Its value has not moved.
  Callee pending() const;
  // Forgets the topmost run, which is suspended. The caller takes the journal back to where the run began.
  void abandon();

  state::Journal& journal() { return journal_; }
  std::size_t suspended_count() const { return depth_; }

 private:
  struct Free { void operator()(bridge_vm* vm) const; };
  friend struct HostTable;

  bridge_vm* push();
  Result<std::optional<Outcome>> settle(bridge_vm* vm, std::int32_t progress);

  const BlockInfo& block_;
  state::Journal& journal_;
  const Contracts& contracts_;
  std::vector<std::unique_ptr<bridge_vm, Free>> vms_;   // kept for the next run at the same place
  std::size_t depth_ = 0;                               // runs on the stack
  Bytes native_output_;
};

// For a CodeCache: finds the jump destinations.
std::shared_ptr<const void> analyse_code(BytesView code);

}  // namespace hanse::vm
