// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What stands before a load: accounts that own something, a contract if one is needed, and transactions signed ahead.
#pragma once

#include <string>
#include <vector>

#include "management/cli/bench_load.hpp"

namespace hanse::cli {

enum class Workload { transfer, erc20, flood };

// Who is given something: accounts first … first + count − 1 of an endless row, in an order that jumps about, each once before
// any of them twice.
struct Receivers {
  std::uint64_t first = 0, count = 1'000;
};

// `count` transactions of the test accounts and as many fresh ones as give each node equally many senders; a sender's
// transactions all go to one node. flood: each transaction is of an account of its own and moves nothing. Errors: refused (what the node said), unreachable, bad_config (no funds).
Result<std::vector<SignedTransaction>> prepare_load(Workload workload, const Receivers& receivers, const std::vector<std::string>& urls,
                                                    std::size_t count);

}  // namespace hanse::cli
