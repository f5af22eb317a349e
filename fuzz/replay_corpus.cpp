// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A room's fuzz targets in its tests: each runs over its corpus, so that what once was found stays found. The file that
// stops the process is named.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/memory_meter.hpp"

namespace {

namespace fs = std::filesystem;

std::string present_file;   // for the handler below

void name_the_file(int) {
  std::fprintf(stderr, "while replaying %s\n", present_file.c_str());
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

class Replay : public testing::Test {
 public:
  explicit Replay(hanse::fuzz::Target target) : target_(target) {}

 private:
  void TestBody() override {
    const fs::path folder = fs::path(HANSE_SOURCE_DIR "/fuzz/corpus") / target_.name;
    const std::vector<fs::path> files = files_of(folder);
    ASSERT_FALSE(files.empty()) << folder << " holds no input; every target has some";
    target_.run(hanse::as_bytes(""));
    const auto before = std::signal(SIGABRT, name_the_file);
    for (const fs::path& file : files) {
      present_file = file.string();
      std::ifstream stream(file, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
      hanse::fuzz::run_measured(target_, hanse::as_bytes(bytes));
    }
    std::signal(SIGABRT, before);
  }

  hanse::fuzz::Target target_;
};

}  // namespace

bool hanse::fuzz::add(Target target) {
  testing::RegisterTest("FuzzCorpus", target.name, nullptr, nullptr, __FILE__, __LINE__,
                        [target]() -> testing::Test* { return new Replay(target); });
  return true;
}
