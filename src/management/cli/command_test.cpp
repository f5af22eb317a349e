// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/command.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace hanse::cli {
namespace {

struct Outcome {
  int code = 0;
  std::string out, err;
};

Outcome run(std::vector<const char*> arguments, Action action) {
  Commands commands;
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App& app = commands.add(commands.noun("thing", "a thing"), "do", "does it", "hanse thing do", std::move(action));
  app.add_option("WORDS", *words)->allow_extra_args(false);
  arguments.insert(arguments.begin(), "hanse");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome result{.code = commands.run(static_cast<int>(arguments.size()), arguments.data())};
  result.out = testing::internal::GetCapturedStdout();
  result.err = testing::internal::GetCapturedStderr();
  return result;
}

Result<Answer> good(Format) { return Answer{"done", R"({"done":true})"}; }
Result<Answer> bad(Format) { return fail(Code::io, "the \"disk\" is full"); }

TEST(Command, AnswersInTheFormThatWasAskedFor) {
  EXPECT_EQ(run({"thing", "do"}, good).out, "done\n");
  EXPECT_EQ(run({"thing", "do", "-o", "json"}, good).out, "{\"done\":true}\n");
  EXPECT_EQ(run({"thing", "do"}, good).code, kDone);
}

TEST(Command, FailsWithOneAndNamesTheCause) {
  const Outcome text = run({"thing", "do"}, bad);
  EXPECT_EQ(text.code, kFailed);
  EXPECT_EQ(text.out, "");
  EXPECT_EQ(text.err, "error: the \"disk\" is full\n");
  const Outcome json = run({"thing", "do", "--output", "json"}, bad);
  EXPECT_EQ(json.code, kFailed);
  EXPECT_EQ(json.out, "{\"error\":{\"code\":300,\"text\":\"the \\\"disk\\\" is full\"}}\n");
}

TEST(Command, IsUsedWronglyWithTwo) {
  for (std::vector<const char*> arguments : {std::vector<const char*>{}, {"thing"}, {"other"}, {"thing", "do", "--no-such"},
                                             {"thing", "do", "-o", "yaml"}})
    EXPECT_EQ(run(arguments, good).code, kUsage);
}

TEST(Command, HelpHasAnExample) {
  const Outcome help = run({"thing", "do", "--help"}, bad);
  EXPECT_EQ(help.code, kDone);
  EXPECT_NE(help.out.find("Example:\n  hanse thing do"), std::string::npos);
}

}  // namespace
}  // namespace hanse::cli
