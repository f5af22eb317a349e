// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// hanse-sim --whole: the real group host with its ledger, state, executor and signatures on simulated machines.
#pragma once

namespace hanse::whole {

bool is_asked_for(int argc, char** argv);   // --whole is among the arguments
int command(int argc, char** argv);         // the exit status

}  // namespace hanse::whole
