// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "codec/json_writer.hpp"

namespace hanse::cli {
namespace {

void print(std::FILE* to, std::string_view text) {
  if (text.empty()) return;
  std::fwrite(text.data(), 1, text.size(), to);
  if (text.back() != '\n') std::fputc('\n', to);
  std::fflush(to);
}

// A program reads the error where it reads the answer; a person sees it in both forms.
void report(const Error& error, Format format) {
  print(stderr, "error: " + error.text);
  if (format != Format::json) return;
  JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.key("code").number(std::int64_t{static_cast<std::int32_t>(error.code)}).key("text").text(error.text);
  print(stdout, json.end_object().end_object().take());
}

}  // namespace

Commands::Commands() : app_(std::make_unique<CLI::App>("Hanse, a consortium ledger", "hanse")) {
  app_->require_subcommand(1);
  app_->set_version_flag("--version", "hanse 0.1.0");
}
Commands::~Commands() = default;

CLI::App& Commands::root() { return *app_; }

CLI::App& Commands::noun(const std::string& name, const std::string& description) {
  CLI::App* app = app_->add_subcommand(name, description);
  app->require_subcommand(1);
  return *app;
}

CLI::App& Commands::add(CLI::App& parent, const std::string& verb, const std::string& description, const std::string& example,
                        Action action) {
  CLI::App* app = parent.add_subcommand(verb, description);
  app->footer("Example:\n  " + example);
  app->add_option("-o,--output", format_, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  app->callback([this, action = std::move(action)] { chosen_ = action; });
  return *app;
}

int Commands::run(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app_->exit(problem) == 0 ? kDone : kUsage;     // prints help, version or what is wrong with the usage
  }
  const Format format = format_ == "json" ? Format::json : Format::text;
  const auto answer = chosen_(format);
  if (!answer) {
    report(answer.error(), format);
    return kFailed;
  }
  print(stdout, format == Format::json ? answer->json : answer->text);
  return answer->exit_code;
}

}  // namespace hanse::cli
