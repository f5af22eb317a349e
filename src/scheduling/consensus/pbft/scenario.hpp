// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Protocol behaviour as a dialogue. A scenario file drives real Pbft cores line by line; nothing is delivered unless a
// line says so, but bodies are always at hand, execution and disks answer at once, and own votes come back at once. For
// tests only. The words:
//
//   nodes 4                                   all start in view 0 above genesis; node 0 … 3
//   byzantine 2                               no core runs there; what it says is forged below
//   propose 1 h                               node 1 leads the next number: payload named h
//   deliver [KIND] [from 0,1] [to 2,3]        pending messages that match; bare "deliver": until nothing is pending
//   drop [KIND] [from …] [to …]               KIND: pre_prepare prepare commit view_change new_view
//   forge KIND view=2 block=1 name=h from=2 to=0,1 [parent=g] [first_view=0]
//   forge view_change view=2 from=2 to=3      claims nothing
//   forge new_view view=2 lists=0,1 from=2 to=0,1     from the ViewChanges that 0 and 1 sent, and an empty one of `from`
//   tick 800 [on 0,1]                         time goes on by so many milliseconds
//   crash 0 · restart 0                       records survive
//   ends_epoch h                              executing h raises the epoch (same sealers)
//   expect view 1 on 0,1 · expect asks 1 on 2 · expect epoch 1 on 0
//   expect decided block=1 name=h on 0,1 · expect undecided block=1 on 0,1
//   expect prepared|committed block=1 name=h by 0 · expect not prepared|committed block=2 by 0
#pragma once

#include <string>

#include "base/result.hpp"

namespace hanse::pbft {

// Runs the text; an error names the line that did not hold.
Result<void> run_scenario(std::string_view text);

}  // namespace hanse::pbft
