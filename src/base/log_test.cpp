// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/log.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/temporary_folder.hpp"

namespace hanse {
namespace {

class LogTest : public testing::Test {
 protected:
  LogTest() { config_.file = (folder_.path() / "node.log").string(); }
  std::string text() const {
    std::ostringstream out;
    out << std::ifstream(config_.file).rdbuf();
    return out.str();
  }

  TemporaryFolder folder_{"log"};
  LogConfig config_;
};

TEST_F(LogTest, WritesLevelComponentGroupAndText) {
  const Log log = Log::open(config_)->with("pbft", "group0");
  log.info("view change to={} why={}", 3, "timeout");
  log.flush();
  EXPECT_TRUE(text().ends_with("Z info component=pbft group=group0 view change to=3 why=timeout\n")) << text();
}

TEST_F(LogTest, KeepsTheGroupWhenAComponentIsDerived) {
  Log::open(config_)->with("node", "group1").with("sync").warn("behind");
  EXPECT_NE(text().find("warn component=sync group=group1 behind"), std::string::npos);
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  config_.level = LogLevel::warn;
  const Log log = Log::open(config_).value();
  log.info("quiet");
  log.error("loud");
  EXPECT_EQ(text().find("quiet"), std::string::npos);
  EXPECT_NE(text().find("error loud"), std::string::npos);
}

TEST_F(LogTest, TextFromOutsideCannotForgeALine) {
  Log::open(config_)->warn("peer says {}", "a\nb\x1b[0m");
  EXPECT_NE(text().find("peer says a\\x0ab\\x1b[0m\n"), std::string::npos) << text();
}

TEST_F(LogTest, RotatesAndKeepsABoundedNumberOfFiles) {
  config_.file_size_max = 200;
  config_.file_count_max = 2;
  const Log log = Log::open(config_).value();
  for (int i = 0; i < 50; ++i) log.warn("line {}", i);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) ++files;
  EXPECT_EQ(files, 3u);
}

TEST(Log, IsSilentByDefault) {
  const Log log;
  EXPECT_FALSE(log.enabled(LogLevel::error));
  log.error("nobody hears this");
  log.flush();
}

TEST(Log, SaysWhyAFileCannotBeWritten) {
  const auto log = Log::open({.file = "/proc/no/such/folder/node.log"});
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, Code::io);
}

TEST(Log, ReadsLevelNames) {
  EXPECT_EQ(parse_log_level("debug").value(), LogLevel::debug);
  EXPECT_EQ(parse_log_level("loud").error().code, Code::bad_config);
}

}  // namespace
}  // namespace hanse
