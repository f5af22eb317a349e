// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/checkers/client_checker.hpp"

#include <algorithm>

#include "sim/host.hpp"

namespace hanse::sim {

void ClientChecker::on_told(const Host& host, const Hash& transaction, BlockNumber number, const Hash& header) {
  if (number > known_.reference_head() || known_.reference(number).header != header ||
      std::ranges::find(known_.reference(number).run, transaction) == known_.reference(number).run.end())
    return known_.violate("told-only-decided", "n{} told a client that {} is in n{}, which was not decided so",
                          host.node(), brief(transaction), number);
  auto [at, first] = told_.try_emplace(transaction, number, header);
  if (!first && at->second != std::pair(number, header))
    known_.violate("told-only-decided", "clients were told that {} is in n{} and in n{}", brief(transaction),
                   at->second.first, number);
}

void ClientChecker::on_read(const Host& host, const Outcome& answer) {
  if (answer.number > known_.reference_head() || known_.reference(answer.number).header != answer.header)
    return known_.violate("reads-only-decided", "n{} answered a read from n{} {}, which is not decided", host.node(),
                          answer.number, brief(answer.proposal));
  BlockNumber& last = read_[host.node()];
  if (answer.number < last)
    known_.violate("reads-only-decided", "reads at n{} went back from n{} to n{}", host.node(), last, answer.number);
  last = answer.number;
}

void ClientChecker::at_end(const Host& host) {
  for (const auto& [transaction, place] : told_)
    if (host.disk().head() < place.first || host.disk().outcome(place.first)->header != place.second ||
        !host.disk().was_run(transaction))
      return known_.violate("told-survives", "a client was told that {} is in n{}; n{} does not have it",
                            brief(transaction), place.first, host.node());
}

}  // namespace hanse::sim
