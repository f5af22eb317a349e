// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/command.hpp"

int main(int argc, char** argv) {
  using namespace hanse::cli;
  Commands commands;
  add_dev(commands);
  CLI::App& chain = commands.noun("chain", "a chain of several nodes on this machine");
  add_chain_new(commands, chain);
  add_chain_run(commands, chain);
  add_chain_status(commands, chain);
  add_node_run(commands);
  add_account(commands);
  add_contract(commands);
  add_query(commands);
  add_bench(commands);
  add_doctor(commands);
  return commands.run(argc, argv);
}
