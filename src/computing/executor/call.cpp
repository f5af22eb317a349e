// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Calls without effect, and the gas that one needs.
#include "base/check.hpp"
#include "base/hex.hpp"
#include "computing/executor/run_transaction.hpp"

namespace hanse::executor {
namespace {

std::uint64_t gas_limit_of(const GroupConfig& config, const CallRequest& request) {
  return request.gas_limit == 0 ? config.tx_gas_limit : std::min(request.gas_limit, config.tx_gas_limit);
}

Result<vm::Outcome> run(Workspace& workspace, const GroupConfig& config, const CallRequest& request,
                        std::uint64_t gas_limit) {
  const vm::Message message{.keep_nonce = true,
                            .sender_may_have_code = true,
                            .from = request.from,
                            .to = request.to,
                            .gas_limit = gas_limit,
                            .gas_price = config.gas_price.is_zero() ? U256() : request.gas_price,
                            .value = request.value,
                            .input = request.input};
  workspace.journal.begin_transaction();
  auto ended = workspace.evm.transact(message);
  if (!ended) return pass(ended);
  CHECK(ended->has_value());
  workspace.journal.end_transaction(false);
  return std::move(**ended);
}

std::unexpected<Error> failure(const vm::Outcome& outcome) {
  if (outcome.ending != vm::Ending::reverted) return fail(Code::execution_failed, "execution failed: {}", outcome.text);
  return fail(Code::execution_reverted, "execution {}, data {}", message_of(outcome), to_hex0x(outcome.output));
}

}  // namespace

Result<CallResult> call(const BlockContext& context, const CallRequest& request, const state::StateReader& state) {
  const GroupConfig& config = *context.config;
  Workspace workspace(context, state);
  auto outcome = run(workspace, config, request, gas_limit_of(config, request));
  if (!outcome) return pass(outcome);
  return CallResult{status_of(*outcome), std::move(outcome->output), outcome->gas_used, message_of(*outcome)};
}

Result<std::uint64_t> estimate_gas(const BlockContext& context, const CallRequest& request,
                                   const state::StateReader& state) {
  const GroupConfig& config = *context.config;
  Workspace workspace(context, state);
  std::uint64_t enough = gas_limit_of(config, request);
  auto outcome = run(workspace, config, request, enough);
  if (!outcome) return pass(outcome);
  if (outcome->ending != vm::Ending::success) return failure(*outcome);
  const auto try_with = [&](std::uint64_t gas_limit) -> Result<bool> {
    auto tried = run(workspace, config, request, gas_limit);
    if (!tried) return pass(tried);
    return tried->ending == vm::Ending::success;
  };

  // Less than what was used cannot do. More may be needed on the way (refunds, the 63/64 that a call passes on), mostly
  // little more: so look upwards in growing steps before halving.
  std::uint64_t too_little = outcome->gas_used - 1;
  for (std::uint64_t step = 1; too_little + step < enough; step *= 4) {
    auto succeeds = try_with(too_little + step);
    if (!succeeds) return pass(succeeds);
    if (*succeeds) enough = too_little + step;
    else too_little += step;
  }
  while (too_little + 1 < enough) {
    const std::uint64_t middle = too_little + (enough - too_little) / 2;
    auto succeeds = try_with(middle);
    if (!succeeds) return pass(succeeds);
    (*succeeds ? enough : too_little) = middle;
  }
  return enough;
}

}  // namespace hanse::executor
