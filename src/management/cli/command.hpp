// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What every command has in common: a noun and a verb, -o json, an example in --help, one answer or one error, and the
// exit codes 0 (done), 1 (failed) and 2 (used wrongly). A command is a function add_…(Commands&) that declares its options
// and an action; the action knows nothing of the command line.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace hanse::cli {

enum ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2 };
enum class Format { text, json };

// Printed to standard output in the form that was asked for. A command that prints while it runs leaves both empty.
struct Answer {
  std::string text;
  std::string json;      // one value
  ExitCode exit_code = kDone;   // kFailed: the answer itself is that something is wrong
};

using Action = std::function<Result<Answer>(Format format)>;

class Commands {
 public:
  Commands();
  ~Commands();

  CLI::App& noun(const std::string& name, const std::string& description);
  CLI::App& root();      // for verbs without a noun
  // The action runs after parsing, so it shares its options with the returned App: by a shared_ptr, whose second owner is
  // the action.
  CLI::App& add(CLI::App& parent, const std::string& verb, const std::string& description, const std::string& example,
                Action action);

  int run(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
  std::string format_ = "text";
  Action chosen_;
};

// Each adds its commands; one file each.
void add_chain_new(Commands& commands, CLI::App& chain);
void add_chain_run(Commands& commands, CLI::App& chain);       // start, stop
void add_chain_status(Commands& commands, CLI::App& chain);
void add_node_run(Commands& commands);
void add_account(Commands& commands);
void add_contract(Commands& commands);
void add_query(Commands& commands);                            // block, tx, receipt show
void add_dev(Commands& commands);
void add_bench(Commands& commands);
void add_doctor(Commands& commands);

}  // namespace hanse::cli
