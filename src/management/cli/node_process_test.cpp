// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/node_process.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <filesystem>
#include <fstream>

#include "base/temporary_folder.hpp"

namespace hanse::cli {
namespace {

struct Folder {
  TemporaryFolder made{"node-process"};
  std::string path = made.path().string();
};

TEST(NodeProcess, IsTheHolderOfTheLockAndNobodyAfterIt) {
  const Folder folder;
  EXPECT_FALSE(running_process(folder.path).has_value());
  int ready[2], finish[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(finish), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = NodeLock::take(folder.path);
    char byte = lock.has_value();
    (void)!::write(ready[1], &byte, 1);
    (void)!::read(finish[0], &byte, 1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 1);
  EXPECT_EQ(running_process(folder.path), child);
  const auto second = NodeLock::take(folder.path);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::in_use);
  EXPECT_NE(second.error().text.find(std::to_string(child)), std::string::npos);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(folder.path + "/node.pid"));      // left behind, and believed by nobody
  EXPECT_FALSE(running_process(folder.path).has_value());
}

}  // namespace
}  // namespace hanse::cli
